package runtime

import (
	"context"
	"math/bits"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
)

// A queue holds what an [Async] receiver has yet to hear, in a ring. The
// receiver's goroutine is started by the first push and lives until the queue is
// closed.
//
// Pushes hold mu, and they alone advance tail. The worker takes what is there
// without mu, one send at a time, by compare and swap of head; close takes all that
// is left in the same way. A slot between head and tail is read by whoever takes
// it, and written by a push only after head has passed it. Where a push may drop
// the oldest ([DropOldest]), the worker holds mu to take.
//
// Pushes and the worker are on several cores as a rule, and what one of them writes
// all the time the other reads as seldom as can be: it is apart from the rest, and
// each remembers what it has seen of it.
type queue struct {
	conn     *Connection
	empty    any           // points to arguments that are none
	room     chan struct{} // tells a push that waits for room; made with the worker, as gone and wake are
	gone     chan struct{} // closed with the queue
	finished chan struct{} // closed when the worker becomes idle; nil when nobody waits; guarded by mu
	lost     atomic.Uint64 // sends that the receiver does not hear
	running  atomic.Bool   // the worker is not idle; becomes false under mu
	waiting  atomic.Int32  // pushes that wait for room

	_       [cacheLine]byte
	mu      sync.Mutex
	started bool          // there is a worker; guarded by mu
	closed  bool          // no more pushes; guarded by mu
	tail    atomic.Uint64 // behind the last one pushed
	taken   uint64        // head has been there; guarded by mu
	size    uint64
	slots   []*sent       // as many as size or more, a power of 2
	wake    chan struct{} // tells the idle worker of a push

	_      [cacheLine]byte
	head   atomic.Uint64 // the next to take
	pushed uint64        // tail has been there; the worker's own
	hand   *sent         // the send that the receiver is to hear; the worker's own
}

// cacheLine is what cores pass on as a whole.
const cacheLine = 64

// sent is a send in a queue: a copy of its arguments, in memory that is used again.
type sent struct {
	ctx  context.Context
	args any // points to the copy
}

// newQueue makes the queue of an async receiver. What its slots point to is made as
// it is first needed and then stays, so that nothing is allocated for a send once
// the queue has been full.
func newQueue(conn *Connection) *queue {
	size := uint64(conn.extra.size)
	return &queue{
		conn:  conn,
		empty: conn.core.kind.newArgs(),
		size:  size,
		slots: make([]*sent, uint64(1)<<bits.Len64(size-1)),
	}
}

// enqueue queues one send, by the receiver's overflow policy. The queue of a
// [Once] receiver ends with it.
func (c *Connection) enqueue(ctx context.Context, args any) error {
	queue := c.extra.queue
	err := queue.push(ctx, args)
	if c.extra.once && !queue.finish() {
		c.core.forget(c) // there is no worker to do so
	}
	return err
}

// push queues a copy of what args points to.
func (q *queue) push(ctx context.Context, args any) error {
	detached := detach(ctx)
	dropped := uint64(0) // to make room
	q.mu.Lock()
	for q.full() && !q.closed {
		if q.conn.extra.overflow == DropOldest {
			oldest, next := q.slot(q.head.Load()), q.slot(q.tail.Load())
			*oldest, *next = *next, *oldest // which is filled again below
			q.head.Add(1)
			dropped++
			break
		}
		q.mu.Unlock()
		if err := q.overflow(ctx); err != nil || q.conn.extra.overflow == DropNewest {
			q.drop(1)
			return err
		}
		q.mu.Lock()
	}
	if q.closed {
		q.mu.Unlock()
		q.drop(1)
		if q.conn.core.isClosed() {
			return ErrClosed
		}
		return nil
	}
	tail := q.tail.Load()
	q.fill(q.slot(tail), detached, args)
	q.tail.Store(tail + 1)
	if !q.running.Load() {
		q.rouse()
	}
	q.mu.Unlock()
	if dropped > 0 {
		q.drop(dropped)
	}
	if q.waiting.Load() > 0 && q.hasRoom() {
		signal(q.room) // the worker told one push that there is room; there is more
	}
	return nil
}

// fill puts a send into a slot. The caller holds mu.
func (q *queue) fill(slot **sent, ctx context.Context, args any) {
	if *slot == nil {
		*slot = &sent{args: q.kind().newArgs()}
	}
	(*slot).ctx = ctx
	q.kind().copyArgs((*slot).args, args)
}

func (q *queue) kind() *Kind { return q.conn.core.kind }

// slot returns the slot of a position.
func (q *queue) slot(at uint64) **sent { return &q.slots[at&uint64(len(q.slots)-1)] }

