package runtime

import (
	"context"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
)

// A worker calls an async receiver with what is in its queue, in its own goroutine.
type worker struct {
	queue *queue
	wake  chan struct{} // made by the send that starts the worker; nil before
	start bool          // the worker must be started instead of woken
	next  *worker       // the next worker to wake
	own   *sent         // memory for a send taken from the backlog
	batch [batch]*sent  // the sends taken: own, or slots claimed in the ring
	at, n int           // index of the next send in batch, and the number of sends
}

// batch is the most sends that a worker takes from the ring at once. It never takes
// more than an eighth of its queue. They count as queued until the receiver has handled
// all of them: counting them one by one would take longer than the calls.
const batch = 32

// queuing guards the queues and rings of a signal. Unlocking it wakes workers: if they
// were woken earlier, they would wait for the lock.
type queuing struct {
	sync.Mutex
	woken, last *worker // a linked list of workers to wake; guarded by the mutex
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

// wake wakes or starts one of the sleeping workers as soon as queuing is unlocked.
// There must be a sleeping worker.
func (q *queue) wake() {
	last := len(q.asleep) - 1
	w := q.asleep[last]
	q.asleep = q.asleep[:last]
	if q.busy++; q.busy == 1 && q.follows() {
		q.ring.busy++
	}
	// A channel belongs to the testing/synctest bubble in which it is made. It is made
	// here so that it belongs to the same bubble as the worker's goroutine, wherever
	// the receiver was connected.
	if w.start = w.wake == nil; w.start {
		w.wake = make(chan struct{}, 1)
	}
	if !q.started {
		q.started, q.room, q.done = true, make(chan struct{}, 1), make(chan struct{})
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
	w.wake <- struct{}{} // does not block: the channel has room, and a worker is woken only while it sleeps
}

// work calls the receiver until the queue is closed. One deferred recover guards the
// loop: after a panic, the loop is entered again at the next send.
func (w *worker) work() {
	pprof.SetGoroutineLabels(context.Background()) // removes the labels of the goroutine that started it
	w.notifyStart()
	if w.own == nil {
		w.own = &sent{args: w.queue.kind().newArgs()}
	}
	for w.loop() {
	}
}

// notifyStart notifies the observers. A panic of one is reported as an error of the
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
// panics. It reports whether the worker continues.
func (w *worker) loop() (more bool) {
	returned := false
	defer func() {
		if !returned {
			more = w.recovered(recover())
		}
	}()
	for {
		w.handle()
		if !w.take() && !w.sleep() {
			returned = true
			return false
		}
	}
}

// recovered reports the panic or Goexit of a call; value is what recover returned. If
// the receiver or the error handler exits the goroutine, a new one continues.
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

// take takes the next sends from the queue, and reports whether there are any.
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

// handle calls the receiver with the sends taken.
func (w *worker) handle() {
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

// report passes an error of the receiver to the [ErrorHandler], unless it is [ErrStop].
func (w *worker) report(ctx context.Context, err error) {
	if conn := w.queue.conn; !isStop(err) {
		conn.core.reportQueued(ctx, conn.fail(err))
	}
}

// call calls the receiver with a send, unless it has been disconnected. It is the slow
// way, for a receiver that needs a check or has middleware.
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

// sending returns a stored send in the form of one that is under way.
func (w *worker) sending(s *sent) *sending {
	c := w.queue.conn.core
	return &sending{info: SendInfo{Signal: (*Signal)(c), Mode: Queued}, kind: c.kind.Load(), args: s.args, hooks: c.hooks()}
}

// sleep waits for a send. It returns false when no more will come. A sleeping worker
// keeps no arguments alive.
func (w *worker) sleep() bool {
	q := w.queue
	if runtime.Gosched(); q.hasAny() {
		return true // yielding costs less than sleeping and being woken
	}
	w.own.clear()
	clear(w.batch[:])
	switch w.fallAsleep() {
	case working:
		return true
	case ended:
		q.conn.core.forget(q.conn)
		return false
	}
	<-w.wake
	return true
}

// A workerState says what a worker does after it has found its queue empty.
type workerState int

const (
	working workerState = iota // a send has come meanwhile
	asleep                     // until it is woken
	ended                      // the queue is closed
)

// fallAsleep marks the worker as asleep, unless something is queued.
func (w *worker) fallAsleep() workerState {
	q := w.queue
	c := q.conn.core
	c.queuing.Lock()
	defer c.queuing.Unlock()
	if q.untaken() > 0 {
		return working
	}
	if q.ring != nil && q.apart {
		q.rejoin()
	}
	q.busy--
	if q.busy == 0 && q.idle != nil {
		close(q.idle)
		q.idle = nil
	}
	if q.closed {
		return ended
	}
	q.asleep = append(q.asleep, w)
	if r := q.ring; r != nil {
		if q.busy == 0 {
			r.busy--
		}
		q.addSleeper()
		r.tidy()
	}
	return asleep
}
