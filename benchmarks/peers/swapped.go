package peers

import (
	"context"
	"sync"
	"time"

	"github.com/signalgen/signalgen/benchmarks/signals"
)

// Swapped is the name of the baseline of queues that are taken as a whole.
const Swapped = "slices swapped each 500 µs"

// swapped is how the fastest of the event buses works, according to a description of
// it. There is one lock for everything, and a slice of events for each receiver. The
// receiver's goroutine takes the whole slice and leaves an empty one. The goroutines
// are woken every 500 µs, so no send pays for waking them, but a lone event has to
// wait. The bound is always that of the bus.
func swapped() Peer {
	return Peer{
		Name: Swapped,
		Queue: func(a *Audience) (Loop, func()) {
			bus := newSwapBus()
			for _, m := range a.Members {
				q := bus.add()
				go bus.listen(q, func(_ context.Context, data signals.Payload) error {
					m.Hear(data)
					return nil
				})
			}
			ctx := context.Background()
			return func(n int) {
				a.Begin(n)
				for i := range n {
					bus.send(envelope{ctx, a.Event(i)})
				}
				a.Wait()
			}, bus.close
		},
	}
}

type swapBus struct {
	mu     sync.Mutex // guards the queues and closed
	woken  sync.Cond  // signalled every 500 µs
	room   sync.Cond  // signalled when a full queue has been taken
	queues []*swapQueue
	closed bool
	stop   chan struct{}
}

type swapQueue struct{ events []envelope }

func newSwapBus() *swapBus {
	b := &swapBus{stop: make(chan struct{})}
	b.woken.L, b.room.L = &b.mu, &b.mu
	go b.tick()
	return b
}

func (b *swapBus) tick() {
	ticker := time.NewTicker(500 * time.Microsecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			b.woken.Broadcast()
		case <-b.stop:
			return
		}
	}
}

func (b *swapBus) add() *swapQueue {
	b.mu.Lock()
	defer b.mu.Unlock()
	q := new(swapQueue)
	b.queues = append(b.queues, q)
	return q
}

//go:noinline
func (b *swapBus) send(e envelope) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, q := range b.queues {
		for len(q.events) >= Deep {
			b.room.Wait()
		}
		q.events = append(q.events, e)
	}
}

func (b *swapBus) listen(q *swapQueue, hear receiver) {
	var taken []envelope
	for {
		b.mu.Lock()
		for len(q.events) == 0 {
			if b.closed {
				b.mu.Unlock()
				return
			}
			b.woken.Wait()
		}
		if len(q.events) >= Deep {
			b.room.Broadcast()
		}
		taken, q.events = q.events, taken[:0]
		b.mu.Unlock()
		for i := range taken {
			must(hear(taken[i].ctx, taken[i].data))
		}
	}
}

func (b *swapBus) close() {
	close(b.stop)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.woken.Broadcast()
}