// rouse has the worker go on, which is idle or has not begun. The caller holds mu.
func (q *queue) rouse() {
	q.running.Store(true)
	if q.started {
		q.wake <- struct{}{} // there is room for one, and the worker takes it before it is idle again
		return
	}
	// A channel belongs to the bubble of testing/synctest in which it is made. Here it is
	// that of the goroutine that waits on it, wherever the receiver was connected.
	q.wake, q.room, q.gone = make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{})
	q.started = true
	go q.work()
}

// full reports whether there is no room. The caller holds mu, so that the answer
// cannot become true at once.
func (q *queue) full() bool {
	tail := q.tail.Load()
	if tail-q.taken < q.size {
		return false
	}
	q.taken = q.head.Load()
	return tail-q.taken == q.size
}

// isIdle reports whether nothing is queued and no call runs.
func (q *queue) isIdle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.running.Load()
}

// hasRoom reports whether there was room just now.
func (q *queue) hasRoom() bool { return q.tail.Load()-q.head.Load() < q.size }

// overflow is what a push does when there is no room, without mu. It returns nil
// when there may be.
func (q *queue) overflow(ctx context.Context) error {
	switch q.conn.extra.overflow {
	case Block:
		return q.await(ctx)
	case Fail:
		return ErrQueueFull
	default:
		return nil
	}
}

// await waits until there may be room, the queue is closed or ctx is done.
func (q *queue) await(ctx context.Context) error {
	q.waiting.Add(1)
	defer q.waiting.Add(-1)
	if q.hasRoom() {
		return nil // the worker has taken some before it could see that somebody waits
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
	pprof.SetGoroutineLabels(context.Background()) // not those of who has started it
	for q.batch() {
	}
}

// batch calls the receiver with what is queued, as long as it goes well. It
// reports whether the worker is to go on.
func (q *queue) batch() (more bool) {
	ended := false
	defer func() {
		if !ended {
			more = q.recovered(recover())
		}
	}()
	for {
		switch {
		case !q.take():
			if q.idle() {
				continue
			}
			ended = true
			clear(q.slots) // close has left what it dropped
			q.conn.core.forget(q.conn)
			return false
		case !q.conn.extra.alive():
			q.conn.Disconnect()
			q.drop(1)
			q.letGo()
		default:
			q.call()
		}
	}
}

// recovered reports what has ended a batch; value is what recover has returned. If
// that has ended this goroutine, or the error handler does, another one goes on.
func (q *queue) recovered(value any) (more bool) {
	defer func() {
		if !more {
			go q.work()
		}
	}()
	err, ctx := unwound(value), q.hand.ctx
	q.letGo()
	q.conn.core.reportQueued(ctx, q.conn.fail(err))
	return err != ErrGoexit
}

// call has the receiver hear the send in hand.
func (q *queue) call() {
	receiver := q.conn.call()
	if receiver == nil { // it has been disconnected just now
		q.drop(1)
		q.letGo()
		return
	}
	c := q.conn.core
	all := c.observers()
	ctx := q.hand.ctx
	var err error
	if len(all) > 0 {
		send := sending{info: SendInfo{Signal: (*Signal)(c), Mode: Queued}, observers: all}
		err = send.observed(ctx, q.conn, func(ctx context.Context) error { return q.receive(ctx, receiver) })
	} else {
		err = q.receive(ctx, receiver)
	}
	if err != nil && !isStop(err) {
		c.reportQueued(ctx, q.conn.fail(err))
	}
	q.letGo()
}

// receive has the receiver hear the send in hand.
func (q *queue) receive(ctx context.Context, receiver Receiver) error {
	return q.kind().Call(ctx, receiver, q.hand.args, nil)
}

// letGo empties the hand: an idle worker keeps nothing of a send.
func (q *queue) letGo() {
	q.hand.ctx = nil
	q.kind().copyArgs(q.hand.args, q.empty)
}

// take moves the oldest queued send to the worker's hand, and reports whether
// there was one.
func (q *queue) take() bool {
	if q.conn.extra.overflow == DropOldest {
		q.mu.Lock()
		defer q.mu.Unlock()
	}
	head := q.head.Load()
	if int64(q.pushed-head) <= 0 { // head is further where the oldest have been dropped
		if q.pushed = q.tail.Load(); q.pushed == head {
			return false
		}
	}
	next := q.slot(head)
	q.hand, *next = *next, q.hand // the slot gets an empty place
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
	if runtime.Gosched(); q.head.Load() != q.tail.Load() {
		return true // to let others go first takes less than to be idle and be roused
	}
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
	<-q.wake // or it is closed; then there may have been a last push, or this ends the next time
	return true
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

// finish ends the worker after what is queued. It reports whether there is one.
func (q *queue) finish() (started bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closeLocked()
	return q.started
}

func (q *queue) closeLocked() {
	if !q.closed && q.started {
		close(q.gone)
		close(q.wake)
	}
	q.closed = true
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
				o.Dropped((*Signal)(c), q.conn.info())
			}
		}
	}
}

func (q *queue) dropped() uint64 { return q.lost.Load() }
