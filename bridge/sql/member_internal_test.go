package sqlbridge

import (
	"testing"
	"time"
)

func TestCursor(t *testing.T) {
	now := time.Unix(1000, 0)
	after := func(d time.Duration) time.Time { now = now.Add(d); return now }
	var c cursor
	check := func(what string, want int64) {
		t.Helper()
		if c.after != want {
			t.Errorf("%s: found claims after %d, wanted %d", what, c.after, want)
		}
	}
	if !c.start(now) {
		t.Error("found a first claim without a rescan")
	}
	c.rescanned(after(10 * time.Millisecond))
	c.claimed(100)
	check("before the second rescan", 0)
	if c.start(after(199 * time.Millisecond)) {
		t.Error("found a rescan before 20 times as long as the last one took")
	}
	if !c.start(after(time.Millisecond)) {
		t.Error("found no rescan after 20 times as long as the last one took")
	}
	c.claimed(200)
	check("after the second rescan", 0)
	c.rescanned(now)

	if !c.start(now) {
		t.Error("found no rescan")
	}
	check("during a rescan", 0)
	c.claimed(70) // committed late, and there may be more
	check("after an event that was committed late", 70)
	c.claimed(300)
	check("after a later event", 100)
	c.after = 1 << 40
	c.rewind()
	check("rewound", 100)

	c.rescanned(after(time.Hour))
	if !c.start(after(time.Minute)) {
		t.Error("found no rescan a minute after one that took an hour")
	}

	c.drained(5)
	c.drained(6)
	if c.dueFrom != 5 {
		t.Errorf("found leases from %d, wanted 5", c.dueFrom)
	}
}

// Each claim expires by itself, a lease after it began or was renewed. The rest of its batch
// is dropped with it.
func TestExpiry(t *testing.T) {
	ago := func(d time.Duration) time.Time { return time.Now().Add(-d) }
	m := &member{lease: time.Minute, held: make(map[claim]time.Time)}
	drop := func(event int64, want bool) {
		t.Helper()
		if got := m.dropIfExpired(claim{event, 1}); got != want {
			t.Errorf("event %d: dropped %v, want %v", event, got, want)
		}
	}
	m.hold([]claimed{{claim: claim{1, 1}}}, ago(10*time.Second))
	m.hold([]claimed{{claim: claim{2, 1}}, {claim: claim{3, 1}}, {claim: claim{4, 1}}}, ago(2*time.Minute)) // took long
	m.holdLonger([]claim{{2, 1}, {9, 1}}, ago(20*time.Second))
	drop(1, false)
	drop(2, false)
	drop(3, true)
	m.holdLonger([]claim{{3, 1}, {4, 1}}, ago(0)) // what is dropped is not held again
	drop(4, true)
	if len(m.held) != 2 {
		t.Errorf("found claims %v, wanted two", m.held)
	}
}

func TestFailures(t *testing.T) {
	for state, want := range map[string][2]bool{
		"40001": {true, true}, "40P01": {true, true}, "57P01": {false, true}, "08006": {false, true}, "53300": {false, true},
		"25006": {false, true}, "42P01": {false, false}, "23505": {false, false},
	} {
		if err := stated(state); isConflict(err) != want[0] || isTransient(err) != want[1] {
			t.Errorf("%s: conflict %v, transient %v, want %v", state, isConflict(err), isTransient(err), want)
		}
	}
	for code, want := range map[coded]bool{5: true, 6: true, 5 | 2<<8: true, 19: false, 1: false} {
		if isConflict(code) != want {
			t.Errorf("%v: conflict %v", code, !want)
		}
	}
}

type stated string

func (s stated) Error() string    { return "state" }
func (s stated) SQLState() string { return string(s) }

type coded int

func (c coded) Error() string { return "code" }
func (c coded) Code() int     { return int(c) }
