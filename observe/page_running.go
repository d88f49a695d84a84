package observe

import (
	"slices"
	"time"
)

// A pageRunning is a receiver that has been running for a long time.
type pageRunning struct {
	Receiver string        `json:"receiver"`
	File     string        `json:"file"`
	Line     int           `json:"line"`
	For      time.Duration `json:"for"`      // how long the oldest call has been running, at least
	InFlight int           `json:"inFlight"` // known calls that are under way
	Stacks   []pageStack   `json:"stacks"`   // the stacks of the goroutines in it
}

// How old stacks may be: those that are shown, and those that are searched for calls.
const (
	stacksShown  = time.Second
	stacksSought = 5 * time.Second
)

// running returns the receivers of a signal that have been running for a long time.
func (p *page) running(now time.Time, s *pageSignal) (all []pageRunning) {
	for _, r := range s.Receivers {
		running := pageRunning{Receiver: r.Name, File: r.File, Line: r.Line}
		switch {
		case r.InFlight > 0 && now.Sub(r.Began) >= p.slow:
			running.For, running.InFlight = now.Sub(r.Began), r.InFlight
			running.Stacks = p.stacks.of(now, stacksShown, r.Name, r.File, r.Line)
		case r.InFlight == 0 && r.Queue == nil && s.mayHide(p.slow):
			running.For = s.quiet
			running.Stacks = slices.DeleteFunc(p.stacks.of(now, stacksSought, r.Name, r.File, r.Line), func(stack pageStack) bool { return !stack.sent })
			for _, stack := range running.Stacks {
				running.InFlight += stack.Goroutines
			}
		}
		if running.InFlight > 0 {
			all = append(all, running)
		}
	}
	return all
}

// mayHide reports whether a call that was not observed may have been running for so
// long: some sends were not observed, and none has begun since.
func (s *pageSignal) mayHide(slow time.Duration) bool {
	return s.quiet >= slow && s.Sends > s.Latency.Count+uint64(s.InFlight)
}
