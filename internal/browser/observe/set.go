// Package observe has signals for browser tests of package observe's page.
package observe

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/runtime"
)

// A Set is a set of signals whose payload is a string. It is made without generated
// code, so that a test can have any number of signals. It has its own metrics.
type Set struct {
	Metrics observe.Metrics

	kinds   []runtime.Kind
	signals []runtime.Signal
}

var _ runtime.Set = (*Set)(nil)

// NewSet returns a set of signals with these names.
func NewSet(names ...string) *Set {
	s := &Set{kinds: make([]runtime.Kind, len(names)), signals: make([]runtime.Signal, len(names))}
	for i, name := range names {
		s.kinds[i] = runtime.Kind{Name: name, Doc: "Signal " + name + " is sent now and then. It is made for a test.", Args: (*string)(nil), Call: call}
	}
	s.Configure(runtime.Observe(s.Metrics.Observer()))
	return s
}

// Many returns a set of n signals.
func Many(n int) *Set {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("example.com/part%d.Signal%d", i/20, i)
	}
	return NewSet(names...)
}

// A Receiver gets what is sent.
type Receiver func(ctx context.Context, text string) error

func call(ctx context.Context, receiver runtime.Receiver, args, result any) error {
	if receiver == nil {
		*result.(*string) = *args.(*string)
		return nil
	}
	return (*(*Receiver)(receiver))(ctx, *args.(*string))
}

// Connect connects a receiver to the i-th signal.
func (s *Set) Connect(i int, receiver Receiver, opts ...runtime.ConnectOption) *runtime.Connection {
	return s.kinds[i].Connect(&s.signals[i], runtime.Receiver(&receiver), opts)
}

// Send sends a text on the i-th signal.
func (s *Set) Send(ctx context.Context, i int, text string) error {
	return runtime.Deliver(ctx, s.Signal(i), text, nil)
}

// Signal returns the i-th signal.
func (s *Set) Signal(i int) runtime.AnySignal { return s.kinds[i].Of(&s.signals[i]) }

// All returns the signals.
func (s *Set) All() iter.Seq[runtime.AnySignal] {
	all := make([]runtime.AnySignal, len(s.kinds))
	for i := range all {
		all[i] = s.Signal(i)
	}
	return slices.Values(all)
}

// Configure changes the settings of all signals of the set.
func (s *Set) Configure(opts ...runtime.SetOption) { runtime.ConfigureAll(s.All(), opts...) }

// Drain waits for async receivers.
func (s *Set) Drain(ctx context.Context) error { return runtime.DrainAll(ctx, s.All()) }

// Close closes all signals.
func (s *Set) Close(ctx context.Context) error { return runtime.CloseAll(ctx, s.All()) }
