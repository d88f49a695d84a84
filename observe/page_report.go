package observe

import (
	"cmp"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// A pageReport is everything that the page knows at some time. Scripts get it as JSON.
type pageReport struct {
	Time    time.Time     `json:"time"`
	Process string        `json:"process"` // when the page was made
	Signals []*pageSignal `json:"signals"`
	Picture *pictureDiff  `json:"picture,omitempty"`
}

// A pageSignal is what the page knows about a signal.
type pageSignal struct {
	Set  string `json:"set,omitempty"`  // of a set that was given by name
	Type string `json:"type,omitempty"` // the type of what a send carries; see describeType

	SignalMetrics

	Rate     float64       `json:"sendsPerSecond"`     // over the last few seconds
	Recent   []float64     `json:"recent"`             // sends per second in the last two minutes, one for each two seconds, the oldest first
	Running  []pageRunning `json:"running,omitempty"`  // receivers that have been running for long
	Problems []pageProblem `json:"problems,omitempty"` // the worst first

	signal runtime.AnySignal // nil if only the metrics know it

	id    int
	fresh counted       // counts of the last two minutes
	quiet time.Duration // how long no send has begun
}

// A pageSource is signals, and the metrics that count them.
type pageSource struct {
	name    string // empty for the program's
	sets    func() iter.Seq[runtime.Set]
	metrics *Metrics
}

func oneSet(set runtime.Set) func() iter.Seq[runtime.Set] {
	return func() iter.Seq[runtime.Set] { return slices.Values([]runtime.Set{set}) }
}

// report collects everything that there is to know.
func (p *page) report() *pageReport {
	r := &pageReport{Time: time.Now(), Process: p.process, Signals: p.signals()}
	for _, s := range r.Signals {
		p.history.fill(r.Time, s)
		s.Running = p.running(r.Time, s)
		s.Problems = problemsOf(s)
	}
	if p.picture != nil {
		r.Picture = p.picture.diff(r.Signals)
	}
	return r
}

// describeType fills in the Type. It takes a while, and few views need it.
func (s *pageSignal) describeType() {
	if s.signal != nil {
		s.Type = typeOf(s.signal)
	}
}

// find returns the signal that is asked for, or nil.
func (r *pageReport) find(q pageQuery) *pageSignal {
	for _, s := range r.Signals {
		if s.Name == q.name && s.Set == q.set {
			return s
		}
	}
	return nil
}

// signals returns all signals with what has been counted.
func (p *page) signals() (all []*pageSignal) {
	for _, source := range p.sources {
		all = append(all, source.signals()...)
	}
	for _, s := range all {
		s.id = p.ids.of(s.Set, s.Name)
	}
	slices.SortFunc(all, func(a, b *pageSignal) int { return cmp.Compare(a.id, b.id) })
	return all
}

// signals returns the signals of the sets, in their order, whether they have been used
// or not. After them come those that only the metrics know, such as signals of generic
// types.
func (source *pageSource) signals() (all []*pageSignal) {
	found := make(map[string]bool)
	for set := range source.sets() {
		for s := range set.All() {
			found[s.Name()] = true
			all = append(all, &pageSignal{Set: source.name, SignalMetrics: source.metrics.Of(s), signal: s})
		}
	}
	for _, m := range source.metrics.Snapshot().Signals {
		if !found[m.Name] {
			all = append(all, &pageSignal{Set: source.name, SignalMetrics: m})
		}
	}
	return all
}

// pageIDs numbers signals, so that a browser can tell them apart.
type pageIDs struct {
	mu sync.Mutex // guards by
	by map[[2]string]int
}

func (ids *pageIDs) of(set, name string) int {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	if ids.by == nil {
		ids.by = make(map[[2]string]int)
	}
	key := [2]string{set, name}
	id, ok := ids.by[key]
	if !ok {
		id = len(ids.by)
		ids.by[key] = id
	}
	return id
}
