package runtime

import (
	"math"
	"sync/atomic"
)

// A Counter counts sends or calls for an [Observer], and picks those that the observer
// is notified of. The zero value picks all of them. A Counter is safe for concurrent use
// and must not be copied.
type Counter struct {
	n    atomic.Uint64 // the count
	next atomic.Uint64 // the count from which on all are picked
}

// Load returns the count.
func (c *Counter) Load() uint64 { return c.n.Load() }

// Skip makes the counter pick none of the next n sends or calls, and all that follow.
// After Skip with a negative n, it picks none at all.
//
// An observer that wants one in 64 calls Skip(63) each time it is notified.
func (c *Counter) Skip(n int) {
	next := uint64(math.MaxUint64)
	if n >= 0 {
		next = c.n.Load() + uint64(n) + 1
	}
	c.next.Store(next)
}

// pick counts one send or call, and reports whether it is picked.
func (c *Counter) pick() bool { return c.n.Add(1) >= c.next.Load() }
