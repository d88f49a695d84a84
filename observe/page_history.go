package observe

import (
	"sync"
	"time"
	"weak"
)

// The history of a signal is its counts at several times within the last two minutes,
// the oldest first.
const (
	historyStep = 2 * time.Second
	historyLen  = 60
)

// history keeps the histories of all signals.
type history struct {
	mu     sync.Mutex // guards what follows; no send takes it
	times  []time.Time
	counts map[int][]counted // by the signal's id; as long as times or, for a new signal, shorter
	quiet  map[int]quiet     // by the signal's id
}

// quiet says since when the number of sends of a signal has not changed.
type quiet struct {
	sends uint64
	since time.Time
}

// counted is the counts of a signal at some time.
type counted struct{ sends, errors, panics, drops uint64 }

func countedOf(s *SignalMetrics) counted { return counted{s.Sends, s.Errors, s.Panics, s.Drops} }

// begin adds to the history at intervals, until the page is collected.
func (h *history) begin(p *page) {
	held := weak.Make(p)
	var add func()
	add = func() {
		if p := held.Value(); p != nil {
			p.history.add(time.Now(), p.signals())
			time.AfterFunc(historyStep, add)
		}
	}
	h.add(time.Now(), p.signals())
	time.AfterFunc(historyStep, add)
}

func (h *history) add(now time.Time, signals []*pageSignal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.counts == nil {
		h.counts, h.quiet = make(map[int][]counted), make(map[int]quiet)
	}
	h.times = lastOf(append(h.times, now))
	for _, s := range signals {
		h.counts[s.id] = lastOf(append(h.counts[s.id], countedOf(&s.SignalMetrics)))
		h.setQuiet(now, s)
	}
}

// setQuiet sets for how long no send of a signal has begun. The caller holds mu.
func (h *history) setQuiet(now time.Time, s *pageSignal) {
	q, ok := h.quiet[s.id]
	if !ok || q.sends != s.Sends {
		q = quiet{s.Sends, now}
		h.quiet[s.id] = q
	}
	s.quiet = now.Sub(q.since)
}

// lastOf moves the last element of a full list to its beginning.
func lastOf[T any](list []T) []T {
	if len(list) <= historyLen {
		return list
	}
	return list[:copy(list, list[len(list)-historyLen:])]
}

// fill fills in what the history knows about a signal.
func (h *history) fill(now time.Time, s *pageSignal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.setQuiet(now, s)
	points := h.counts[s.id]
	times := h.times[len(h.times)-len(points):]
	if len(points) == 0 {
		return
	}
	s.Recent = make([]float64, 0, len(points))
	for i := 1; i < len(points); i++ {
		s.Recent = append(s.Recent, perSecond(points[i].sends-points[i-1].sends, times[i].Sub(times[i-1])))
	}
	since := max(0, len(points)-2) // two, so that a rate covers at least two seconds
	s.Rate = perSecond(s.Sends-points[since].sends, now.Sub(times[since]))
	first := points[0]
	s.fresh = counted{s.Sends - first.sends, s.Errors - first.errors, s.Panics - first.panics, s.Drops - first.drops}
}

func perSecond(n uint64, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(n) / d.Seconds()
}
