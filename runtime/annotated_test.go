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

// An annotated func is connected only once at a time.
func TestAnnotatedFunc(t *testing.T) {
	var s kinds.StartedSignal
	connect := func() *Connection { return s.Connect(hearOne, Annotated(hearOne), Priority(3)) }
	first := connect()
	if connect() != first {
		t.Error("the func was connected again")
	}
	if s.Connect(hearTwo, Annotated(hearTwo)) == first || s.Connect(hearOne) == first {
		t.Error("another receiver was taken for the func")
	}
	if !first.Disconnect() || connect() == first {
		t.Error("the func was not connected again after its end")
	}
}

type box struct{ n int }

func (b *box) hear(context.Context, kinds.Started) error { return nil }
func (b box) take(context.Context, kinds.Started) error  { return nil }

// An annotated method is connected once for each pointer, and again for each copy.
func TestAnnotatedMethod(t *testing.T) {
	var s kinds.StartedSignal
	connect := func(b *box) *Connection { return s.Connect(b.hear, Annotated((*box).hear, b)) }
	one, two := &box{1}, &box{2}
	first := connect(one)
	if connect(one) != first || connect(two) == first {
		t.Error("a method is not connected once for each value")
	}
	take := func(b box) *Connection { return s.Connect(b.take, Annotated(box.take, b)) }
	if taken := take(*one); take(*one) == taken {
		t.Error("a method of a copy was taken for that of another")
	}
}

// An annotated receiver that is already connected does not occupy an id.
func TestAnnotatedWithAnID(t *testing.T) {
	var s kinds.StartedSignal
	s.Connect(hearOne, Annotated(hearOne))
	s.Connect(hearOne, Annotated(hearOne), ID("x"))
	called := false
	s.Connect(func(context.Context, kinds.Started) error { called = true; return nil }, ID("x"))
	_ = s.Send(t.Context(), kinds.Started{})
	if !called {
		t.Error("the other receiver of that id is not connected")
	}
}

func TestConnections(t *testing.T) {
	var s kinds.StartedSignal
	one, two := s.Connect(hearOne), s.Connect(hearTwo, Async(4, Block))
	both := Connect(one, two)
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
