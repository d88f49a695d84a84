package runtime

import (
	"context"
	"sync/atomic"
)

// A queue holds what an [Async] receiver still has to get. First comes its backlog,
// which no other queue shares. Then comes what is in the ring from the queue's position
// on, if it follows one. Sends start its workers, which live until it is closed. The
// core's queuing guards all of it, except for what is atomic.
type queue struct {
	conn *Connection
	size uint64

	backlog backlog
	ring    *ring  // nil if there is none
	apart   bool   // it does not follow the ring
	next    uint64 // its position in the ring
	held    uint64 // sends in a batch that a worker has not finished; if the queue follows, those before next
	taken   uint64 // sends that workers have taken

	closed   bool          // it accepts no more sends
	started  bool          // there is a worker
	index    int           // of the receiver in the run of the ring
	listed   bool          // whether it is one of the ring's sleepers
	asleep   []*worker     // workers that sleep or have not started yet
	busy     int           // workers that are not asleep
	finished chan struct{} // closed when none is busy; nil when nobody waits for that
	room     chan struct{} // signals room to a waiting send; made with the first worker, like gone
	gone     chan struct{} // closed with the queue

	waiting atomic.Int32  // how many sends wait for room
	lost    atomic.Uint64 // how many sends the receiver has missed
}

func newQueue(conn *Connection) *queue {
	q := &queue{conn: conn, size: uint64(conn.extra.size)}
	for range max(1, conn.extra.workers) {
		q.asleep = append(q.asleep, &worker{queue: q})
	}
	return q
}

func (q *queue) kind() *Kind { return q.conn.core.kind.Load() }

// drops reports whether a full queue drops a send instead of returning an error. fails
// reports whether it returns an error at once.
func (q *queue) drops() bool { return q.overflow() == DropNewest || q.overflow() == DropOldest }
func (q *queue) fails() bool { return q.overflow() == Fail }

func (q *queue) overflow() Overflow { return q.conn.extra.overflow }

// untaken returns how many sends no worker has taken.
func (q *queue) untaken() uint64 {
	n := q.backlog.len()
	if q.follows() {
		n += q.ring.tail - q.next
	}
	return n
}

// len returns how many sends are queued. Of those that a worker holds, one is being
// handled, and the others may have been.
func (q *queue) len() uint64 { return q.untaken() + q.held - min(1, q.held) }

func (q *queue) isFull() bool { return q.len() >= q.size }

// limit returns the position in the ring at which the queue is full.
func (q *queue) limit() uint64 { return q.next - q.held + min(1, q.held) + q.size }

// push queues a send for this receiver alone.
func (q *queue) push(ctx, detached context.Context, args any) error {
	c := q.conn.core
	c.queuing.Lock()
	for !q.closed && !q.drops() && q.isFull() {
		c.queuing.Unlock()
		if err := q.refuse(ctx); err != nil {
			q.drop(1)
			return err
		}
		c.queuing.Lock()
	}
	if q.closed {
		c.queuing.Unlock()
		q.drop(1)
		if c.isClosed() {
			return ErrClosed
		}
		return nil
	}
	if q.follows() {
		q.separate()
	}
	room := q.put(detached, args)
	c.queuing.Unlock()
	if !room {
		q.drop(1)
	}
	q.signalRoom()
	return nil
}

// put adds a send to the backlog of a queue that does not refuse it. It returns false
// if a send is dropped, the new one or the oldest.
func (q *queue) put(ctx context.Context, args any) (room bool) {
	room = !q.isFull()
	if !room && q.overflow() == DropOldest {
		q.backlog.drop()
	}
	stored := room || q.overflow() == DropOldest
	if stored {
		q.backlog.put(q.kind(), ctx, args)
	}
	if stored && len(q.asleep) > 0 {
		q.wake()
	}
	return room
}

// refuse does what the receiver's [Overflow] says for a send that finds no room. It
// returns nil when there may be room.
func (q *queue) refuse(ctx context.Context) error {
	if q.fails() {
		return ErrQueueFull
	}
	return q.await(ctx)
}

// await waits until there may be room, the queue is closed or ctx is done.
func (q *queue) await(ctx context.Context) error {
	q.waiting.Add(1)
	defer q.waiting.Add(-1)
	if q.hasRoom() {
		return nil // a worker took some before it could see that a send waits
	}
	var done <-chan struct{}
	if ctx != nil {
		done = ctx.Done()
	}
	select {
	case <-q.room:
	case <-q.gone:
	case <-done:
		return ctx.Err()
	}
	return nil
}

// signalRoom signals another waiting send if there is room. A worker signals one for each
// send that it takes, but at most one at a time.
func (q *queue) signalRoom() {
	if q.waiting.Load() > 0 && q.hasRoom() {
		signal(q.room)
	}
}

// hasRoom reports whether there is room just now. The caller does not hold queuing.
func (q *queue) hasRoom() bool {
	q.conn.core.queuing.Lock()
	defer q.conn.core.queuing.Unlock()
	return !q.isFull()
}

// signal wakes one waiter, now or as soon as it waits.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// drop counts n sends that the receiver misses.
func (q *queue) drop(n uint64) {
	q.lost.Add(n)
	c := q.conn.core
	for _, o := range c.observers() {
		for range n {
			if o.Dropped != nil {
				o.Dropped((*Signal)(c), q.conn.info())
			}
		}
	}
}

// info describes the queue.
func (q *queue) info() *QueueInfo {
	q.conn.core.queuing.Lock()
	defer q.conn.core.queuing.Unlock()
	return &QueueInfo{Len: int(q.len()), Size: int(q.size), Overflow: q.overflow(), Dropped: q.dropped()}
}

func (q *queue) dropped() uint64 { return q.lost.Load() }

// hasAny reports whether anything is queued just now. The caller does not hold queuing.
func (q *queue) hasAny() bool {
	q.conn.core.queuing.Lock()
	defer q.conn.core.queuing.Unlock()
	return q.untaken() > 0
}
