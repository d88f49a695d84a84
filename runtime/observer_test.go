package runtime_test

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// If an observer makes Connect panic, the receiver is disconnected: the caller has no
// Connection to do so.
func TestConnectedPanics(t *testing.T) {
	var s kinds.StartedSignal
	s.Configure(Observe(&Observer{Connected: func(AnySignal, ReceiverInfo) { panic("observer") }}))
	if value := recovered(func() { s.Connect(hearNothing) }); value != "observer" {
		t.Errorf("got the panic %v", value)
	}
	if s.HasReceivers() {
		t.Error("the receiver is connected")
	}
}

// A panic that reaches the sender ends its call and its send with ErrUnwound, and the
// observer can see where it came from.
func TestObserverOfPanic(t *testing.T) {
	var s kinds.StartedSignal
	var ends []error
	var stack string
	s.Configure(Observe(&Observer{
		ReceiveDone: func(_ context.Context, _ SendInfo, _ ReceiverInfo, err error) {
			ends, stack = append(ends, err), string(debug.Stack())
		},
		SendDone: func(_ context.Context, _ SendInfo, err error) { ends = append(ends, err) },
	}))
	s.Connect(panicking)
	_ = recovered(func() { _ = s.Send(t.Context(), kinds.Started{}) })
	if len(ends) != 2 || !errors.Is(ends[0], ErrUnwound) || !errors.Is(ends[1], ErrUnwound) {
		t.Errorf("got %v, want ErrUnwound twice", ends)
	}
	if !strings.Contains(stack, "panicking") {
		t.Errorf("the receiver is not in the stack:\n%s", stack)
	}
}

func panicking(context.Context, kinds.Started) error { panic("boom") }
