package runtime

import (
	"context"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// A queue holds what an [Async] receiver has yet to hear, in a ring. The
// receiver's goroutine is started by the first push and lives until the queue is
// closed.
//
// Pushes hold mu, and they alone advance tail. The worker takes what is there
// without mu, a batch at a time, by compare and swap of head; close takes all
// that is left in the same way. A slot between head and tail is read by whoever
// takes it, and written by a push only after head has passed it. Where a push
// may drop the oldest ([DropOldest]), the worker holds mu to take.
//
// The queue knows slots by number alone: what they hold is in a [ring], which has
// the only code that each signal needs of its own.
type queue struct {
	conn *Connection
	size uint64
	ring slots

	mu       sync.Mutex
	head     atomic.Uint64 // the next to take
	tail     atomic.Uint64 // behind the last one pushed
	lost     atomic.Uint64 // sends that the receiver does not hear
	started  bool          // there is a worker; guarded by mu
	closed   bool          // no more pushes; guarded by mu
	running  atomic.Bool   // the worker is not idle; becomes false under mu
	finished chan struct{} // closed when the worker becomes idle; nil when nobody waits; guarded by mu

	wake    chan struct{} // tells the idle worker of a push
	room    chan struct{} // tells a push that waits for room
	waiting atomic.Int64  // pushes that wait for room
	gone    chan struct{} // closed with the queue
}

// slots is a ring of whatever type. Its slots belong to those that the queue's
// invariants say; what is in hand belongs to the worker.
type slots interface {
	clear(slot uint64)
	take(slot uint64)               // moves a send from its slot to the worker's hand
	ctx() context.Context           // of the send in hand; nil when there is none
	call(ctx context.Context) error // has the receiver hear the send in hand
	letGo()                         // empties the hand
}

// A ring holds the sends of a queue.
type ring[A any] struct {
	deliver func(ctx context.Context, args A) error
	sends   []queued[A]
	hand    queued[A]
}

// queued is one send.
type queued[A any] struct {
	ctx  context.Context
	args A
}

func (r *ring[A]) clear(slot uint64)              { r.sends[slot] = queued[A]{} }
func (r *ring[A]) take(slot uint64)               { r.hand, r.sends[slot] = r.sends[slot], queued[A]{} }
func (r *ring[A]) ctx() context.Context           { return r.hand.ctx }
func (r *ring[A]) call(ctx context.Context) error { return r.deliver(ctx, r.hand.args) }
func (r *ring[A]) letGo()                         { r.hand = queued[A]{} }

// newQueue makes the queue of an async receiver.
func newQueue[A any](conn *Connection, deliver func(context.Context, A) error) *queue {
	return &queue{
		conn: conn,
		size: uint64(conn.extra.size),
		ring: &ring[A]{deliver: deliver, sends: make([]queued[A], conn.extra.size)},
		wake: make(chan struct{}, 1),
		room: make(chan struct{}, 1),
		gone: make(chan struct{}),
	}
}

// enqueue queues one send, by the receiver's overflow policy.
func enqueue[A any](q *queue, ctx context.Context, args A) error {
	next := queued[A]{detach(ctx), args}
	return q.push(ctx, func(slot uint64) { q.ring.(*ring[A]).sends[slot] = next })
}

// push has put fill the next slot.
func (q *queue) push(ctx context.Context, put func(slot uint64)) error {
	q.mu.Lock()
	for q.full() && !q.closed {
		switch q.conn.extra.overflow {
		case DropNewest:
			q.mu.Unlock()
			q.drop(1)
			return nil
		case DropOldest:
			q.ring.clear(q.head.Load() % q.size)
			q.head.Add(1)
			defer q.drop(1) // when mu is free
		case Fail:
			q.mu.Unlock()
			q.drop(1)
			return ErrQueueFull
		default:
			q.mu.Unlock()
			if err := q.await(ctx); err != nil {
				q.drop(1)
				return err
			}
			q.mu.Lock()
		}
	}
	if q.closed {
		q.mu.Unlock()
		q.drop(1)
		if q.conn.core.isClosed() {
			return ErrClosed
		}
		return nil
	}
	put(q.tail.Load() % q.size)
	q.tail.Add(1)
	if !q.started {
		q.started = true
		q.running.Store(true)
		go q.work()
	} else if !q.running.Load() && q.running.CompareAndSwap(false, true) {
		q.wake <- struct{}{} // the worker, idle, leaves room for one
	}
	more := !q.full()
	q.mu.Unlock()
	if more && q.waiting.Load() > 0 {
		signal(q.room) // the worker told one push that there is room; there is more
	}
	return nil
}

// full reports whether there is no room. Only for the holder of mu can the answer
// not become true at once.
func (q *queue) full() bool {
	return q.tail.Load()-q.head.Load() == q.size
}

// await waits until there may be room, the queue is closed or ctx is done.
func (q *queue) await(ctx context.Context) error {
	q.waiting.Add(1)
	defer q.waiting.Add(-1)
	if !q.full() {
		return nil // the worker has taken one before it could see that somebody waits
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

// detach returns ctx with its values alone. A nil ctx is the receiver's business.
func detach(ctx context.Context) context.Context {
	if ctx == nil || ctx.Done() == nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// signal tells one waiter, now or as soon as it waits.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// work calls the receiver until the queue is closed. One recover guards the
// loop; after a panic it goes on with the next send.
func (q *queue) work() {
	for q.batch() {
	}
}

// batch calls the receiver with what is queued, as long as it goes well. It
// reports whether the worker is to go on.
func (q *queue) batch() (more bool) {
	ended := false
	defer func() {
		if ended {
			return
		}
		if value := recover(); value != nil {
			more = true
			q.conn.core.report(q.ring.ctx(), q.conn.fail(&PanicError{Value: value, Stack: debug.Stack()}))
			q.ring.letGo()
			return
		}
		q.conn.core.report(q.ring.ctx(), q.conn.fail(ErrGoexit))
		q.ring.letGo()
		go q.work() // this goroutine ends
	}()
	for {
		switch {
		case !q.take():
			if q.idle() {
				continue
			}
			ended = true
			q.conn.core.forget(q.conn)
			return false
		case !q.conn.extra.alive():
			q.conn.Disconnect()
			q.drop(1)
		default:
			q.call()
		}
		q.ring.letGo() // an idle worker keeps nothing of a send
	}
}

// call has the receiver hear the send in hand.
func (q *queue) call() {
	c := q.conn.core
	all := c.observers()
	ctx, info := q.ring.ctx(), SendInfo{Signal: c.self, Mode: Queued}
	var err error
	if len(all) > 0 {
		_, _, err = observed(ctx, &sending{info: info, observers: all}, q.conn, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, q.ring.call(ctx)
		})
	} else {
		err = q.ring.call(ctx)
	}
	if err != nil && !isStop(err) {
		c.report(ctx, q.conn.fail(err))
	}
}

// take moves the oldest queued send to the worker's hand, and reports whether
// there was one.
func (q *queue) take() bool {
	if q.conn.extra.overflow == DropOldest {
		q.mu.Lock()
		defer q.mu.Unlock()
	}
	head := q.head.Load()
	if head == q.tail.Load() {
		return false
	}
	q.ring.take(head % q.size)
	if !q.head.CompareAndSwap(head, head+1) {
		q.ring.letGo() // the queue has been closed
		return false
	}
	if q.waiting.Load() > 0 {
		signal(q.room)
	}
	return true
}

// idle waits for a push. It returns false when there will be no more.
func (q *queue) idle() bool {
	q.mu.Lock()
	if q.head.Load() != q.tail.Load() {
		q.mu.Unlock()
		return true
	}
	q.running.Store(false)
	if q.finished != nil {
		close(q.finished)
		q.finished = nil
	}
	closed := q.closed
	q.mu.Unlock()
	if closed {
		return false
	}
	select {
	case <-q.wake:
		return true
	case <-q.gone:
		return true // there may have been a last push; else this ends the next time
	}
}

// drain waits until nothing is queued and no call runs.
func (q *queue) drain(ctx context.Context) error {
	q.mu.Lock()
	if !q.running.Load() {
		q.mu.Unlock()
		return nil
	}
	if q.finished == nil {
		q.finished = make(chan struct{})
	}
	finished := q.finished
	q.mu.Unlock()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finish ends the worker after what is queued.
func (q *queue) finish() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closeLocked()
}

func (q *queue) closeLocked() {
	if !q.closed {
		q.closed = true
		close(q.gone)
	}
}

// close drops what is queued and ends the worker. It returns how many it dropped.
func (q *queue) close() uint64 {
	q.mu.Lock()
	n := q.tail.Load() - q.head.Swap(q.tail.Load())
	q.closeLocked()
	q.mu.Unlock()
	q.drop(n)
	return n
}

// drop counts n sends that the receiver does not hear.
func (q *queue) drop(n uint64) {
	q.lost.Add(n)
	c := q.conn.core
	for _, o := range c.observers() {
		for range n {
			if o.Dropped != nil {
				o.Dropped(c.self, q.conn.info())
			}
		}
	}
}

func (q *queue) dropped() uint64 { return q.lost.Load() }
