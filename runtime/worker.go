package runtime

import (
	"context"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
)

// A worker calls an async receiver, in a goroutine of its own, with what is in its
// queue.
type worker struct {
	queue *queue
	wake  chan struct{} // made by the send that starts the worker, nil before
	start bool          // the worker must be started
	next  *worker       // the next one to wake
	own   *sent         // memory for a send taken from the backlog
	batch [batch]*sent  // the sends taken: own, or slots claimed in the ring
	at, n int           // the next one in batch, and how many there are
}

// batch is the most sends that a worker takes from the ring at once. It takes at most
// an eighth of its queue. They count as queued until the receiver has handled all of
// them: counting them one by one would take longer than calling a receiver.
const batch = 32

// queuing guards the queues of a signal, and wakes workers when it is unlocked. If they
// were woken earlier, they would only wait for the lock.
type queuing struct {
	sync.Mutex
	woken, last *worker // a linked list of workers to wake
}

// Unlock unlocks, and then wakes the workers.
func (q *queuing) Unlock() {
	w := q.woken
	q.woken, q.last = nil, nil
	q.Mutex.Unlock()
	for w != nil {
		next := w.next
		w.next = nil
		w.resume()
		w = next
	}
}

// wake wakes a sleeping worker, or starts one, as soon as queuing is unlocked. There
// must be one.
func (q *queue) wake() {
	last := len(q.asleep) - 1
	w := q.asleep[last]
	q.asleep = q.asleep[:last]
	if q.busy++; q.busy == 1 && q.follows() {
		q.ring.busy++
	}
	// A channel belongs to the bubble of testing/synctest in which it is made. This
	// one belongs to the bubble of the goroutine that waits on it, wherever the
	// receiver was connected.
	if w.start = w.wake == nil; w.start {
		w.wake = make(chan struct{}, 1)
	}
	if !q.started {
		q.started, q.room, q.gone = true, make(chan struct{}, 1), make(chan struct{})
	}
	q.conn.core.queuing.add(w)
}

func (q *queuing) add(w *worker) {
	if q.last == nil {
		q.woken = w
	} else {
		q.last.next = w
	}
	q.last = w
}

// resume starts or wakes the worker.
func (w *worker) resume() {
	if w.start {
		go w.work()
		return
	}
	w.wake <- struct{}{} // the channel has room for one, and the worker takes it before it sleeps again
}

// work calls the receiver until the queue is closed. One recover guards the loop; after
// a panic it continues with the next send.
func (w *worker) work() {
	pprof.SetGoroutineLabels(context.Background()) // not those of the goroutine that started it
	w.notifyStart()
	if w.own == nil {
		w.own = &sent{args: w.queue.kind().newArgs()}
	}
	for w.loop() {
	}
}

// notifyStart tells the observers. If one panics, that is reported as an error of the
// receiver.
func (w *worker) notifyStart() {
	conn := w.queue.conn
	err := guarded(func() error {
		for _, o := range conn.core.observers() {
			if o.WorkerStart != nil {
				o.WorkerStart((*Signal)(conn.core), conn.info())
			}
		}
		return nil
	})
	if err != nil {
		conn.core.reportQueued(context.Background(), conn.fail(err))
	}
}

// loop calls the receiver with what is queued, until the queue is closed or a call
// panics. It reports
// whether the worker continues.
func (w *worker) loop() (more bool) {
	ended := false
	defer func() {
		if !ended {
			more = w.recovered(recover())
		}
	}()
	for {
		w.hear()
		if !w.take() && !w.sleep() {
			ended = true
			return false
		}
	}
}

// recovered reports what has ended a batch; value is what recover returned. If this
// goroutine exits, or the error handler makes it exit, another one continues.
func (w *worker) recovered(value any) (more bool) {
	defer func() {
		if !more {
			go w.work()
		}
	}()
	err, conn := unwound(value), w.queue.conn
	conn.core.reportQueued(w.batch[w.at-1].ctx, conn.fail(err))
	return err != ErrGoexit
}

