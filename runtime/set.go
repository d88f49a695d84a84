package runtime

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// A Set is a generated set of signals. Its Drain and Close work as [Drain] and [Close]
// do, for its own signals.
type Set interface {
	All() iter.Seq[AnySignal]
	Configure(opts ...SetOption)
	Drain(ctx context.Context) error
	Close(ctx context.Context) error
}

// Sets returns an iterator over the default sets of all packages in the program
// that declare signals, for tools.
func Sets() iter.Seq[Set] {
	registered.mu.Lock()
	defer registered.mu.Unlock()
	return slices.Values(slices.Clone(registered.sets))
}

// registered holds the default sets.
var registered struct {
	mu   sync.Mutex
	sets []Set
}

// A defaultSet knows a set by its signals alone. Holding a generated set as a [Set]
// would link every method of its signals into the program.
type defaultSet struct {
	all func() iter.Seq[AnySignal]
}

func (s defaultSet) All() iter.Seq[AnySignal]        { return s.all() }
func (s defaultSet) Configure(opts ...SetOption)     { ConfigureAll(s.all(), opts...) }
func (s defaultSet) Drain(ctx context.Context) error { return DrainAll(ctx, s.all()) }
func (s defaultSet) Close(ctx context.Context) error { return CloseAll(ctx, s.all()) }

// ConfigureAll is the Configure of a generated set, for the given signals.
func ConfigureAll(signals iter.Seq[AnySignal], opts ...SetOption) {
	for _, c := range coresOf(signals) {
		(*Signal)(c).Configure(opts...)
	}
}
