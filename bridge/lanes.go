package bridge

import (
	"runtime"
	"sync"
)

// lanes do deliveries: those of one key one after another, in order, and those of
// different keys at the same time. A key has a worker, a goroutine, while it has
// deliveries. A few workers wait for the next key, because their stacks have grown
// already, and growing a stack takes longer than most receivers do.
type lanes struct {
	work func(d Delivery)
	hand tally // the deliveries in hand

	// put waits while most deliveries are in hand that are not put aside. They can be
	// more: one that was put aside and goes on does not wait for room, which those may
	// have that stand behind it in the queue of its key.
	most  int
	aside chan struct{} // holds a token for each delivery that is put aside, most of them at most
	left  chan struct{} // has room for one: after what put waits for

	keys chan string   // to a worker that waits
	idle chan struct{} // holds a token for each worker that waits, as many as there may be
	over chan struct{} // closed when there will be no more deliveries

	mu     sync.Mutex            // guards queues, and over and hand against a take that is under way while they close
	queues map[string][]Delivery // what is to be done, by key; a key is in it if and only if it has a worker
}

// newLanes returns lanes that hold most deliveries at the same time.
func newLanes(most int, work func(d Delivery)) *lanes {
	return &lanes{
		work:   work,
		most:   most,
		aside:  make(chan struct{}, most),
		left:   make(chan struct{}, 1),
		keys:   make(chan string),
		idle:   make(chan struct{}, min(most, runtime.GOMAXPROCS(0))),
		over:   make(chan struct{}),
		queues: make(map[string][]Delivery),
	}
}

// close lets nothing more in. What it returns is closed when all is done.
func (l *lanes) close() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.over:
	default:
		close(l.over)
	}
	return l.hand.close()
}

// put takes a delivery over. It returns when there is room for another, or the lanes
// are closed; false, and the delivery is not taken, if they were before. It is called
// for one delivery after another.
func (l *lanes) put(key string, d Delivery) bool {
	taken, running := l.take(key, d)
	if !taken {
		return false
	}
	if !running {
		select {
		case l.keys <- key:
		default:
			go l.run(key)
		}
	}
	for l.isFull() {
		select {
		case <-l.left:
		case <-l.over: // no put comes after this one
			return true
		}
	}
	return true
}

func (l *lanes) isFull() bool { return l.hand.count()-len(l.aside) >= l.most }

// take puts a delivery into the queue of its key, and reports whether that has a
// worker.
func (l *lanes) take(key string, d Delivery) (taken, running bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.hand.begin() {
		return false, false
	}
	queue, running := l.queues[key]
	l.queues[key] = append(queue, d)
	return true, running
}

// run is a worker: it does what there is to do for a key, and then for another.
// When a receiver ends the goroutine, another one goes on.
func (l *lanes) run(key string) {
	returned := false
	defer func() {
		if !returned {
			go l.run(key)
		}
	}()
	for more := true; more; key, more = l.wait() {
		for d, ok := l.next(key); ok; d, ok = l.next(key) {
			l.do(d, l.work)
		}
	}
	returned = true
}

// wait waits for a key that has no worker. It returns false if this worker is not
// needed any more.
func (l *lanes) wait() (key string, ok bool) {
	select {
	case l.idle <- struct{}{}:
	default:
		return "", false // enough others wait
	}
	defer func() { <-l.idle }()
	select {
	case key = <-l.keys:
		return key, true
	case <-l.over:
		return "", false
	}
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

// abandon has instead called, in place of work, with what has not begun. The lanes
// are closed.
func (l *lanes) abandon(instead func(d Delivery)) {
	for _, d := range l.waiting() {
		l.do(d, instead)
	}
}

// waiting takes all deliveries off the queues.
func (l *lanes) waiting() (all []Delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, queue := range l.queues {
		all = append(all, queue...)
		l.queues[key] = nil
	}
	return all
}

func (l *lanes) do(d Delivery, work func(d Delivery)) {
	defer l.done()
	work(d)
}

// done makes room for another delivery.
func (l *lanes) done() {
	l.hand.end()
	l.leave()
}

// leave has put look for room again.
func (l *lanes) leave() {
	select {
	case l.left <- struct{}{}:
	default: // it is about to look
	}
}

// pause calls wait for a delivery in hand, and makes room for another one meanwhile,
// unless as many as there may be are aside already.
func (l *lanes) pause(wait func() bool) bool {
	select {
	case l.aside <- struct{}{}:
	default:
		return wait()
	}
	defer func() { <-l.aside }()
	l.leave()
	return wait()
}
