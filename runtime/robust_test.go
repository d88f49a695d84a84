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

// A Goexit in a robust send ends the goroutine, and nothing is called after it,
// whether the loop of the generated method was left before or not.
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

// A panic with nil, which is none to recover where GODEBUG says so, counts as one.
func TestNilPanic(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
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
		if !errors.As(err, &panicked) || panicked.Value != nil {
			t.Errorf("failed before: %v; got %v, want a panic with nil", failBefore, err)
		}
		if !last {
			t.Errorf("failed before: %v; the receiver behind the panic was not called", failBefore)
		}
	}
}

// What a receiver disconnects in the middle of a send is not called by it, in the
// loop of the generated method and behind it.
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
