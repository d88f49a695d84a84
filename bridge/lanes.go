package bridge

import (
	"runtime"
	"sync"
)

// lanes process deliveries: those of one key one after another, in order, and those of
// different keys at the same time. A key has a worker, a goroutine, while it has
// deliveries. A few idle workers wait for the next key, because their stacks have grown
// already, and growing a stack takes longer than most receivers do.
type lanes struct {
	work  func(d Delivery)
	limit int // of the deliveries in flight, paused ones not counted

	jobs   chan job      // to an idle worker
	idle   chan struct{} // holds a token for each idle worker; its capacity is their limit
	closed chan struct{} // closed by close
	empty  chan struct{} // closed when the lanes are closed and nothing is in flight

	mu       sync.Mutex            // guards what follows, and close(closed)
	room     *sync.Cond            // on mu: there may be room, or the lanes are closed
	queues   map[string][]Delivery // of what has not begun; a key is in it if and only if it has a worker
	inFlight int                   // in queues or with a worker
	paused   int                   // of these, waiting for their next try; at most limit
}

// A job is the first delivery of a key that has no worker.
type job struct {
	key string
	d   Delivery
}

// newLanes returns lanes that take deliveries while fewer than limit are in flight.
func newLanes(limit int, work func(d Delivery)) *lanes {
	l := &lanes{
		work:   work,
		limit:  limit,
		jobs:   make(chan job),
		idle:   make(chan struct{}, min(limit, runtime.GOMAXPROCS(0))),
		closed: make(chan struct{}),
		empty:  make(chan struct{}),
		queues: make(map[string][]Delivery),
	}
	l.room = sync.NewCond(&l.mu)
	return l
}

// close makes the lanes refuse deliveries from now on. The channel that it returns is
// closed when nothing is in flight.
func (l *lanes) close() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.isClosed() {
		close(l.closed)
		l.room.Broadcast()
		l.closeIfEmpty()
	}
	return l.empty
}

func (l *lanes) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

// closeIfEmpty closes empty if it is time to. mu is held.
func (l *lanes) closeIfEmpty() {
	if l.isClosed() && l.inFlight == 0 {
		close(l.empty)
	}
}

// put adds a delivery, and returns when there is room for another one or the lanes are
// closed. If they were closed before, it returns false and does not take the delivery.
// It must not be called by two goroutines at the same time.
func (l *lanes) put(key string, d Delivery) bool {
	ok, running := l.add(key, d)
	if !ok {
		return false
	}
	if !running {
		select {
		case l.jobs <- job{key, d}:
			// The worker runs now, and on this processor: whoever sent the signal
			// waits for it, and nobody for what this goroutine does next.
			runtime.Gosched()
		default:
			go l.run(job{key, d})
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.inFlight-l.paused >= l.limit && !l.isClosed() {
		l.room.Wait()
	}
	return true
}

// add counts a delivery. If its key has a worker, it adds the delivery to the queue of
// the key.
func (l *lanes) add(key string, d Delivery) (ok, running bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isClosed() {
		return false, false
	}
	l.inFlight++
	queue, running := l.queues[key]
	if running {
		queue = append(queue, d)
	}
	l.queues[key] = queue
	return true, running
}

// run is a worker. When a receiver ends the goroutine, another one goes on.
func (l *lanes) run(j job) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if d, ok := l.next(j.key); ok {
			go l.run(job{j.key, d})
		}
	}()
	for ok := true; ok; j, ok = l.wait() {
		for more := true; more; j.d, more = l.next(j.key) {
			l.do(j.d, l.work)
		}
	}
	returned = true
}

// wait waits for a job. It returns false if enough other workers wait, or the lanes are
// closed.
func (l *lanes) wait() (j job, ok bool) {
	select {
	case l.idle <- struct{}{}:
	default:
		return job{}, false
	}
	defer func() { <-l.idle }()
	select {
	case j = <-l.jobs:
		return j, true
	case <-l.closed:
		return job{}, false
	}
}

// next returns the next delivery of a key. If there is none, the key has no worker
// from now on.
func (l *lanes) next(key string) (d Delivery, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.queues[key]
	if len(queue) == 0 {
		delete(l.queues, key)
		return Delivery{}, false
	}
	d, queue[0] = queue[0], Delivery{}
	l.queues[key] = queue[1:]
	return d, true
}

// abandon calls release, in place of work, with the deliveries that have not begun. The
// lanes are closed.
func (l *lanes) abandon(release func(d Delivery)) {
	for _, d := range l.waiting() {
		l.do(d, release)
	}
}

// waiting empties the queues and returns what was in them.
func (l *lanes) waiting() (all []Delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, queue := range l.queues {
		all = append(all, queue...)
		l.queues[key] = nil
	}
	return all
}

// do calls work with a delivery, which is no longer in flight afterwards.
func (l *lanes) do(d Delivery, work func(d Delivery)) {
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.inFlight--
		l.room.Signal()
		l.closeIfEmpty()
	}()
	work(d)
}

// pause calls wait for a delivery in flight, which leaves its room to another one
// meanwhile, unless limit deliveries are paused already.
//
// A delivery does not wait for room after its pause: what has taken the room may be
// behind it in the queue of its key.
func (l *lanes) pause(wait func() bool) bool {
	l.mu.Lock()
	yields := l.paused < l.limit
	if yields {
		l.paused++
		l.room.Signal()
	}
	l.mu.Unlock()
	if yields {
		defer func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.paused--
		}()
	}
	return wait()
}

// count returns how many deliveries are in flight, paused ones included.
func (l *lanes) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inFlight
}
