package sqlbridge

import (
	"testing"
	"time"
)

func TestFloor(t *testing.T) {
	now := time.Unix(1000, 0)
	after := func(d time.Duration) time.Time { now = now.Add(d); return now }
	var f floor
	if !f.begin(now) {
		t.Error("does not begin with all")
	}
	f.end(after(10 * time.Millisecond))
	for i := range int64(100) {
		f.claimed(100*(i+1), after(time.Second/10))
	}
	// What was claimed in the last five seconds may be overtaken.
	if f.from != f.low || f.low < 3000 || f.low > 5100 {
		t.Errorf("after 10 seconds claims begin behind %d of 10000", f.low)
	}
	if !f.begin(now) || f.from != 0 || f.due != 0 {
		t.Errorf("not all after 10 seconds: %+v", f)
	}
	f.claimed(70, now) // committed late, and there may be more
	if f.from != 70 {
		t.Errorf("goes on behind %d, want 70", f.from)
	}
	f.claimed(20_000, now)
	if f.from != f.low {
		t.Errorf("goes on behind %d, want %d", f.from, f.low)
	}
	f.end(after(200 * time.Millisecond)) // a long time
	if f.begin(after(time.Second)) || f.hurry() {
		t.Error("all again, though it takes long")
	}
	if !f.begin(after(4 * time.Second)) {
		t.Error("not all again after 20 times as long")
	}
	f.end(after(time.Millisecond))
	if !f.hurry() || !f.begin(now) {
		t.Error("not all again, though it takes little")
	}
	f.looked = 5
	f.raise()
	f.looked = 6
	f.raise()
	if f.due != 5 {
		t.Errorf("due since %d, want 5", f.due)
	}
	f.from = 1 << 40
	f.rewind()
	if f.from != f.low {
		t.Errorf("rewound to %d, want %d", f.from, f.low)
	}
}

// What is left of a batch when its leases have ended unnoticed, because the process was
// stopped, is not handed over, also if they have been renewed before that is noticed.
func TestLapse(t *testing.T) {
	claims := []claimed{{claim: claim{1, 1}}, {claim: claim{2, 1}}, {claim: claim{3, 1}}}
	for _, renewedFirst := range []bool{false, true} {
		m := &member{lease: time.Minute, held: make(map[claim]struct{})}
		m.hold(claims, time.Now().Add(-50*time.Second))
		if m.isLost(claims[0].claim) {
			t.Error("lost within the lease")
		}
		m.renewed = time.Now().Add(-time.Hour)
		if renewedFirst {
			m.noteLapse(time.Now())
		}
		if !m.isLost(claims[1].claim) || !m.isLost(claims[2].claim) || len(m.held) != 1 {
			t.Errorf("not lost after the lease; held %v", m.held)
		}
		m.hold(claims[1:], time.Now())
		if m.isLost(claims[1].claim) {
			t.Error("lost, though it is claimed anew")
		}
	}
}

func TestFailures(t *testing.T) {
	for state, want := range map[string][2]bool{
		"40001": {true, true}, "40P01": {true, true}, "57P01": {false, true}, "08006": {false, true}, "53300": {false, true},
		"25006": {false, true}, "42P01": {false, false}, "23505": {false, false},
	} {
		if err := stated(state); isConflict(err) != want[0] || isPassing(err) != want[1] {
			t.Errorf("%s: conflict %v, passing %v, want %v", state, isConflict(err), isPassing(err), want)
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
