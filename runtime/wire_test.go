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
