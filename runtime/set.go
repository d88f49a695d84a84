package runtime

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
)

// A Set is a generated set of signals.
type Set interface {
	All() iter.Seq[AnySignal]
	Configure(opts ...SetOption)
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

// Register makes a default set known to [Sets], for generated code.
func Register(s Set) {
	registered.mu.Lock()
	defer registered.mu.Unlock()
	registered.sets = append(registered.sets, s)
}

// ConfigureAll is the Configure of a generated set.
func ConfigureAll(signals iter.Seq[AnySignal], opts []SetOption) {
	for s := range signals {
		s.(interface{ Configure(...SetOption) }).Configure(opts...)
	}
}

// CloseAll is the Close of a generated set.
func CloseAll(ctx context.Context, signals iter.Seq[AnySignal]) error {
	var errs []error
	for s := range signals {
		errs = append(errs, s.(interface{ Close(context.Context) error }).Close(ctx))
	}
	return errors.Join(errs...)
}
