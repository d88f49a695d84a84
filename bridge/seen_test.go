package bridge

import (
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// Against a map of when each was acknowledged.
func TestSeen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOf(seenSteps).Draw(rt, "steps")
		wrong := ""
		synctest.Test(t, func(*testing.T) { wrong = runSeen(steps) })
		if wrong != "" {
			rt.Error(wrong)
		}
	})
}

// A seenStep is an id to add or to ask for after a while.
type seenStep struct {
	id, source string
	after      time.Duration
	add        bool
}

var seenSteps = rapid.Custom(func(t *rapid.T) seenStep {
	return seenStep{
		id:     strconv.Itoa(rapid.IntRange(0, 20).Draw(t, "id")),
		source: rapid.SampledFrom([]string{"", "1", "/"}).Draw(t, "source"),
		after:  time.Duration(rapid.SampledFrom([]int{0, 1, 9, 30, 59, 60, 61, 120, 200}).Draw(t, "seconds")) * time.Second,
		add:    rapid.Bool().Draw(t, "add"),
	}
})

// runSeen returns what goes wrong.
func runSeen(steps []seenStep) string {
	type name struct{ source, id string }
	s := seen{window: time.Minute}
	acknowledged := make(map[name]time.Time)
	for _, step := range steps {
		time.Sleep(step.after)
		n, e := name{step.source, step.id}, &Envelope{ID: step.id, Source: step.source}
		at, found := acknowledged[n]
		age := time.Since(at)
		got := s.has(e, time.Now())
		if got && (!found || age >= 2*time.Minute) || !got && found && age < time.Minute {
			return fmt.Sprintf("has %v: %v, acknowledged %v, %v ago", n, got, found, age)
		}
		if step.add {
			s.add(e)
			acknowledged[n] = time.Now()
		}
	}
	return ""
}

// Without a window nothing is kept.
func TestSeenNothing(t *testing.T) {
	var s seen
	e := &Envelope{ID: "1"}
	if s.add(e); s.has(e, time.Now()) || len(s.newer) > 0 {
		t.Errorf("keeps %v", s.newer)
	}
}

// However many there are within the window, memory is bounded, and the latest are
// kept.
func TestSeenIsBounded(t *testing.T) {
	s := seen{window: time.Hour}
	envelope := func(i int) *Envelope { return &Envelope{ID: strconv.Itoa(i)} }
	const n = 3 * maxSeen
	has := func(i int) bool { return s.has(envelope(i), time.Now()) }
	for i := range n {
		s.add(envelope(i))
	}
	if n := len(s.newer) + len(s.older); n < maxSeen || n > 2*maxSeen {
		t.Errorf("%d are kept, want %d to twice as many", n, maxSeen)
	}
	if has(n-2*maxSeen-1) || !has(n-maxSeen) || !has(n-1) {
		t.Error("others than the latest are kept")
	}
}
