package runtime

import (
	"math"
	"sync/atomic"
)

// A Counter counts sends or calls for an [Observer], and picks the ones that the
// observer is told of. The zero value picks all. A Counter must not be copied.
type Counter struct {
	n    atomic.Uint64
	next atomic.Uint64 // the first one to be picked
}

// Load returns the count.
func (c *Counter) Load() uint64 { return c.n.Load() }

// Skip makes the counter pick none of the next n, and all after them. A negative n
// means that it picks no more at all.
//
// To be told of one in 64, an observer calls Skip(63) each time it is told.
func (c *Counter) Skip(n int) {
	next := uint64(math.MaxUint64)
	if n >= 0 {
		next = c.n.Load() + uint64(n) + 1
	}
	c.next.Store(next)
}

// pick counts one more, and reports whether it is picked.
func (c *Counter) pick() bool { return c.n.Add(1) >= c.next.Load() }
