package runtime

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// A Set is a generated set of signals. Its Drain and Close do for its own signals
// what [Drain] and [Close] do for those of the program.
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

// ConfigureAll is the Configure of a generated set, for any signals.
func ConfigureAll(signals iter.Seq[AnySignal], opts ...SetOption) {
	for _, c := range coresOf(signals) {
		(*Signal)(c).Configure(opts...)
	}
}
