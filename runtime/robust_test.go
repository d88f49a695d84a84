package runtime_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// A Goexit in a robust send ends the goroutine, and nothing is called after it, whether
// the loop of the generated method has ended before or not.
func TestGoexitEndsARobustSend(t *testing.T) {
	for _, failBefore := range []bool{false, true} {
		var s kinds.StartedSignal
		var heard []string
		s.Connect(func(context.Context, kinds.Started) error {
			heard = append(heard, "first")
			if failBefore {
				return errors.New("failed")
			}
			return nil
		})
		s.Connect(func(context.Context, kinds.Started) error {
			heard = append(heard, "second")
			runtime.Goexit()
			return nil
		})
		s.Connect(func(context.Context, kinds.Started) error {
			heard = append(heard, "third")
			return nil
		})
		returned := false
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = s.SendRobust(t.Context(), kinds.Started{})
			returned = true
		}()
		<-done
		if returned || !slices.Equal(heard, []string{"first", "second"}) {
			t.Errorf("failed before: %v; returned: %v; heard %q", failBefore, returned, heard)
		}
	}
}

// isNilPanic reports whether panic was called with nil.
func isNilPanic(p *PanicError) bool { _, ok := p.Value.(*runtime.PanicNilError); return ok }

// A panic with nil counts as a panic.
func TestNilPanic(t *testing.T) {
	for _, failBefore := range []bool{false, true} {
		var s kinds.StartedSignal
		last := false
		s.Connect(func(context.Context, kinds.Started) error {
			if failBefore {
				return errors.New("failed")
			}
			return nil
		})
		s.Connect(func(context.Context, kinds.Started) error { panic(nil) })
		s.Connect(func(context.Context, kinds.Started) error { last = true; return nil })
		err := s.SendRobust(t.Context(), kinds.Started{})
		var panicked *PanicError
		if !errors.As(err, &panicked) || !isNilPanic(panicked) {
			t.Errorf("failed before: %v; got %v, want a panic with nil", failBefore, err)
		}
		if !last {
			t.Errorf("failed before: %v; the receiver behind the panic was not called", failBefore)
		}
		for way, err := range map[string]error{
			"SendConcurrent": s.SendConcurrent(t.Context(), kinds.Started{}),
			"observed":       observed(&s).SendRobust(t.Context(), kinds.Started{}),
			"relayed":        relayed(&s).SendRobust(t.Context(), kinds.Started{}),
		} {
			if !errors.As(err, &panicked) || !isNilPanic(panicked) {
				t.Errorf("%s: got %v, want a panic with nil", way, err)
			}
		}
	}
}

func observed(s *kinds.StartedSignal) *kinds.StartedSignal {
	s.Configure(Observe(&Observer{}))
	return s
}

func relayed(s *kinds.StartedSignal) *kinds.StartedSignal {
	s.DisconnectAll()
	Relay(s, "nil", func(context.Context, any) error { panic(nil) })
	return s
}

// A receiver that is disconnected in the middle of a send is not called by it, neither
// in the loop of the generated method nor after it.
func TestDisconnectAheadOfTheLoop(t *testing.T) {
	type send = func(*kinds.StartedSignal, context.Context, kinds.Started) error
	for name, send := range map[string]send{"Send": (*kinds.StartedSignal).Send, "SendRobust": (*kinds.StartedSignal).SendRobust} {
		var s kinds.StartedSignal
		var heard []int
		var connections []*Connection
		for i := range 6 {
			connections = append(connections, s.Connect(func(context.Context, kinds.Started) error {
				heard = append(heard, i)
				if i == 1 || i == 3 {
					connections[i].Disconnect()
					connections[i+1].Disconnect()
				}
				return nil
			}))
		}
		for range 2 {
			if err := send(&s, t.Context(), kinds.Started{}); err != nil {
				t.Error(err)
			}
		}
		if want := []int{0, 1, 3, 5, 0, 5}; !slices.Equal(heard, want) {
			t.Errorf("%s: heard %v, want %v", name, heard, want)
		}
	}
}

// nilFailure is a nil pointer as an error, whose methods panic.
type nilFailure struct{ cause error }

func (f *nilFailure) Error() string { return "failed" }
func (f *nilFailure) Unwrap() error { return f.cause }

// An error whose methods panic is still an error.
func TestErrorThatPanics(t *testing.T) {
	for name, send := range map[string]func(*kinds.StartedSignal, context.Context, kinds.Started) error{
		"SendRobust":     (*kinds.StartedSignal).SendRobust,
		"SendConcurrent": (*kinds.StartedSignal).SendConcurrent,
	} {
		var s kinds.StartedSignal
		last := false
		s.Connect(func(context.Context, kinds.Started) error { var none *nilFailure; return none })
		s.Connect(func(context.Context, kinds.Started) error { last = true; return nil })
		if err := send(&s, t.Context(), kinds.Started{}); err == nil || !last {
			t.Errorf("%s: error %v; the next one was called: %v", name, err, last)
		}
	}
}

// A receiver may return the error that generated code uses internally.
func TestReturnsErrUnfinished(t *testing.T) {
	var s kinds.StartedSignal
	called := 0
	s.Connect(func(context.Context, kinds.Started) error { called++; return ErrUnfinished })
	if err := s.SendRobust(t.Context(), kinds.Started{}); !errors.Is(err, ErrUnfinished) || called != 1 {
		t.Errorf("called %d times, error %v", called, err)
	}
}
