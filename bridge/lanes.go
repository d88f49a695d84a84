package bridge

import (
	"context"
	"sync"
)

// lanes do deliveries: those of one key one after another, in order, those of
// different keys at the same time. A key has a goroutine as long as there is
// something to do for it, and none when there is not.
type lanes struct {
	work func(d Delivery)
	hand tally // the deliveries in hand

	// room holds a token for each delivery in hand, and one for the next.
	room chan struct{}

	mu     sync.Mutex            // guards queues
	queues map[string][]Delivery // what is to be done, by key; a key is in it if and only if it has a goroutine
}

// newLanes returns lanes that hold most deliveries at the same time.
func newLanes(most int, work func(d Delivery)) *lanes {
	l := &lanes{work: work, room: make(chan struct{}, most), queues: make(map[string][]Delivery)}
	l.room <- struct{}{}
	return l
}

// put takes a delivery over. It returns when there is room for another, or ctx is
// done; false, and the delivery is not taken, if the lanes are closed. It is called
// for one delivery after another.
func (l *lanes) put(ctx context.Context, key string, d Delivery) bool {
	if !l.hand.begin() {
		return false
	}
	l.mu.Lock()
	queue, running := l.queues[key]
	l.queues[key] = append(queue, d)
	l.mu.Unlock()
	if !running {
		go l.run(key)
	}
	select {
	case l.room <- struct{}{}:
	case <-ctx.Done():
	}
	return true
}

// run does what there is to do for a key. When a receiver ends the goroutine,
// another one goes on.
func (l *lanes) run(key string) {
	returned := false
	defer func() {
		if !returned {
			go l.run(key)
		}
	}()
	for {
		d, ok := l.next(key)
		if !ok {
			break
		}
		l.do(d)
	}
	returned = true
}

// next takes the next delivery of a key, or gives the key up.
func (l *lanes) next(key string) (d Delivery, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.queues[key]
	if len(queue) == 0 {
		delete(l.queues, key)
		return d, false
	}
	d, queue[0] = queue[0], Delivery{}
	l.queues[key] = queue[1:]
	return d, true
}

func (l *lanes) do(d Delivery) {
	defer l.done()
	l.work(d)
}

// done makes room for another delivery.
func (l *lanes) done() {
	l.hand.end()
	select {
	case <-l.room:
	default: // the last put did not wait for a token
	}
}
