package sqlbridge

import "time"

// A floor keeps claims fast while a transaction somewhere in PostgreSQL stays open,
// whoever's it is. Until it ends no row that was deleted meanwhile can be vacuumed, and
// a claim that begins at the first event steps over all of them. So claims begin behind
// events that were claimed a while ago, and only now and then at the first one: for
// what has been committed late. The zero value begins with that.
type floor struct {
	from  int64     // claims begin behind this event
	low   int64     // what from returns to: it was claimed at least settling ago
	next  int64     // the highest event claimed since turn was set
	turn  time.Time // when next becomes low
	whole time.Time // when to begin at the first event again
	began time.Time
	took  time.Duration // for what began at the first event
}

// settling is for transactions that overlap, of which a later one is committed first.
// Tests have less time.
var settling = 5 * time.Second

const (
	between = time.Second // how long at least claims do not begin at the first event
	share   = 20          // what begins there takes at most one part in so many
)

// begin reports whether claims are to begin at the first event.
func (f *floor) begin(now time.Time) bool {
	if now.Before(f.whole) {
		return false
	}
	f.from, f.began = 0, now
	return true
}

// end says that a claim that began at the first event has ended.
func (f *floor) end(now time.Time) {
	f.took = now.Sub(f.began)
	f.whole = now.Add(max(between, share*f.took))
}

// hurry has the next claim begin at the first event, and reports whether that is to be
// so: it is if it takes little.
func (f *floor) hurry() bool {
	if share*f.took > between/2 {
		return false
	}
	f.whole = time.Time{}
	return true
}

// claimed says that a claim has ended with the given event.
func (f *floor) claimed(last int64, now time.Time) {
	if now.After(f.turn) {
		f.low, f.next, f.turn = max(f.low, f.next), 0, now.Add(settling)
	}
	f.next = max(f.next, last)
	if f.from < f.low {
		f.from = min(last, f.low)
	}
}

// rewind ends a walk over events that others have.
func (f *floor) rewind() { f.from = f.low }
