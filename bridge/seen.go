package bridge

import (
	"hash/maphash"
	"sync"
	"time"
)

// seen remembers acknowledged envelopes, for at least window and at most twice as long.
type seen struct {
	window time.Duration

	mu           sync.Mutex // guards what follows
	newer, older map[fingerprint]struct{}
	began        time.Time // when newer was begun
}

// maxSeen limits the size of each of the two maps.
const maxSeen = 1 << 17

// A fingerprint is a hash of an envelope's source and id. With 128 bits and random seeds
// a collision is less likely than a hardware error.
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

// add adds an envelope that was acknowledged now.
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

// forget drops the older envelopes when the newer ones fill a window. The maps keep their
// memory. mu is held.
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
