package bridge

import (
	"hash/maphash"
	"sync"
	"time"
)

// seen remembers what was acknowledged: for a window of time at least, and for twice
// that at most.
type seen struct {
	window time.Duration

	mu           sync.Mutex // guards what follows
	newer, older map[fingerprint]struct{}
	began        time.Time // when newer became it
}

// maxSeen bounds what each of the two maps of seen holds.
const maxSeen = 1 << 17

// A fingerprint stands for an id and its source. It is as good as they are: that
// two of them meet by chance is less likely than that a computer fails.
type fingerprint [2]uint64

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func fingerprintOf(e *Envelope) fingerprint {
	name := struct{ source, id string }{e.Source, e.ID}
	return fingerprint{maphash.Comparable(seeds[0], name), maphash.Comparable(seeds[1], name)}
}

// has reports whether the envelope was acknowledged within the window before now.
func (s *seen) has(e *Envelope, now time.Time) bool {
	if s.window <= 0 {
		return false
	}
	print := fingerprintOf(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(now)
	_, newer := s.newer[print]
	_, older := s.older[print]
	return newer || older
}

// add notes that the envelope is acknowledged.
func (s *seen) add(e *Envelope) {
	if s.window <= 0 {
		return
	}
	print := fingerprintOf(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(time.Now())
	s.newer[print] = struct{}{}
}

// forget lets go of the older ones when the newer ones fill a window. The maps keep
// their memory. The caller holds mu.
func (s *seen) forget(now time.Time) {
	if s.newer == nil {
		s.newer, s.older, s.began = make(map[fingerprint]struct{}), make(map[fingerprint]struct{}), now
	}
	age := now.Sub(s.began)
	if age < s.window && len(s.newer) < maxSeen {
		return
	}
	s.newer, s.older = s.older, s.newer
	clear(s.newer)
	switch {
	case age < s.window:
		s.began = now
	case age < 2*s.window:
		s.began = s.began.Add(s.window)
	default:
		clear(s.older)
		s.began = now
	}
}
