package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// ErrClosed tells a transport that a delivery has not begun. When it is a receiver
// that returns it, of another bridge say, the delivery has failed like any other.
func TestReceiverReturnsErrClosed(t *testing.T) {
	closed := fmt.Errorf("another bridge: %w", errors.Join(errRefused, ErrClosed))
	for name, test := range map[string]struct {
		receive func() error
		poison  bool
	}{
		"returned": {func() error { return closed }, false},
		"panicked": {func() error { panic(closed) }, false},
		"poison":   {func() error { return Poison(closed) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			var told []*DeliveryError
			tell := func(_ context.Context, err *DeliveryError) { told = append(told, err) }
			transport, b, _ := receiveHanded(t, func(context.Context, kinds.Started) error { return test.receive() }, ErrorHandler(tell))
			transport.hand(1)
			if err := b.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			err := <-transport.settled
			if len(told) != 1 || !errors.Is(told[0], ErrClosed) {
				t.Errorf("the error handler was told %v", told)
			}
			if errors.Is(err, ErrClosed) || !errors.Is(err, errRefused) || IsPoison(err) != test.poison {
				t.Errorf("settled with %#v", err)
			}
			// The transport knows the signal, the group and the envelope.
			if text := err.Error(); !strings.Contains(text, "another bridge: ") || text != told[0].Err.Error() {
				t.Errorf("settled with %q", text)
			}
		})
	}
}
