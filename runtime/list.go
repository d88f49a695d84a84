package runtime

import (
	"slices"
	"sync/atomic"
)

// A list keeps receivers in the order in which they are called: the highest
// priority first, and among equals as they were connected.
//
// Sends load the slice and range over it without a lock. Two invariants make
// that safe:
//
//   - The elements of a published slice never change. An insert at the end
//     writes behind the length of every slice published so far; any other
//     change makes a new array.
//   - Only the holder of the signal's mutex publishes, and only the slice that
//     was published last is appended to.
//
// A disconnected receiver stays in the slice, and sends skip it by its state.
// The list is rebuilt without them once they are many, so that connecting at
// one priority and disconnecting take constant time, amortised.
//
// R is always a pointer to a [Receiver]. All pointers share one instantiation:
// a program with a thousand signals holds this code once.
type list[R interface{ connection() *Connection }] struct {
	published atomic.Pointer[[]R]
	dead      int // disconnected receivers in the published slice; guarded by the signal's mutex
}

// smallList is the length up to which a disconnected receiver is let go at
// once, with all that its func has captured.
const smallList = 64

func (l *list[R]) load() []R {
	if published := l.published.Load(); published != nil {
		return *published
	}
	return nil
}

// insert adds r behind the receivers of its priority. The caller holds the
// signal's mutex.
func (l *list[R]) insert(r R) {
	receivers := l.load()
	at := len(receivers)
	for at > 0 && receivers[at-1].connection().priority < r.connection().priority {
		at--
	}
	if at < len(receivers) {
		receivers = slices.Clip(receivers) // Insert then makes a new array
	}
	receivers = slices.Insert(receivers, at, r)
	l.published.Store(&receivers)
}

// remove counts one more disconnected receiver and drops them all when that
// pays. The caller holds the signal's mutex.
func (l *list[R]) remove() {
	l.dead++
	receivers := l.load()
	if len(receivers) > smallList && l.dead*4 < len(receivers) {
		return
	}
	live := make([]R, 0, len(receivers)-l.dead)
	for _, r := range receivers {
		if r.connection().Connected() {
			live = append(live, r)
		}
	}
	l.published.Store(&live)
	l.dead = 0
}
