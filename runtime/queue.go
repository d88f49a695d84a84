package runtime

import (
	"context"
	"sync/atomic"
)

// A queue holds the sends that an [Async] receiver has not been called with yet. They
// are in the queue's own backlog, and then in the ring from the queue's position on, if
// it follows one. Sends start the workers, which run until the queue is closed. The
// core's queuing guards all fields that are not atomic.
type queue struct {
	conn *Connection
	size uint64

	backlog backlog
	ring    *ring  // nil if there is none
	apart   bool   // it does not follow the ring
	next    uint64 // its position in the ring
	held    uint64 // size of the batch that a worker is handling; if the queue follows, the batch ends at next
	taken   uint64 // sends that workers have taken so far

	closed  bool          // it accepts no more sends
	started bool          // there is a worker
	index   int           // of the receiver in the run of the ring
	listed  bool          // whether it is one of the ring's sleepers
	asleep  []*worker     // workers that sleep or have not started yet
	busy    int           // workers that have started and do not sleep
	idle    chan struct{} // closed when none is busy; nil when nobody waits for that
	room    chan struct{} // signals room to a waiting send; made with the first worker, like done
	done    chan struct{} // closed with the queue

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

// drops reports whether a full queue drops a send without an error.
func (q *queue) drops() bool { return q.overflow() == DropNewest || q.overflow() == DropOldest }

// fails reports whether a full queue refuses a send at once.
func (q *queue) fails() bool { return q.overflow() == Fail }

func (q *queue) overflow() Overflow { return q.conn.extra.overflow }

// untaken returns how many queued sends no worker has taken.
func (q *queue) untaken() uint64 {
	n := q.backlog.len()
	if q.follows() {
		n += q.ring.tail - q.next
	}
	return n
}

// len returns how many sends are queued, without the one that is being handled. The
// rest of a batch counts as queued until all of it has been handled.
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

// refuse returns [ErrQueueFull], or waits for room, as the receiver's [Overflow] says.
// It returns nil when there may be room.
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
		return nil // a worker made room before it could see that a send waits
	}
	var done <-chan struct{}
	if ctx != nil {
		done = ctx.Done()
	}
	select {
	case <-q.room:
	case <-q.done:
	case <-done:
		return ctx.Err()
	}
	return nil
}

// signalRoom wakes another waiting send if there is room: a worker wakes only one of
// them each time it takes a batch.
func (q *queue) signalRoom() {
	if q.waiting.Load() > 0 && q.hasRoom() {
		signal(q.room)
	}
}

// hasRoom reports whether there is room. The caller does not hold queuing.
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

// drop counts n sends that the receiver misses, and notifies the observers.
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

// hasAny reports whether anything is queued. The caller does not hold queuing.
func (q *queue) hasAny() bool {
	q.conn.core.queuing.Lock()
	defer q.conn.core.queuing.Unlock()
	return q.untaken() > 0
}
