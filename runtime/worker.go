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
	start bool          // the worker is to be started
	next  *worker       // to wake too
	own   *sent         // taken from the backlog
	batch [batch]*sent  // what is taken: own, or slots that are claimed in the ring
	at, n int           // of those, the next to hear, and how many there are
}

// batch is how many sends a worker takes from the ring at once, at most, and no more than
// an eighth of its queue. What it has heard of them counts as queued until it has heard
// all: to say so for each by itself would take longer than the call of a receiver.
const batch = 32

// queuing guards the queues of a signal, and wakes workers. They would only wait for it
// if they were woken before it is unlocked.
type queuing struct {
	sync.Mutex
	woken, last *worker // to be woken, by their next
}

// Unlock unlocks, and then wakes.
func (q *queuing) Unlock() {
	w := q.woken
	q.woken, q.last = nil, nil
	q.Mutex.Unlock()
	for w != nil {
		next := w.next
		w.next = nil
		w.goOn()
		w = next
	}
}

// wake has a worker go on that sleeps, or starts it, as soon as queuing is unlocked. There
// is one.
func (q *queue) wake() {
	last := len(q.asleep) - 1
	w := q.asleep[last]
	q.asleep = q.asleep[:last]
	if q.busy++; q.busy == 1 && q.follows() {
		q.ring.busy++
	}
	// A channel belongs to the bubble of testing/synctest in which it is made. Here it is
	// that of the goroutine that waits on it, wherever the receiver was connected.
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

// goOn starts or wakes the worker.
func (w *worker) goOn() {
	if w.start {
		go w.work()
		return
	}
	w.wake <- struct{}{} // there is room for one, and the worker takes it before it sleeps again
}

// work calls the receiver until the queue is closed. One recover guards the loop; after
// a panic it goes on with the next send.
func (w *worker) work() {
	pprof.SetGoroutineLabels(context.Background()) // not those of who has started it
	w.tellStart()
	if w.own == nil {
		w.own = &sent{args: w.queue.kind().newArgs()}
	}
	for w.loop() {
	}
}

// tellStart tells the observers. A panic of one is an error of the receiver.
func (w *worker) tellStart() {
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

// loop calls the receiver with what is queued, as long as it goes well. It reports
// whether the worker is to go on.
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

// recovered reports what has ended a batch; value is what recover has returned. If that
// has ended this goroutine, or the error handler does, another one goes on.
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

// take takes what the receiver is to hear next, and reports whether there is anything.
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

// claim takes sends in the ring.
func (w *worker) claim() {
	q := w.queue
	n := min(q.ring.tail-q.next, max(1, min(q.size/8, batch)))
	q.ring.stored.copyTo(w.batch[:n], q.next)
	q.next += n
	w.n = int(n)
}

// hear has the receiver hear what is taken.
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

// isPlain reports whether there is nothing to ask before a call of the receiver, and
// nothing around it.
func (c *Connection) isPlain() bool {
	return c.extra.until == nil && c.extra.owner == nil && len(c.core.hooks().around(c)) == 0
}

// report hands an error of the receiver to the error handler.
func (w *worker) report(ctx context.Context, err error) {
	if conn := w.queue.conn; !isStop(err) {
		conn.core.reportQueued(ctx, conn.fail(err))
	}
}

// call has the receiver hear a send, if it is to.
func (w *worker) call(s *sent) error {
	q := w.queue
	conn := q.conn
	if !conn.extra.alive() {
		conn.Disconnect()
		q.drop(1)
		return nil
	}
	receiver := conn.call()
	if receiver == nil { // it has been disconnected just now
		q.drop(1)
		return nil
	}
	return w.sending(s).invoke(s.ctx, conn, receiver, nil)
}

// sending returns a send that is queued, as one that is under way.
func (w *worker) sending(s *sent) *sending {
	c := w.queue.conn.core
	return &sending{info: SendInfo{Signal: (*Signal)(c), Mode: Queued}, kind: c.kind.Load(), args: s.args, hooks: c.hooks()}
}

// sleep waits for a send. It returns false when there will be no more. A worker that
// sleeps keeps nothing of a send.
func (w *worker) sleep() bool {
	q := w.queue
	if runtime.Gosched(); q.hasAny() {
		return true // to let others go first takes less than to sleep and be woken
	}
	w.own.clear()
	clear(w.batch[:])
	switch w.lieDown() {
	case stay:
		return true
	case end:
		q.conn.core.forget(q.conn)
		return false
	}
	<-w.wake
	return true
}

// What a worker that has found nothing is to do.
type rest int

const (
	stay  rest = iota // there is something after all
	sleep             // until it is woken
	end               // there will be no more
)

// lieDown notes that the worker sleeps, unless there is something to do.
func (w *worker) lieDown() rest {
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
		q.list()
		r.tidy()
	}
	return sleep
}
