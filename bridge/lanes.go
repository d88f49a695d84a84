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
	limit int // of the deliveries in flight that are counted

	jobs   chan job      // to an idle worker
	idle   chan struct{} // holds a token for each idle worker; its capacity is their limit
	closed chan struct{} // closed by close
	empty  chan struct{} // closed when the lanes are closed and nothing is in flight

	mu       sync.Mutex       // guards what follows, and close(closed)
	room     *sync.Cond       // on mu: there may be room, or the lanes are closed
	lanes    map[string]*lane // by key; those that have a worker
	inFlight int              // deliveries in queues or with a worker
	aside    int              // of these, those that are not counted; at most limit
}

// A lane has the deliveries of one key.
type lane struct {
	queue  []Delivery // what has not begun, in order
	paused bool       // its worker waits for the next try of a delivery
	aside  int        // deliveries that are not counted: the paused one, and those in queue
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
		lanes:  make(map[string]*lane),
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
		default:
			go l.run(job{key, d})
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.inFlight-l.aside >= l.limit && !l.isClosed() {
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
	of := l.lanes[key]
	if of == nil {
		l.lanes[key] = new(lane)
		return true, false
	}
	of.queue = append(of.queue, d)
	if of.paused {
		l.putAside(of, 1)
	}
	return true, true
}

// putAside stops counting up to n deliveries of a lane. mu is held.
func (l *lanes) putAside(of *lane, n int) {
	n = min(n, l.limit-l.aside)
	of.aside += n
	l.aside += n
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
	of := l.lanes[key]
	if len(of.queue) == 0 {
		delete(l.lanes, key)
		return Delivery{}, false
	}
	d, of.queue[0] = of.queue[0], Delivery{}
	of.queue = of.queue[1:]
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
	for _, of := range l.lanes {
		all = append(all, of.queue...)
		of.queue = nil
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

// pause calls wait for the delivery that a key's worker does. Meanwhile this delivery and
// those behind it are not counted, so that others have room, up to limit of them.
//
// The delivery does not wait for room after its pause: what has taken the room may be
// behind it.
func (l *lanes) pause(key string, wait func() bool) bool {
	l.mu.Lock()
	of := l.lanes[key]
	of.paused = true
	l.putAside(of, 1+len(of.queue))
	l.room.Signal()
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.aside -= of.aside
		of.paused, of.aside = false, 0
	}()
	return wait()
}

// count returns how many deliveries are in flight, paused ones included.
func (l *lanes) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inFlight
}
