package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// What other Go dispatchers do wrong, in each way to send: a deadlock, a skipped
// receiver, the wrong one removed, a changed order, a leaked goroutine.

// waysToSend has all ways to send.
var waysToSend = map[string]func(s *kinds.StartedSignal, ctx context.Context, data kinds.Started) error{
	"Send":           (*kinds.StartedSignal).Send,
	"SendRobust":     (*kinds.StartedSignal).SendRobust,
	"SendConcurrent": (*kinds.StartedSignal).SendConcurrent,
	"Each": func(s *kinds.StartedSignal, ctx context.Context, data kinds.Started) (first error) {
		for _, err := range s.Each(ctx, data) {
			first = errors.Join(first, err)
		}
		return first
	},
}

func TestPeersPanicIsIsolated(t *testing.T) {
	for _, name := range []string{"SendRobust", "SendConcurrent"} {
		var s kinds.StartedSignal
		var heard atomic.Int32
		for i := range 5 {
			s.Connect(func(context.Context, kinds.Started) error {
				if i == 1 {
					panic("boom")
				}
				heard.Add(1)
				return nil
			}, Name(fmt.Sprint(i)))
		}
		err := waysToSend[name](&s, t.Context(), kinds.Started{})
		if want := "signal kinds.started: receiver 1: panic: boom"; err == nil || err.Error() != want {
			t.Errorf("%s returned %v, want %s", name, err, want)
		}
		if n := heard.Load(); n != 4 {
			t.Errorf("%s: %d of the 4 other receivers were called", name, n)
		}
	}
}

func TestPeersReceiverDisconnectsItself(t *testing.T) {
	for name, send := range waysToSend {
		var s kinds.StartedSignal
		var self *Connection
		var heardSelf, heardNext atomic.Int32
		self = s.Connect(func(context.Context, kinds.Started) error {
			heardSelf.Add(1)
			if !self.Disconnect() {
				return errors.New("was not connected")
			}
			return nil
		})
		s.Connect(func(context.Context, kinds.Started) error { heardNext.Add(1); return nil })
		for range 2 {
			if err := send(&s, t.Context(), kinds.Started{}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if a, b := heardSelf.Load(), heardNext.Load(); a != 1 || b != 2 {
			t.Errorf("%s: called %d and %d times, want 1 and 2", name, a, b)
		}
	}
}

func TestPeersReceiverDisconnectsALaterOne(t *testing.T) {
	for _, name := range []string{"Send", "SendRobust", "Each"} {
		var s kinds.StartedSignal
		var later *Connection
		heard := 0
		s.Connect(func(context.Context, kinds.Started) error { later.Disconnect(); return nil })
		later = s.Connect(func(context.Context, kinds.Started) error {
			return errors.New("called after Disconnect had returned")
		})
		s.Connect(func(context.Context, kinds.Started) error { heard++; return nil })
		if err := waysToSend[name](&s, t.Context(), kinds.Started{}); err != nil || heard != 1 {
			t.Errorf("%s: the last receiver was called %d times, want once; error %v", name, heard, err)
		}
	}
}

func TestPeersReceiverConnects(t *testing.T) {
	for name, send := range waysToSend {
		var s kinds.StartedSignal
		var heard atomic.Int32
		s.Connect(func(context.Context, kinds.Started) error {
			s.Connect(func(context.Context, kinds.Started) error { heard.Add(1); return nil })
			return nil
		}, Once())
		for want := range int32(3) {
			if err := send(&s, t.Context(), kinds.Started{}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if got := heard.Load(); got != want {
				t.Errorf("%s: the new receiver was called %d times after %d sends, want %d", name, got, want+1, want)
			}
		}
	}
}

func TestPeersReceiverSends(t *testing.T) {
	for name, send := range waysToSend {
		var s kinds.StartedSignal
		var heard atomic.Int32
		s.Connect(func(ctx context.Context, data kinds.Started) error {
			heard.Add(1)
			if data.N == 0 {
				return nil
			}
			return send(&s, ctx, kinds.Started{N: data.N - 1})
		})
		if err := send(&s, t.Context(), kinds.Started{N: 3}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := heard.Load(); got != 4 {
			t.Errorf("%s: called %d times, want 4", name, got)
		}
	}
}

func TestPeersOrderAfterTheFirstIsRemoved(t *testing.T) {
	for _, name := range []string{"Send", "SendRobust", "Each"} {
		var s kinds.StartedSignal
		var heard []int
		var connections []*Connection
		for i := range 5 {
			connections = append(connections, s.Connect(func(context.Context, kinds.Started) error {
				heard = append(heard, i)
				return nil
			}))
		}
		connections[0].Disconnect()
		if err := waysToSend[name](&s, t.Context(), kinds.Started{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := []int{1, 2, 3, 4}; !slices.Equal(heard, want) {
			t.Errorf("%s called %v, want %v", name, heard, want)
		}
	}
}

// Five closures of one line have the same code, but only one is removed.
func TestPeersExactRemoval(t *testing.T) {
	for removed := range 5 {
		var s kinds.CountedSignal
		var connections []*Connection
		for i := range 5 {
			connections = append(connections, s.Connect(func(context.Context, int) int { return i }))
		}
		connections[removed].Disconnect()
		want := slices.Delete([]int{0, 1, 2, 3, 4}, removed, removed+1)
		if got := s.Send(t.Context(), 0); !slices.Equal(got, want) {
			t.Errorf("called %v without the one at %d, want %v", got, removed, want)
		}
	}
}

func TestPeersNoGoroutineIsLeft(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	var set kinds.Signals
	var half []*Connection
	ctx, cancel := context.WithCancel(t.Context())
	for i := range 200 {
		receiver := func(context.Context, kinds.Started) error { return nil }
		set.Started.Connect(receiver)
		set.Started.Connect(receiver, Until(ctx))
		c := set.Started.Connect(receiver, Async(1, Overflow(i%4)))
		if i%2 == 0 {
			half = append(half, c)
		}
	}
	set.Started.Events(ctx, 8)
	waits := make(chan error, 1)
	go func() { _, err := set.Ticked.Next(ctx); waits <- err }()
	for name, send := range waysToSend {
		if err := send(&set.Started, t.Context(), kinds.Started{}); err != nil && !errors.Is(err, ErrQueueFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range half {
		c.Disconnect()
	}
	cancel()
	if err := <-waits; !errors.Is(err, context.Canceled) {
		t.Errorf("Next returned %v", err)
	}
	if err := set.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// Run with -race.
func TestPeersEverythingAtOnce(t *testing.T) {
	var s kinds.StartedSignal
	var group sync.WaitGroup
	var own atomic.Int64
	for name, send := range waysToSend {
		for i := range 2 {
			group.Go(func() {
				for n := range 100 {
					c := s.Connect(func(context.Context, kinds.Started) error { own.Add(1); return nil }, Priority(i), ID(fmt.Sprint(name, i, n)))
					if err := send(&s, t.Context(), kinds.Started{}); err != nil {
						t.Errorf("%s: %v", name, err)
					}
					s.Mute()()
					s.HasReceivers()
					s.Receivers()
					if !c.Disconnect() {
						t.Errorf("%s: Disconnect returned false", name)
					}
				}
			})
		}
	}
	group.Wait()
	if n := own.Load(); n == 0 || s.HasReceivers() {
		t.Errorf("%d calls, and a receiver is left: %v", n, s.HasReceivers())
	}
}
