package runtime_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
)

// Receivers of every sender hear a sender that cannot be looked up. Connecting to it is
// rejected.
func TestSendersThatAreNoKeys(t *testing.T) {
	type odd struct{ v any }
	var s kinds.PingedSignal
	heard := 0
	s.Connect(func(context.Context, any) { heard++ })
	s.ConnectFrom("someone", func(context.Context, any) { t.Error("another sender was heard") })
	for i, sender := range []any{[]int{1}, odd{[]int{1}}, map[string]int{}, func() {}, math.NaN(), nil} {
		s.Send(t.Context(), sender)
		if err := s.SendRobust(t.Context(), sender); err != nil {
			t.Errorf("%T: %v", sender, err)
		}
		if want := 2 * (i + 1); heard != want {
			t.Errorf("%T: heard %d sends, want %d", sender, heard, want)
		}
		if sender == nil {
			continue
		}
		panicked := fmt.Sprint(recovered(func() { s.ConnectFrom(sender, func(context.Context, any) {}) }))
		if !strings.HasPrefix(panicked, "signalgen: connecting to kinds.pinged: found the sender ") {
			t.Errorf("%T: got %s", sender, panicked)
		}
	}
}

// A pointer to a small object without pointers shares its block of memory with others.
// It is collected like any other sender.
func TestSmallSendersAreCollected(t *testing.T) {
	const senders = 200
	var s kinds.PointedSignal
	collected := make(chan struct{}, senders)
	for range senders {
		sender := new(int64)
		s.ConnectFrom(sender, func(context.Context, *int64) {})
		runtime.AddCleanup(sender, func(struct{}) { collected <- struct{}{} }, struct{}{})
	}
	found := 0
	for deadline := time.Now().Add(time.Minute); found < senders*9/10; {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d senders were collected", found, senders)
		}
		runtime.GC()
		for len(collected) > 0 {
			<-collected
			found++
		}
	}
}
