package runtime_test

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// grow takes a large stack, and has what was the small one used by others.
func grow() {
	deep(4000)
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() { deep(i % 60) })
	}
	group.Wait()
}

//go:noinline
func deep(n int) int {
	var b [256]byte
	for i := range b {
		b[i] = 0xAA
	}
	if n == 0 {
		return int(b[3])
	}
	return deep(n-1) + int(b[n%256])
}

// A receiver may have the stack move on which the sender has what it sends.
func TestStackMoves(t *testing.T) {
	for name, opts := range map[string][]ConnectOption{
		"plain": nil,
		"asked": {Until(t.Context())},
		"once":  {Once()},
	} {
		var counted kinds.CountedSignal
		var started kinds.StartedSignal
		for range 3 {
			counted.Connect(func(_ context.Context, from int) int { grow(); return from }, opts...)
			started.Connect(func(_ context.Context, data kinds.Started) error { grow(); return fmt.Errorf("%d", data.N) }, opts...)
		}
		done := make(chan struct{})
		go func() { // on a stack that is small
			defer close(done)
			for i, got := range counted.Send(t.Context(), 1000) {
				if got != 1000 {
					t.Errorf("%s: the receiver %d heard %d", name, i, got)
				}
			}
			if err := started.SendRobust(t.Context(), kinds.Started{N: 7}); err == nil || strings.Count(err.Error(), ": 7") != 3 {
				t.Errorf("%s: got %v", name, err)
			}
		}()
		<-done
	}
}

// A send whose arguments may be on the sender's stack is not on the heap itself, where
// a pointer to a stack that moves is not adjusted.
func TestNoSendIsOnTheHeap(t *testing.T) {
	out, err := exec.Command("go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "send.go:") {
		t.Fatalf("the compiler says nothing:\n%s", out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "moved to heap: send") && !strings.Contains(line, "gather.go:") && !strings.Contains(line, "each.go:") && !strings.Contains(line, "generated.go:") {
			t.Error(line)
		}
	}
}

// A signal that is opened again while it is closed stays open, and the Close ends.
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

// A Close that an observer's panic ends leaves nobody waiting.
func TestCloseThatPanics(t *testing.T) {
	var set kinds.Signals
	set.Configure(Observe(&Observer{Disconnected: func(AnySignal, ReceiverInfo) { panic("observer") }}))
	set.Started.Connect(hearNothing)
	if value := recovered(func() { _ = set.Close(t.Context()) }); value != "observer" {
		t.Errorf("got the panic %v", value)
	}
	if err := set.Close(t.Context()); err == nil || !strings.Contains(err.Error(), "signal kinds.started: the close did not come to its end") {
		t.Errorf("a second Close: %v", err)
	}
}

// A ctx that is no key ends its receiver as any other.
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

// What is connected while the receivers of its ctx are being ended ends too.
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

// A nil option is refused, and nothing stays locked.
func TestNilSetOption(t *testing.T) {
	if value := recovered(func() { Configure(nil) }); value != "signalgen: found a nil SetOption" {
		t.Errorf("got %v", value)
	}
	var s kinds.StartedSignal
	if err := s.Send(t.Context(), kinds.Started{}); err != nil {
		t.Error(err)
	}
}

// Drain of many signals that have nothing to do takes no longer than to look at each.
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

// An async Once receiver that is disconnected before it is queued is forgotten.
func TestOnceThatIsNotQueuedIsForgotten(t *testing.T) {
	var s kinds.StartedSignal
	var conn *Connection
	s.Configure(Observe(&Observer{Disconnected: func(AnySignal, ReceiverInfo) { conn.Disconnect() }}))
	for range 5 {
		conn = s.Connect(hearNothing, Once(), Async(1, Block))
		_ = s.Send(t.Context(), kinds.Started{})
	}
	if n := Ending(&s); n != 0 {
		t.Errorf("%d are kept", n)
	}
}

// A Checkpoint takes away taps as it does receivers.
func TestCheckpointTakesTapsAway(t *testing.T) {
	var s kinds.StartedSignal
	before, during := 0, 0
	s.Tap(func(context.Context, any) { before++ })
	restore := Checkpoint(&s)
	s.Tap(func(context.Context, any) { during++ })
	restore()
	if _ = s.Send(t.Context(), kinds.Started{}); before != 1 || during != 0 {
		t.Errorf("heard %d and %d times", before, during)
	}
}
