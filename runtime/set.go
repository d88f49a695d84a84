package runtime

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// A Set is a generated set of signals.
type Set interface {
	// All returns an iterator over the signals.
	All() iter.Seq[AnySignal]

	// Configure changes the settings of the signals, as [Signal.Configure] does.
	Configure(opts ...SetOption)

	// Drain and Close do what the funcs [Drain] and [Close] do, for the signals of the
	// set.
	Drain(ctx context.Context) error
	Close(ctx context.Context) error
}

// Sets returns an iterator over the default sets of all packages in the program that
// declare signals.
func Sets() iter.Seq[Set] {
	registered.mu.Lock()
	defer registered.mu.Unlock()
	return slices.Values(slices.Clone(registered.sets))
}

// registered holds the default sets.
var registered struct {
	mu   sync.Mutex // guards sets
	sets []Set
}

// A defaultSet is a default set, reduced to its signals. Converting the generated set
// to a [Set] would link every method of its signals into the program.
type defaultSet struct {
	all func() iter.Seq[AnySignal]
}

func (s defaultSet) All() iter.Seq[AnySignal]        { return s.all() }
func (s defaultSet) Configure(opts ...SetOption)     { ConfigureAll(s.all(), opts...) }
func (s defaultSet) Drain(ctx context.Context) error { return DrainAll(ctx, s.all()) }
func (s defaultSet) Close(ctx context.Context) error { return CloseAll(ctx, s.all()) }

// ConfigureAll configures each of the signals, as [Signal.Configure] does.
func ConfigureAll(signals iter.Seq[AnySignal], opts ...SetOption) {
	for _, c := range coresOf(signals) {
		(*Signal)(c).Configure(opts...)
	}
}
