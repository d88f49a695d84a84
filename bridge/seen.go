package bridge

import (
	"hash/maphash"
	"sync"
	"time"
)

// seen remembers what was acknowledged, for a window of time.
type seen struct {
	window time.Duration

	mu      sync.Mutex // guards what follows
	entries map[fingerprint]struct{}
	order   []acknowledged // from oldest on, the oldest; what is in front of it is forgotten
	oldest  int
}

// maxSeen bounds what seen remembers.
const maxSeen = 1 << 17

// A fingerprint stands for an id and its source. It is as good as they are: that
// two of them meet by chance is less likely than that a computer fails.
type fingerprint [2]uint64

type acknowledged struct {
	print fingerprint
	at    time.Time
}

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func fingerprintOf(e *Envelope) fingerprint {
	name := struct{ source, id string }{e.Source, e.ID}
	return fingerprint{maphash.Comparable(seeds[0], name), maphash.Comparable(seeds[1], name)}
}

// has reports whether the envelope was acknowledged within the window.
func (s *seen) has(e *Envelope) bool {
	if s.window <= 0 {
		return false
	}
	print := fingerprintOf(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(time.Now())
	_, found := s.entries[print]
	return found
}

// add notes that the envelope is acknowledged.
func (s *seen) add(e *Envelope) {
	if s.window <= 0 {
		return
	}
	print, now := fingerprintOf(e), time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(now)
	if _, found := s.entries[print]; found {
		return
	}
	if len(s.entries) == maxSeen {
		s.forgetOldest()
	}
	if s.entries == nil {
		s.entries = make(map[fingerprint]struct{})
	}
	s.entries[print] = struct{}{}
	if s.oldest > len(s.order)/2 {
		s.order = append(s.order[:0], s.order[s.oldest:]...)
		s.oldest = 0
	}
	s.order = append(s.order, acknowledged{print, now})
}

// forget lets go what is older than the window. The caller holds mu.
func (s *seen) forget(now time.Time) {
	for s.oldest < len(s.order) && now.Sub(s.order[s.oldest].at) >= s.window {
		s.forgetOldest()
	}
}

func (s *seen) forgetOldest() {
	delete(s.entries, s.order[s.oldest].print)
	s.oldest++
}
