package runtime_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// A ctx that is not a valid map key ends its receiver like any other.
func TestUntilOfOddContexts(t *testing.T) {
	type odd struct {
		context.Context
		v any
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var s kinds.StartedSignal
		s.Connect(hearNothing, Until(odd{ctx, []int{1}}))
		s.Connect(hearNothing, Until(odd{ctx, 1}))
		if n := len(s.Receivers()); n != 2 {
			t.Errorf("%d receivers, want 2", n)
		}
		cancel()
		synctest.Wait()
		if s.HasReceivers() {
			t.Error("they are connected although their ctx is done")
		}
	})
}

// A receiver that is connected while the receivers of its ctx are being disconnected
// ends too.
func TestUntilJoinedAtItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var s kinds.StartedSignal
		var late *Connection
		s.Configure(Observe(&Observer{Disconnected: func(AnySignal, ReceiverInfo) {
			if late == nil {
				late = new(Connection) // once
				late = s.Connect(hearNothing, Until(ctx), Name("late"))
			}
		}}))
		s.Connect(hearNothing, Until(ctx))
		s.Connect(hearNothing, Until(ctx))
		cancel()
		synctest.Wait()
		if len(s.Receivers()) > 0 || late.Connected() {
			t.Errorf("connected: %+v", s.Receivers())
		}
	})
}

// ownContext is a ctx of a type that package context does not know.
type ownContext struct{ context.Context }

func (c ownContext) Value(any) any { return nil } // so that it hides what it is made of

// One goroutine waits for a custom ctx, however many receivers end with it.
func TestUntilWithAContextOfOnesOwn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var s kinds.StartedSignal
	before := runtime.NumGoroutine()
	for range 50 {
		s.Connect(hearNothing, Until(ownContext{ctx}))
	}
	if n := runtime.NumGoroutine() - before; n > 1 {
		t.Errorf("%d goroutines wait", n)
	}
	cancel()
	for s.HasReceivers() {
		runtime.Gosched()
	}
	first := s.Connect(hearNothing, Until(uncomparable{ctx, nil}))
	if s.HasReceivers() || first.Connected() {
		t.Error("it is connected although its ctx is done")
	}
}

// uncomparable is a ctx that is not a valid map key.
type uncomparable struct {
	context.Context
	_ []int
}
