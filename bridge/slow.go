package bridge

import (
	"log/slog"
	"sync"
	"time"
)

// slowAfter is how long receivers may take before it is logged: they hold up what is
// behind them, and nobody would hear of it otherwise.
const slowAfter = time.Minute

// A watch knows which deliveries are with receivers.
type watch struct {
	mu    sync.Mutex // guards begun
	begun map[*Envelope]beginning
}

// A beginning is when a delivery went to the receivers.
type beginning struct {
	at      time.Time
	attempt int
	logged  bool
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

// slow returns how many deliveries take long. It calls fresh, unless that is nil, with
// each that it has not been called with before.
func (w *watch) slow(fresh func(e *Envelope, attempt int)) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for e, b := range w.begun {
		if time.Since(b.at) < slowAfter {
			continue
		}
		n++
		if fresh != nil && !b.logged {
			b.logged = true
			w.begun[e] = b
			fresh(e, b.attempt)
		}
	}
	return n
}

// logSlow logs deliveries that take long, until the subscription has ended.
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
