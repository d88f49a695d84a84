package bridge

import (
	"log/slog"
	"sync"
	"time"
)

// slowAfter is how long receivers may take before it is logged. A receiver that hangs
// blocks its key, and nothing else would show it.
const slowAfter = time.Minute

// A watch finds deliveries whose receivers take long.
type watch struct {
	mu    sync.Mutex // guards begun
	begun map[*Envelope]beginning
}

// A beginning is the start of a delivery.
type beginning struct {
	at       time.Time
	attempt  int
	reported bool
}

func (w *watch) begin(d Delivery, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.begun == nil {
		w.begun = make(map[*Envelope]beginning)
	}
	w.begun[d.Envelope] = beginning{at: now, attempt: d.Attempt}
}

func (w *watch) end(e *Envelope) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.begun, e)
}

// slow returns how many deliveries take long. If report is not nil, it is called once for
// each of them.
func (w *watch) slow(report func(e *Envelope, attempt int)) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for e, b := range w.begun {
		if time.Since(b.at) < slowAfter {
			continue
		}
		n++
		if report != nil && !b.reported {
			b.reported = true
			w.begun[e] = b
			report(e, b.attempt)
		}
	}
	return n
}

// logSlow logs deliveries that take long until the subscription has ended.
func (s *Subscription) logSlow() {
	tick := time.NewTicker(slowAfter / 6)
	defer tick.Stop()
	for {
		select {
		case <-s.calls.Done():
			return
		case <-tick.C:
		}
		s.watch.slow(func(e *Envelope, attempt int) {
			slog.Default().Warn("bridged signal is still being received",
				"signal", s.typ, "group", s.group, "id", e.ID, "source", e.Source, "attempt", attempt, "for", slowAfter)
		})
	}
}