// take takes what the receiver gets next, and reports whether there is anything.
func (w *worker) take() bool {
	q := w.queue
	c := q.conn.core
	c.queuing.Lock()
	w.at, w.n = 0, 0
	switch {
	case q.backlog.len() > 0:
		w.own.clear()
		q.backlog.take(&w.own)
		w.batch[0], w.n = w.own, 1
	case q.follows():
		w.claim()
	}
	q.held = uint64(w.n)
	q.taken += q.held
	c.queuing.Unlock()
	if q.waiting.Load() > 0 {
		signal(q.room)
	}
	return w.n > 0
}

// claim takes sends from the ring.
func (w *worker) claim() {
	q := w.queue
	n := min(q.ring.tail-q.next, max(1, min(q.size/8, batch)))
	q.ring.stored.copyTo(w.batch[:n], q.next)
	q.next += n
	w.n = int(n)
}

// hear calls the receiver with what is taken.
func (w *worker) hear() {
	conn := w.queue.conn
	call, receiver, plain := w.queue.kind().Call, &conn.extra.receiver, conn.isPlain()
	observers := conn.core.observers()
	for w.at < w.n {
		s := w.batch[w.at]
		w.at++
		var err error
		switch receiver := Receiver(atomic.LoadPointer(receiver)); {
		case !plain || receiver == nil:
			err = w.call(s)
		case len(observers) > 0 && observers.pickCall():
			err = w.sending(s).observed(s.ctx, conn, receiver, nil)
		default:
			err = call(s.ctx, receiver, s.args, nil)
		}
		if err != nil {
			w.report(s.ctx, err)
		}
	}
}

// isPlain reports whether the receiver needs no check before a call, and has no
// middleware.
func (c *Connection) isPlain() bool {
	return c.extra.until == nil && c.extra.owner == nil && len(c.core.hooks().around(c)) == 0
}

// report passes an error of the receiver to the error handler.
func (w *worker) report(ctx context.Context, err error) {
	if conn := w.queue.conn; !isStop(err) {
		conn.core.reportQueued(ctx, conn.fail(err))
	}
}

// call calls the receiver with a send, unless it has been disconnected.
func (w *worker) call(s *sent) error {
	q := w.queue
	conn := q.conn
	if !conn.extra.alive() {
		conn.Disconnect()
		q.drop(1)
		return nil
	}
	receiver := conn.call()
	if receiver == nil { // it has just been disconnected
		q.drop(1)
		return nil
	}
	return w.sending(s).invoke(s.ctx, conn, receiver, nil)
}

// sending returns a queued send as one that is under way.
func (w *worker) sending(s *sent) *sending {
	c := w.queue.conn.core
	return &sending{info: SendInfo{Signal: (*Signal)(c), Mode: Queued}, kind: c.kind.Load(), args: s.args, hooks: c.hooks()}
}

// sleep waits for a send. It returns false when there will be no more. A sleeping
// worker keeps nothing of a send.
func (w *worker) sleep() bool {
	q := w.queue
	if runtime.Gosched(); q.hasAny() {
		return true // yielding costs less than sleeping and being woken
	}
	w.own.clear()
	clear(w.batch[:])
	switch w.fallAsleep() {
	case stay:
		return true
	case end:
		q.conn.core.forget(q.conn)
		return false
	}
	<-w.wake
	return true
}

// A rest says what a worker does that has found nothing.
type rest int

const (
	stay  rest = iota // there is a send after all
	sleep             // until it is woken
	end               // no more sends will come
)

// fallAsleep marks the worker as asleep, unless there is something to do.
func (w *worker) fallAsleep() rest {
	q := w.queue
	c := q.conn.core
	c.queuing.Lock()
	defer c.queuing.Unlock()
	if q.untaken() > 0 {
		return stay
	}
	if q.ring != nil && q.apart {
		q.rejoin()
	}
	q.busy--
	if q.busy == 0 && q.finished != nil {
		close(q.finished)
		q.finished = nil
	}
	if q.closed {
		return end
	}
	q.asleep = append(q.asleep, w)
	if r := q.ring; r != nil {
		if q.busy == 0 {
			r.busy--
		}
		q.addSleeper()
		r.tidy()
	}
	return sleep
}
