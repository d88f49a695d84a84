package sqlbridge

import "time"

// A floor keeps claims fast while a transaction somewhere in PostgreSQL stays open,
// whoever's it is. Until it ends no row that was deleted meanwhile can be vacuumed, and
// a claim that looks at all events steps over all of them. So claims look at events
// behind some that were claimed a while ago, and at those that have become due since
// they last looked at all. They look at all only now and then: for what has been
// committed late, and what others had in hand. The zero value begins with that.
type floor struct {
	from   int64     // claims look at what waits behind this event
	low    int64     // what from returns to: it was claimed at least settling ago
	next   int64     // the highest event claimed since turn was set
	turn   time.Time // when next becomes low
	due    int64     // claims look at what has become due since then, by the database's clock
	looked int64     // when they looked last, by that clock
	whole  time.Time // when to look at all again
	began  time.Time
	took   time.Duration // to look at all
}

// settling is for transactions that overlap, of which a later one is committed first.
// Tests have less time.
var settling = 5 * time.Second

const (
	between = time.Second // how long at least claims do not begin at the first event
	share   = 20          // what begins there takes at most one part in so many
)

// begin reports whether a claim is to look at all.
func (f *floor) begin(now time.Time) bool {
	if now.Before(f.whole) {
		return false
	}
	f.from, f.due, f.began = 0, 0, now
	return true
}

// end says that a claim that has looked at all has ended.
func (f *floor) end(now time.Time) {
	f.took = now.Sub(f.began)
	f.whole = now.Add(max(between, share*f.took))
}

// raise says that nothing more of what has become due is to be claimed.
func (f *floor) raise() {
	if f.due == 0 {
		f.due = f.looked
	}
}

// hurry has the next claim look at all, and reports whether it will: it does if that
// takes little.
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
