package runtime_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func hearOne(context.Context, kinds.Started) error { return nil }
func hearTwo(context.Context, kinds.Started) error { return errors.New("two") }

// A func that is wired and connected by its package as well is called once,
// whichever comes first.
func TestAnnotatedAndWired(t *testing.T) {
	wire := func(s *kinds.StartedSignal) *Connection { return s.Connect(hearOne, Wired(1), Priority(3)) }
	annotate := func(s *kinds.StartedSignal) *Connection { return s.Connect(hearOne, Annotated(hearOne)) }

	var s kinds.StartedSignal
	wired := wire(&s)
	if annotate(&s) != wired {
		t.Error("what is wired was connected again")
	}
	if !wired.Disconnect() || annotate(&s) == wired {
		t.Error("what is wired no more was not connected as any other")
	}

	var late kinds.StartedSignal
	early := annotate(&late)
	wired = wire(&late)
	if early.Connected() || !wired.Connected() {
		t.Error("the wired receiver has not taken the place of the one before it")
	}
	if n := len(late.Receivers()); n != 1 {
		t.Errorf("%d receivers, want 1", n)
	}
}

// Wired receivers come before others of their priority that were there before.
func TestWiredComeFirst(t *testing.T) {
	var s kinds.StartedSignal
	s.Connect(hearTwo, Name("dynamic"))
	s.Connect(hearTwo, Name("low"), Priority(-1))
	s.Connect(hearOne, Name("second"), Wired(2))
	s.Connect(hearOne, Name("first"), Wired(1))
	s.Connect(hearOne, Name("high"), Wired(3), Priority(1))
	var names []string
	for _, r := range s.Receivers() {
		names = append(names, r.Name)
	}
	if want := []string{"high", "first", "second", "dynamic", "low"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}

// A chain of which not every link was connected is not called: its func would call
// one that is not there.
func TestChainWithoutALink(t *testing.T) {
	var s kinds.StartedSignal
	var chain Chain
	whole := func(context.Context, kinds.Started) error { t.Error("called"); return nil }
	s.Connect(hearOne, chain.Link(1), ID("same"))
	s.Connect(hearOne, chain.Link(2), ID("same"))
	s.Connect(whole, chain.Whole(2))
	if err := s.Send(t.Context(), kinds.Started{}); err != nil {
		t.Error(err)
	}
	if n := len(s.Receivers()); n != 1 {
		t.Errorf("%d receivers, want 1", n)
	}
}

func TestConnections(t *testing.T) {
	var s kinds.StartedSignal
	one, two := s.Connect(hearOne), s.Connect(hearTwo, Async(4, Block))
	both := Join(one, two)
	if got := slices.Collect(both.All()); !slices.Equal(got, []*Connection{one, two}) {
		t.Errorf("joined %v", got)
	}
	if err := s.Send(t.Context(), kinds.Started{}); err != nil {
		t.Error(err)
	}
	if err := both.Drain(t.Context()); err != nil {
		t.Error(err)
	}
	if !one.Disconnect() || !both.Connected() || !both.Disconnect() {
		t.Error("the other one is not connected")
	}
	if both.Connected() || both.Disconnect() || s.HasReceivers() {
		t.Error("one is still connected")
	}
}

// callAll is what a wire file has call the links of a chain.
func callAll(chain *Chain, links []func(context.Context, kinds.Started) error) func(context.Context, kinds.Started) error {
	return func(ctx context.Context, data kinds.Started) error {
		for i, link := range links {
			if chain.Broken() {
				for _, rest := range Rest[func(context.Context, kinds.Started) error](chain, i) {
					_ = rest(ctx, data)
				}
				return nil
			}
			_ = link(ctx, data)
		}
		return nil
	}
}

// A link that is disconnected before the chain is complete is not called.
func TestBrokenBeforeItIsComplete(t *testing.T) {
	for _, n := range []int{3, 100} { // what is disconnected of many stays in the list for a while
		var s kinds.StartedSignal
		var chain Chain
		called := make([]int, n)
		var links []func(context.Context, kinds.Started) error
		var connections []*Connection
		for i := range n {
			links = append(links, func(context.Context, kinds.Started) error { called[i]++; return nil })
			connections = append(connections, s.Connect(links[i], chain.Link(i+1)))
		}
		connections[1].Disconnect()
		s.Connect(callAll(&chain, links), chain.Whole(n))
		_ = s.Send(t.Context(), kinds.Started{})
		if called[0] != 1 || called[1] != 0 || called[2] != 1 {
			t.Errorf("of %d links, the first were called %v times", n, called[:3])
		}
	}
}

// A chain is used though another receiver was connected before it was wired.
func TestChainBehindAReceiver(t *testing.T) {
	var s kinds.StartedSignal
	s.Connect(hearOne)
	var chain Chain
	s.Connect(hearOne, chain.Link(1))
	s.Connect(hearOne, chain.Link(2))
	whole := 0
	s.Connect(func(context.Context, kinds.Started) error { whole++; return nil }, chain.Whole(2))
	for range 3 {
		_ = s.Send(t.Context(), kinds.Started{})
	}
	if whole != 2 { // the first send puts the receivers in order, and calls them one by one
		t.Errorf("3 sends called the chain %d times, want 2", whole)
	}
}

// An annotated receiver that is wired leaves its id to others.
func TestAnnotatedWithAnID(t *testing.T) {
	var s kinds.StartedSignal
	s.Connect(hearOne, Wired(1))
	s.Connect(hearOne, Annotated(hearOne), ID("x"))
	called := false
	s.Connect(func(context.Context, kinds.Started) error { called = true; return nil }, ID("x"))
	_ = s.Send(t.Context(), kinds.Started{})
	if !called {
		t.Error("the other receiver of that id is not connected")
	}
}
