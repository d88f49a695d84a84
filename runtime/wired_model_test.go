package runtime_test

import (
	"context"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// statics are what wired receivers do at the moment. The funcs that are wired are
// declared below, as the receivers of a program are, for a panic is told by the
// func's name.
var statics [8]receive

func savedBy(i int, ctx context.Context, data kinds.Saved) error {
	_, err := statics[i](ctx, data.N)
	return err
}

func saved0(ctx context.Context, data kinds.Saved) error { return savedBy(0, ctx, data) }
func saved1(ctx context.Context, data kinds.Saved) error { return savedBy(1, ctx, data) }
func saved2(ctx context.Context, data kinds.Saved) error { return savedBy(2, ctx, data) }
func saved3(ctx context.Context, data kinds.Saved) error { return savedBy(3, ctx, data) }
func saved4(ctx context.Context, data kinds.Saved) error { return savedBy(4, ctx, data) }
func saved5(ctx context.Context, data kinds.Saved) error { return savedBy(5, ctx, data) }
func saved6(ctx context.Context, data kinds.Saved) error { return savedBy(6, ctx, data) }
func saved7(ctx context.Context, data kinds.Saved) error { return savedBy(7, ctx, data) }

type savedFunc = func(context.Context, kinds.Saved) error

var savedFuncs = [...]savedFunc{saved0, saved1, saved2, saved3, saved4, saved5, saved6, saved7}

// wire connects receivers as a wire file does: each run of them that a chain can
// call has one.
func (s *saved) wire(names []string, wired []script, receives []receive) (connections []connection) {
	copy(statics[:], receives)
	for from := 0; from < len(wired); {
		to := from + 1
		for to < len(wired) && wired[to].priority == wired[from].priority && !wired[to].once && !wired[from].once {
			to++
		}
		chain := new(Chain)
		for i := from; i < to; i++ {
			static := Wired(i + 1)
			if to-from > 1 {
				static = chain.Link(i + 1)
			}
			connections = append(connections, s.Connect(savedFuncs[i], append(wired[i].options(names[i]), static)...))
		}
		if to-from > 1 {
			s.Connect(callSaved(chain, savedFuncs[from:to]), chain.Whole(to-from))
		}
		from = to
	}
	return connections
}

// callSaved does what generated code does.
func callSaved(chain *Chain, links []savedFunc) savedFunc {
	return func(ctx context.Context, data kinds.Saved) error {
		for i, receive := range links {
			if chain.Broken() {
				return restOfSaved(chain, ctx, data, i)
			}
			if err := receive(ctx, data); err != nil {
				return chain.Fail(i, err)
			}
		}
		return nil
	}
}

func restOfSaved(chain *Chain, ctx context.Context, data kinds.Saved, from int) error {
	for i, receive := range Rest[savedFunc](chain, from) {
		if err := receive(ctx, data); err != nil {
			return chain.Fail(i, err)
		}
	}
	return nil
}

// wire connects receivers that respond, each by itself.
func (s *moved) wire(names []string, wired []script, receives []receive) (connections []connection) {
	for i, r := range wired {
		receive := receives[i]
		f := func(ctx context.Context, _ string, n int) (bool, error) { return receive(ctx, n) }
		connections = append(connections, s.Connect(f, append(r.options(names[i]), Wired(i+1))...))
	}
	return connections
}
