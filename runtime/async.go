package runtime

import (
	"context"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// asyncQueue is a queue whatever it holds.
type asyncQueue interface {
	drain(ctx context.Context) error
	dropped() uint64
	finish()
	close() uint64
}

// A queue holds what an [Async] receiver has yet to hear, in a ring. The
// receiver's goroutine is started by the first push and lives until the queue is
// closed.
//
// Pushes hold mu, and they alone advance tail. The worker takes what is there
// without mu, a batch at a time, by compare and swap of head; close takes all
// that is left in the same way. A slot between head and tail is read by whoever
// takes it, and written by a push only after head has passed it. Where a push
// may drop the oldest ([DropOldest]), the worker holds mu to take.
type queue[A any] struct {
	conn    *Connection
	deliver func(ctx context.Context, args A) error
	ring    []queued[A]

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

// queued is one send.
type queued[A any] struct {
	ctx  context.Context
	args A
}

func newQueue[A any](conn *Connection, deliver func(context.Context, A) error) *queue[A] {
	return &queue[A]{
		conn:    conn,
		deliver: deliver,
		ring:    make([]queued[A], conn.extra.size),
		wake:    make(chan struct{}, 1),
		room:    make(chan struct{}, 1),
		gone:    make(chan struct{}),
	}
}

// push queues one send, by the receiver's overflow policy.
func (q *queue[A]) push(ctx context.Context, args A) error {
	next := queued[A]{detach(ctx), args}
	q.mu.Lock()
	for q.full() && !q.closed {
		switch q.conn.extra.overflow {
		case DropNewest:
			q.mu.Unlock()
			q.drop(1)
			return nil
		case DropOldest:
			q.ring[q.head.Load()%uint64(len(q.ring))] = queued[A]{}
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
	q.ring[q.tail.Load()%uint64(len(q.ring))] = next
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

// full reports whether there is no room. The caller holds mu.
func (q *queue[A]) full() bool {
	return q.tail.Load()-q.head.Load() == uint64(len(q.ring))
}

// await waits until there may be room, the queue is closed or ctx is done.
func (q *queue[A]) await(ctx context.Context) error {
	q.waiting.Add(1)
	defer q.waiting.Add(-1)
	if q.tail.Load()-q.head.Load() < uint64(len(q.ring)) {
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
func (q *queue[A]) work() {
	for q.batch() {
	}
}

// batch calls the receiver with what is queued, as long as it goes well. It
// reports whether the worker is to go on.
func (q *queue[A]) batch() (more bool) {
	var current context.Context
	ended := false
	defer func() {
		if ended {
			return
		}
		if value := recover(); value != nil {
			more = true
			q.conn.core.report(current, q.conn.fail(&PanicError{Value: value, Stack: debug.Stack()}))
			return
		}
		q.conn.core.report(current, q.conn.fail(ErrGoexit))
		go q.work() // this goroutine ends
	}()
	for {
		next, ok := q.take()
		if !ok {
			if q.idle() {
				continue
			}
			ended = true
			q.conn.core.forget(q.conn)
			return false
		}
		if !q.conn.extra.alive() {
			q.conn.Disconnect()
			q.drop(1)
			continue
		}
		current = next.ctx
		q.call(next)
		current = nil // an idle worker keeps nothing of a send
	}
}

// call has the receiver hear one send.
func (q *queue[A]) call(next queued[A]) {
	c := q.conn.core
	all := c.observers()
	ctx, info := next.ctx, SendInfo{Signal: c.self, Mode: Queued}
	var err error
	if len(all) > 0 {
		_, _, err = observed(ctx, &sending{info: info, observers: all}, q.conn, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, q.deliver(ctx, next.args)
		})
	} else {
		err = q.deliver(ctx, next.args)
	}
	if err != nil && !isStop(err) {
		c.report(ctx, q.conn.fail(err))
	}
}

// take returns the oldest queued send.
func (q *queue[A]) take() (next queued[A], ok bool) {
	if q.conn.extra.overflow == DropOldest {
		q.mu.Lock()
		defer q.mu.Unlock()
	}
	head := q.head.Load()
	if head == q.tail.Load() {
		return next, false
	}
	slot := &q.ring[head%uint64(len(q.ring))]
	next, *slot = *slot, queued[A]{}
	if !q.head.CompareAndSwap(head, head+1) {
		return queued[A]{}, false // the queue has been closed
	}
	if q.waiting.Load() > 0 {
		signal(q.room)
	}
	return next, true
}

// idle waits for a push. It returns false when there will be no more.
func (q *queue[A]) idle() bool {
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
func (q *queue[A]) drain(ctx context.Context) error {
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
func (q *queue[A]) finish() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closeLocked()
}

func (q *queue[A]) closeLocked() {
	if !q.closed {
		q.closed = true
		close(q.gone)
	}
}

// close drops what is queued and ends the worker. It returns how many it dropped.
func (q *queue[A]) close() uint64 {
	q.mu.Lock()
	n := q.tail.Load() - q.head.Swap(q.tail.Load())
	q.closeLocked()
	q.mu.Unlock()
	q.drop(n)
	return n
}

// drop counts n sends that the receiver does not hear.
func (q *queue[A]) drop(n uint64) {
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

func (q *queue[A]) dropped() uint64 { return q.lost.Load() }
