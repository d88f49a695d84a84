package runtime_test

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// sendVariadic sends what the compiler could keep on the stack of this func, and then
// leaves that stack to others.
//
//go:noinline
func sendVariadic(ctx context.Context, s *kinds.QuotedSignal, n int) {
	_, _ = s.Send(ctx, "nail", n, n+1, n+2, n+3)
}

// clobber overwrites the stack below it.
//
//go:noinline
func clobber() (sum int) {
	var words [512]int
	for i := range words {
		words[i] = -i
	}
	for _, w := range words {
		sum += w
	}
	return sum
}

// Receivers may keep what a send carries, so it must not be on the sender's stack. This
// includes the array of a variadic argument, for a signal whose loop is in the runtime.
func TestArgumentsMayBeKept(t *testing.T) {
	var s kinds.QuotedSignal
	var kept [][]int
	s.Connect(func(_ context.Context, _ string, pieces ...int) (int, error) {
		kept = append(kept, pieces)
		return 0, nil
	})
	queued := make(chan []int, 100)
	async := s.Connect(func(_ context.Context, _ string, pieces ...int) (int, error) {
		queued <- pieces
		return 0, nil
	}, Async(100, Block))
	defer async.Disconnect()
	stream := s.Events(t.Context(), 100)
	defer stream.Close()
	for n := range 100 {
		sendVariadic(t.Context(), &s, n)
		clobber()
	}
	n := 0
	for args := range stream.All() {
		want := []int{n, n + 1, n + 2, n + 3}
		if got := <-queued; !slices.Equal(kept[n], want) || !slices.Equal(args.Pieces, want) || !slices.Equal(got, want) {
			t.Fatalf("got %v, %v and %v, want %v", kept[n], args.Pieces, got, want)
		}
		if n++; n == 100 {
			break
		}
	}
}

// grow uses a large stack, and lets others use the small one that was there before.
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

// A receiver may make the stack move that has what the sender sends.
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
		go func() { // on a small stack
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

// A sending whose arguments may be on the sender's stack is not on the heap itself:
// there, a pointer to a stack that moves is not adjusted.
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
