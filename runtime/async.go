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
type queue struct {
	conn  *Connection
	size  uint64
	slots []slot
	none  any // a nil place

	ctx   context.Context // of the send in hand, which the receiver is to hear; the worker's own
	carry carrier         // what is in hand; the worker's own

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

// A slot holds one send of a queue, or none. Its box is a place as a [carrier]
// knows it, which is made as it is first needed and then stays. So nothing is
// allocated for a send once the queue has been full.
type slot struct {
	ctx context.Context
	box any
}

// newQueue makes the queue of an async receiver, from a carrier that carries
// nothing yet and a nil place for what it is to carry. It is not inlined, for it
// would be in a function of every signal.
//
//go:noinline
func newQueue(conn *Connection, none any, carry carrier) *queue {
	q := &queue{
		conn:  conn,
		size:  uint64(conn.extra.size),
		carry: carry,
		slots: make([]slot, conn.extra.size),
		none:  none,
		wake:  make(chan struct{}, 1),
		room:  make(chan struct{}, 1),
		gone:  make(chan struct{}),
	}
	for i := range q.slots {
		q.slots[i].box = none
	}
	return q
}

// enqueue queues one send, by the receiver's overflow policy. The queue of a
// [Once] receiver ends with it.
func (c *Connection) enqueue(ctx context.Context, carry carrier) error {
	queue := c.extra.queue
	err := queue.push(ctx, carry)
	if c.extra.once {
		queue.finish()
		if err != nil {
			c.core.forget(c)
		}
	}
	return err
}

// push queues what carry carries.
func (q *queue) push(ctx context.Context, carry carrier) error {
	detached := detach(ctx)
	q.mu.Lock()
	for q.full() && !q.closed {
		switch q.conn.extra.overflow {
		case DropNewest:
			q.mu.Unlock()
			q.drop(1)
			return nil
		case DropOldest:
			q.head.Add(1)
			defer q.drop(1) // when mu is free; the slot is filled again below
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
	next := &q.slots[q.tail.Load()%q.size]
	next.ctx = detached
	next.box, _ = carry(ctx, giveArgs, nil, 0, next.box)
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
			q.conn.core.report(q.ctx, q.conn.fail(&PanicError{Value: value, Stack: debug.Stack()}))
			q.letGo()
			return
		}
		q.conn.core.report(q.ctx, q.conn.fail(ErrGoexit))
		q.letGo()
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
		q.letGo() // an idle worker keeps nothing of a send
	}
}

// call has the receiver hear the send in hand.
func (q *queue) call() {
	c := q.conn.core
	all := c.observers()
	ctx := q.ctx
	var err error
	if len(all) > 0 {
		send := sending{info: SendInfo{Signal: c.self, Mode: Queued}, observers: all}
		err = send.observed(ctx, q.conn, q.hear)
	} else {
		err = q.hear(ctx)
	}
	if err != nil && !isStop(err) {
		c.report(ctx, q.conn.fail(err))
	}
}

// hear calls the receiver with the send in hand.
func (q *queue) hear(ctx context.Context) error {
	_, err := q.carry(ctx, callReceiver, q.conn.extra.receiver, 0, nil)
	return err
}

// hold takes what is in box to hand.
func (q *queue) hold(box any) { _, _ = q.carry(q.ctx, takeArgs, nil, 0, box) }

// letGo empties the hand.
func (q *queue) letGo() {
	q.ctx = nil
	q.hold(q.none)
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
	next := &q.slots[head%q.size]
	q.ctx, next.ctx = next.ctx, nil
	q.hold(next.box)
	if !q.head.CompareAndSwap(head, head+1) {
		q.letGo() // the queue has been closed
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
