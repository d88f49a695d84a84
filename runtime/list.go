package runtime

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// A list keeps the receivers of all senders, or of one, in the order in which
// they are called: the highest priority first, and among equals as they were
// connected.
//
// Sends load the snapshot and range over its receivers without a lock. This is safe
// because:
//
//   - The elements of a published slice never change. A new receiver is written
//     after the end of every slice published so far, or into a new array.
//   - Only the holder of the core's mutex appends, and only to the slices published
//     last. A send publishes too, but only whole new arrays, by compare and swap.
//
// A disconnected receiver stays in the slice, and sends skip it by its state. The list
// is rebuilt without them once there are many, or by the next send that finds the mutex
// free. A receiver that does not belong at the end, because of its priority, waits in
// the tail until a send puts it in its place. That takes as long as the send's own
// loop, however many are waiting. So connecting and disconnecting take constant time,
// amortised.
type list struct {
	published atomic.Pointer[snapshot]
	live      int // connected receivers; guarded by the core's mutex
	dead      int // disconnected receivers that the snapshot still holds; guarded by the core's mutex
}

// A snapshot is what a send sees. It never changes.
type snapshot struct {
	walk      walk           // over the receivers, for generated code; unready if there is a tail or special is not nil
	counter   *Counter       // counts sends, and picks those that must not walk; nil for none
	receivers []*Connection  // in order
	tail      *[]*Connection // in the order of Connect; nil if empty
	special   *special       // what else a send has to respect; nil for nothing; only in the list for all senders
}

// special is what a send has to respect besides its receivers.
type special struct {
	hooks
	taps      []*tap
	muted     bool
	closed    bool
	unstarted bool // the core does not know its kind yet
}

// hasStarted reports whether the core knows its kind.
func (s *snapshot) hasStarted() bool { return s != nil && (s.special == nil || !s.special.unstarted) }

// onlyCounts reports whether a loop may call the receivers directly although there is
// something special. If it returns a counter, the loop may do so only if the counter
// has not picked the send.
func (s *special) onlyCounts() (counter *Counter, only bool) {
	switch {
	case s == nil:
		return nil, true
	case len(s.taps) > 0 || s.muted || s.closed || s.unstarted || len(s.middleware) > 0:
		return nil, false
	default:
		return s.observers.counter()
	}
}

// smallList is the length up to which a list is rebuilt at each disconnect, so that no
// send has to skip anything.
const smallList = 64

// update publishes a copy of the snapshot that change has modified. The caller holds
// the core's mutex.
func (l *list) update(change func(*snapshot)) {
	for {
		old := l.published.Load()
		next := new(snapshot)
		if old != nil {
			*next = *old
		}
		change(next)
		next.prepare()
		if l.published.CompareAndSwap(old, next) {
			return
		}
	}
}

// prepare sets what a loop walks over.
func (s *snapshot) prepare() {
	s.walk, s.counter = unready, nil
	if counter, plain := s.special.onlyCounts(); plain && s.tail == nil {
		s.walk, s.counter = walkOver(s.receivers), counter
	}
}

// insert adds c. The caller holds the core's mutex.
func (l *list) insert(c *Connection) {
	l.live++
	l.update(func(s *snapshot) {
		if n := len(s.receivers); s.tail != nil || n > 0 && before(c, s.receivers[n-1]) < 0 {
			s.setTail(append(s.waiting(), c))
			return
		}
		s.receivers = with(s.receivers, c)
	})
}

// setTail sets the tail, which may be empty.
func (s *snapshot) setTail(connections []*Connection) {
	if s.tail = nil; len(connections) > 0 {
		tail := connections // allocated only if it is not empty
		s.tail = &tail
	}
}

// waiting returns the tail.
func (s *snapshot) waiting() []*Connection {
	if s.tail == nil {
		return nil
	}
	return *s.tail
}

// remove counts one more disconnected receiver, and drops all of them when that pays.
// The caller holds the core's mutex.
func (l *list) remove() {
	l.live--
	l.dead++
	if held := l.live + l.dead; held <= smallList || l.dead*4 >= held {
		l.compact()
	}
}

// compact drops the disconnected receivers. The caller holds the core's mutex.
func (l *list) compact() {
	l.dead = 0
	l.update(func(s *snapshot) {
		s.receivers = connectedOf(s.receivers)
		s.setTail(connectedOf(s.waiting()))
	})
}

// fill drops the disconnected receivers of a list for later sends. It does nothing if
// the mutex is taken: no send waits for it.
func (c *core) fill(l *list) {
	if !c.mu.TryLock() {
		return
	}
	defer c.mu.Unlock()
	if l.dead > 0 {
		l.compact()
	}
}

// connectedOf returns the connected ones in a new array.
func connectedOf(connections []*Connection) []*Connection {
	var live []*Connection
	for i, c := range connections {
		if c.state.Load() == disconnected {
			continue
		}
		if live == nil {
			live = make([]*Connection, 0, len(connections)-i+1)
		}
		live = append(live, c)
	}
	return live
}

// held returns everything that the snapshot holds.
func (l *list) held() []*Connection {
	s := l.published.Load()
	if s == nil {
		return nil
	}
	return slices.Concat(s.receivers, s.waiting())
}

// anyConnected reports whether anything is connected.
func (l *list) anyConnected() bool {
	s := l.published.Load()
	return s != nil && (slices.ContainsFunc(s.receivers, (*Connection).Connected) || slices.ContainsFunc(s.waiting(), (*Connection).Connected))
}

// ordered returns the snapshot with all receivers in their places.
func (l *list) ordered() *snapshot {
	for {
		old := l.published.Load()
		if old == nil || old.tail == nil {
			return old
		}
		next := &snapshot{receivers: merge(old.receivers, sorted(*old.tail)), special: old.special}
		next.prepare()
		if l.published.CompareAndSwap(old, next) {
			return next
		}
	}
}

// before orders connections as they are called.
func before(a, b *Connection) int {
	return cmp.Or(cmp.Compare(b.priority(), a.priority()), cmp.Compare(a.seq, b.seq))
}

func sorted(connections []*Connection) []*Connection {
	return slices.SortedFunc(slices.Values(connections), before)
}

// merge returns a new slice of both, which are in order. It leaves room for more.
func merge(a, b []*Connection) []*Connection {
	merged := make([]*Connection, 0, (len(a)+len(b))*5/4+1)
	for len(a) > 0 && len(b) > 0 {
		if before(a[0], b[0]) < 0 {
			merged, a = append(merged, a[0]), a[1:]
		} else {
			merged, b = append(merged, b[0]), b[1:]
		}
	}
	return append(append(merged, a...), b...)
}
