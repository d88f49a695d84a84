package runtime_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// What async receivers send is heard, whatever the order in which the signals are
// declared, and however many there are.
func TestCloseLosesNoCascade(t *testing.T) {
	for name, end := range map[string]func(*kinds.Signals, context.Context) error{
		"Close":           (*kinds.Signals).Close,
		"Drain and Close": func(s *kinds.Signals, ctx context.Context) error { return errors.Join(s.Drain(ctx), s.Close(ctx)) },
	} {
		synctest.Test(t, func(t *testing.T) {
			var set kinds.Signals
			var heard atomic.Int64
			set.Saved.Connect(func(ctx context.Context, data kinds.Saved) error {
				time.Sleep(time.Millisecond)
				set.Ticked.Send(ctx, data.N)
				return nil
			}, Async(4, Block))
			set.Ticked.Connect(func(ctx context.Context, n int) {
				time.Sleep(time.Millisecond)
				if err := set.Started.Send(ctx, kinds.Started{N: int64(n)}); err != nil {
					t.Error(err)
				}
			}, Async(4, Block))
			set.Started.Connect(func(context.Context, kinds.Started) error { heard.Add(1); return nil }, Async(4, Block))
			for n := range 20 {
				_ = set.Saved.Send(t.Context(), kinds.Saved{N: n})
			}
			if err := end(&set, t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if n := heard.Load(); n != 20 {
				t.Errorf("%s: %d of 20 were heard", name, n)
			}
		})
	}
}

// A second Close waits for the first one, and does not cut it short.
func TestSecondCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var set kinds.Signals
		var heard atomic.Int64
		set.Started.Connect(func(context.Context, kinds.Started) error {
			time.Sleep(time.Second)
			heard.Add(1)
			return nil
		}, Async(10, Block))
		for range 5 {
			_ = set.Started.Send(t.Context(), kinds.Started{})
		}
		first := make(chan error)
		go func() { first <- set.Close(t.Context()) }()
		synctest.Wait()
		done, cancel := context.WithCancel(t.Context())
		cancel()
		if err := set.Close(done); !errors.Is(err, context.Canceled) {
			t.Errorf("a second Close whose ctx is done: %v", err)
		}
		if err := set.Close(t.Context()); err != nil || heard.Load() != 5 {
			t.Errorf("a second Close returned %v with %d of 5 heard", err, heard.Load())
		}
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}

// A second Close returns what the first one returned.
func TestSecondCloseReturnsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		s.Connect(func(context.Context, kinds.Started) error { time.Sleep(time.Minute); return nil }, Async(1, Block))
		_ = s.Send(t.Context(), kinds.Started{})
		_ = s.Send(t.Context(), kinds.Started{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		first := s.Close(ctx)
		if first == nil || s.Close(t.Context()) != first {
			t.Errorf("the first Close returned %v", first)
		}
		time.Sleep(time.Hour) // the receiver ends
	})
}

// An ErrClosed always says which signal is closed.
func TestErrClosedNamesTheSignal(t *testing.T) {
	var set kinds.Signals
	var handled error
	set.Configure(ErrorHandler(func(_ context.Context, err *ReceiverError) { handled = err }))
	if err := set.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	set.Ticked.Send(t.Context(), 1)
	_, next := set.Started.Next(t.Context())
	var each error
	for _, err := range set.Checked.Each(t.Context(), "", 0) {
		each = err
	}
	for name, err := range map[string]error{
		"kinds.ticked":  handled,
		"kinds.started": next,
		"kinds.checked": each,
		"kinds.saved":   set.Saved.SendConcurrent(t.Context(), kinds.Saved{}),
	} {
		if !errors.Is(err, ErrClosed) || !strings.Contains(err.Error(), name) || strings.Count(err.Error(), "kinds.") != 1 {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A signal that is reopened while it is being closed stays open, and the Close ends.
func TestCheckpointDuringClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		restore := Checkpoint(&s)
		gate := make(chan struct{})
		s.Connect(func(context.Context, int) { <-gate }, Async(1, Block))
		s.Send(t.Context(), 1)
		closed := make(chan error)
		go func() { closed <- s.Close(t.Context()) }()
		synctest.Wait()
		restore()
		close(gate)
		if err := <-closed; err != nil {
			t.Error(err)
		}
		heard := false
		s.Connect(func(context.Context, int) { heard = true })
		if s.Send(t.Context(), 1); !heard {
			t.Error("the signal is closed")
		}
	})
}

// After an observer has ended a Close by a panic, another Close does not wait forever.
func TestCloseThatPanics(t *testing.T) {
	var set kinds.Signals
	set.Configure(Observe(&Observer{Disconnected: func(AnySignal, ReceiverInfo) { panic("observer") }}))
	set.Started.Connect(hearNothing)
	if value := recovered(func() { _ = set.Close(t.Context()) }); value != "observer" {
		t.Errorf("got the panic %v", value)
	}
	if err := set.Close(t.Context()); err == nil || !strings.Contains(err.Error(), "signal kinds.started: the close was interrupted") {
		t.Errorf("a second Close: %v", err)
	}
}

// Drain of many idle signals takes no longer than looking at each.
func TestDrainOfManySignals(t *testing.T) {
	many := make([]kinds.StartedSignal, 300)
	for i := range many {
		conn := many[i].Connect(hearNothing, Async(1, Block))
		defer conn.Disconnect()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range 20 {
		if err := Drain(ctx); err != nil {
			t.Fatal(err)
		}
	}
	runtime.KeepAlive(many)
}

// Restoring a Checkpoint reopens what has been closed since.
func TestCheckpointUndoesClose(t *testing.T) {
	var s kinds.StartedSignal
	for range 2 {
		restore := Checkpoint(&s)
		heard := 0
		s.Connect(func(context.Context, kinds.Started) error { heard++; return nil })
		if err := s.Send(t.Context(), kinds.Started{}); err != nil || heard != 1 {
			t.Errorf("heard %d, %v", heard, err)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		restore()
	}
}
