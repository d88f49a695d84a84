package runtime

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// A list holds the receivers for all senders, or those for one sender, in the order in
// which they are called: the highest priority first, and receivers of equal priority in
// the order in which they were connected.
//
// Sends load the snapshot and range over its receivers without a lock. This is safe
// because:
//
//   - The elements of a published slice never change. A new receiver is written
//     after the end of every slice published so far, or into a new array.
//   - Only the holder of the core's mutex appends, and only to the slices published
//     last. A send publishes too, but only whole new arrays, by compare and swap.
//
// Connecting and disconnecting take amortized constant time. A disconnected receiver
// stays in the slice, and sends skip it by its state. The list is rebuilt without such
// receivers once there are many, or by the next send that finds the mutex free. A new
// receiver whose priority does not put it at the end is appended to the tail. The next
// send merges the tail into the receivers, which takes about as long as calling them.
type list struct {
	published atomic.Pointer[snapshot]
	live      int // connected receivers; guarded by the core's mutex
	dead      int // disconnected receivers that the snapshot still holds; guarded by the core's mutex
}

// A snapshot is what a send sees. It never changes.
type snapshot struct {
	walk      walk           // over the receivers, for generated code; unready if there is a tail, or special allows no direct calls
	counter   *Counter       // counts sends, and picks those that the runtime must handle; nil for none
	receivers []*Connection  // in the order of calls
	tail      *[]*Connection // not yet merged into receivers, in the order of Connect; nil if empty
	special   *special       // nil for nothing special, and always nil in the list of one sender
}

// special is what a send must take into account besides its receivers.
type special struct {
	hooks
	taps      []*tap
	muted     bool
	closed    bool
	unstarted bool // the kind of the core is not set yet
}

// special returns what sends must take into account now.
func (c *core) special() *special {
	if s := c.all.published.Load(); s != nil && s.special != nil {
		return s.special
	}
	return &ordinary
}

// ordinary is the special of a signal with nothing special.
var ordinary special

// hasStarted reports whether the kind of the core is set.
func (s *snapshot) hasStarted() bool { return s != nil && (s.special == nil || !s.special.unstarted) }

// onlyCounts reports whether a loop may call the receivers directly. If it returns a
// counter, this holds only for sends that the counter does not pick.
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

// smallList is the length up to which a list is rebuilt at every disconnect, so that
// sends have nothing to skip.
const smallList = 64

// update publishes a copy of the snapshot, as modified by change. It calls change again
// if a send publishes meanwhile. The caller holds the core's mutex.
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

// prepare sets the walk and the counter.
func (s *snapshot) prepare() {
	s.walk, s.counter = unready, nil
	if counter, plain := s.special.onlyCounts(); plain && s.tail == nil {
		s.walk, s.counter = walkOver(s.receivers), counter
	}
}

// insert adds a connection. The caller holds the core's mutex.
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
		tail := connections // a copy, so that an empty tail allocates nothing
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

// remove counts one more disconnected receiver. Once enough of the list is
// disconnected, it compacts the list. The caller holds the core's mutex.
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

// tryCompact compacts a list for later sends. It does nothing if the mutex is taken: a
// send never waits for it.
func (c *core) tryCompact(l *list) {
	if !c.mu.TryLock() {
		return
	}
	defer c.mu.Unlock()
	if l.dead > 0 {
		l.compact()
	}
}

// connectedOf returns those that are connected, in a new array.
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

// held returns all connections of the snapshot, including disconnected ones.
func (l *list) held() []*Connection {
	s := l.published.Load()
	if s == nil {
		return nil
	}
	return slices.Concat(s.receivers, s.waiting())
}

// anyConnected reports whether any receiver of the list is connected.
func (l *list) anyConnected() bool {
	s := l.published.Load()
	return s != nil && (slices.ContainsFunc(s.receivers, (*Connection).Connected) || slices.ContainsFunc(s.waiting(), (*Connection).Connected))
}

// ordered returns the snapshot after merging the tail, if there is one.
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

// merge merges two ordered slices into a new one, with room for more.
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
