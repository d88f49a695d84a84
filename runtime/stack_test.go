package runtime_test

import (
	"context"
	"slices"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// sendVariadic sends what the compiler could keep on the stack of this func, and leaves
// that to whatever comes next.
//
//go:noinline
func sendVariadic(ctx context.Context, s *kinds.QuotedSignal, n int) {
	_, _ = s.Send(ctx, "nail", n, n+1, n+2, n+3)
}

// clobber writes over the stack below it.
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

// What a send carries may be kept by who hears it, and must not be on the sender's
// stack: the array of a variadic argument, of a signal whose loop is in the runtime.
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
