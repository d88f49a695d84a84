// Package locked sends with locks held and without.
package locked

import (
	"context"
	"errors"
	"log"
	"sync"

	"example.com/vet/src/helper"
	"example.com/vet/src/order"
)

type shelf struct {
	mu     sync.Mutex
	rw     sync.RWMutex
	other  sync.Mutex
	pieces int
	set    order.Signals
	unlock func()
}

var mu sync.Mutex

func (s *shelf) held(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces++
	return order.SendPlaced(ctx, order.Placed{}) // want `s.mu is locked during this send of order.Placed: a receiver that comes back to it waits forever; unlock it before`
}

func (s *shelf) ways(ctx context.Context) {
	s.rw.RLock()
	_ = s.set.Placed.SendRobust(ctx, order.Placed{})             // want `s.rw is locked during this send`
	for _, err := range s.set.Placed.Each(ctx, order.Placed{}) { // want `s.rw is locked during this send`
		_ = err
	}
	later := s.set.Placed.Each(ctx, order.Placed{})
	s.rw.RUnlock()
	for range later {
	}
	mu.Lock()
	func() { _ = order.SendChecking(ctx, 1) }() // want `mu is locked`
	mu.Unlock()
}

func (s *shelf) deferredLiteral(ctx context.Context) error {
	s.mu.Lock()
	defer func() { s.mu.Unlock() }()
	return order.SendPlaced(ctx, order.Placed{}) // want `s.mu is locked`
}

func (s *shelf) deferredSend(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer order.SendTold(ctx, 1) // want `s.mu is locked`
}

func (s *shelf) sentAfter(ctx context.Context) {
	defer order.SendTold(ctx, 1) // runs when the lock is released
	s.mu.Lock()
	defer s.mu.Unlock()
}

// allWays holds the lock on all ways to the send.
func (s *shelf) allWays(ctx context.Context) {
	if s.pieces > 0 {
		s.mu.Lock()
	} else {
		s.mu.Lock()
	}
	if s.pieces > 1 {
		s.mu.Unlock()
		return
	}
	_ = order.SendChecking(ctx, 1) // want `s.mu is locked`
	s.mu.Unlock()
}

func (s *shelf) helped(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = helper.Place(ctx) // want `s.mu is locked during helper.Place, which sends order.Placed`
	s.tell(ctx)           // want `s.mu is locked during s.tell, which sends order.Placed`
	helper.PlaceLater(ctx)
	helper.Nothing()
}

func (s *shelf) tell(ctx context.Context) {
	if s.pieces > 0 {
		_ = helper.Place(ctx)
	}
}

// The lock is released before the send, on every way.

func (s *shelf) released(ctx context.Context) error {
	s.mu.Lock()
	if s.pieces == 0 {
		s.mu.Unlock()
		return errors.New("none left")
	}
	s.pieces--
	s.mu.Unlock()
	return order.SendPlaced(ctx, order.Placed{})
}

func (s *shelf) releasedInBranches(ctx context.Context) {
	s.mu.Lock()
	switch {
	case s.pieces > 1:
		s.pieces--
		s.mu.Unlock()
	default:
		s.mu.Unlock()
	}
	_ = order.SendPlaced(ctx, order.Placed{})
}

// Which of the two it was depends on more than can be seen.
func (s *shelf) sometimes(ctx context.Context, quiet bool) {
	if !quiet {
		s.mu.Lock()
	}
	if !quiet {
		s.mu.Unlock()
	}
	_ = order.SendPlaced(ctx, order.Placed{})
}

func (s *shelf) inLoop(ctx context.Context) {
	for range 3 {
		s.mu.Lock()
		s.pieces++
		s.mu.Unlock()
		_ = order.SendPlaced(ctx, order.Placed{})
	}
}

func (s *shelf) exits(ctx context.Context) {
	s.mu.Lock()
	if s.pieces == 0 {
		log.Fatal("none left")
	}
	s.mu.Unlock()
	_ = order.SendPlaced(ctx, order.Placed{})
}

func (s *shelf) tries(ctx context.Context) {
	if s.mu.TryLock() {
		defer s.mu.Unlock()
		_ = order.SendPlaced(ctx, order.Placed{})
	}
}

// Another goroutine does not hold the lock.
func (s *shelf) spawned(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	go order.SendTold(ctx, 1)
	go func() { _ = order.SendPlaced(ctx, order.Placed{}) }()
	later := func() { _ = order.SendPlaced(ctx, order.Placed{}) }
	_ = later
	order.ConnectTold(func(ctx context.Context, id int) {
		s.other.Lock()
		s.pieces++
		s.other.Unlock()
		order.SendTold(ctx, id)
	})
}

// A receiver that takes the lock does not hide that it is held here.
func (s *shelf) comesBack(ctx context.Context) {
	order.ConnectTold(func(context.Context, int) {
		s.mu.Lock()
		defer s.mu.Unlock()
	})
	s.mu.Lock()
	order.SendTold(ctx, 1) // want `s.mu is locked`
	s.mu.Unlock()
}

// Others release the lock.

func (s *shelf) byHelper(ctx context.Context) {
	s.mu.Lock()
	s.release()
	_ = order.SendPlaced(ctx, order.Placed{})
}

func (s *shelf) release() { s.mu.Unlock() }

func (s *shelf) byOther(ctx context.Context, g *helper.Guarded) {
	g.Lock()
	defer g.Unlock()
	_ = g.PlaceUnlocked(ctx)
}

func (s *shelf) byLiteral(ctx context.Context) {
	s.mu.Lock()
	done := func() { s.mu.Unlock() }
	done()
	_ = order.SendPlaced(ctx, order.Placed{})
}

func (s *shelf) byValue(ctx context.Context) {
	s.mu.Lock()
	done := s.mu.Unlock
	done()
	_ = order.SendPlaced(ctx, order.Placed{})
}

func (s *shelf) byAddress(ctx context.Context) {
	s.mu.Lock()
	unlock(&s.mu)
	_ = order.SendPlaced(ctx, order.Placed{})
}

func unlock(l sync.Locker) { l.Unlock() }

// Another shelf has another lock.
func (s *shelf) another(ctx context.Context, next *shelf) {
	s.mu.Lock()
	s = next
	s.mu.Unlock()
	_ = order.SendPlaced(ctx, order.Placed{})
}

// Nobody else has this lock.
func alone(ctx context.Context) {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	_ = order.SendPlaced(ctx, order.Placed{})
}

// A receiver has this one.
func captured(ctx context.Context) {
	var mu sync.Mutex
	order.ConnectTold(func(context.Context, int) {
		mu.Lock()
		defer mu.Unlock()
	})
	mu.Lock()
	order.SendTold(ctx, 1) // want `mu is locked`
	mu.Unlock()
}

// Two that call each other.

func (s *shelf) even(ctx context.Context, n int) {
	if n > 0 {
		s.odd(ctx, n-1)
	}
}

func (s *shelf) odd(ctx context.Context, n int) {
	order.SendTold(ctx, n)
	if n > 0 {
		s.even(ctx, n-1)
	}
}

func (s *shelf) both(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.even(ctx, 2) // want `s.even, which sends order.Told`
	s.odd(ctx, 1)  // want `s.odd, which sends order.Told`
}
