package bridge_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// A bridge waits for the deliveries of a subscription whose own Close has given up.
func TestCloseBehindACloseThatGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport, b, sub := receiveHanded(t, func(context.Context, kinds.Started) error {
			time.Sleep(time.Minute)
			return nil
		})
		transport.hand(1)
		synctest.Wait()
		done, cancel := context.WithCancel(t.Context())
		cancel()
		for _, end := range []func(context.Context) error{sub.Close, b.Close, b.Close} {
			if err := end(done); !errors.Is(err, context.Canceled) {
				t.Errorf("closed with a delivery in flight: %v", err)
			}
		}
		if err := b.Close(t.Context()); err != nil || len(transport.settled) != 1 {
			t.Errorf("the bridge's Close: %v, with %d deliveries settled, want 1", err, len(transport.settled))
		}
	})
}

// When Close gives up, what waits behind a receiver goes back at once, and not when
// that receiver returns.
func TestCloseGivesBackWhatHasNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		transport, b, sub := receiveHanded(t, func(context.Context, kinds.Started) error {
			<-hang
			return nil
		})
		transport.hand(1, 2, 3)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.Close(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "closed with 3 deliveries in flight") {
			t.Errorf("closed: %v", err)
		}
		if n := len(transport.settled); n != 2 {
			t.Errorf("%d given back, want 2", n)
		}
		if err := sub.Close(ctx); err == nil || !strings.Contains(err.Error(), "closed with 1 deliveries in flight") {
			t.Errorf("closed once more: %v", err)
		}
		close(hang)
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
		var settled []error
		for len(transport.settled) > 0 {
			settled = append(settled, <-transport.settled)
		}
		if !slices.Equal(settled, []error{ErrClosed, ErrClosed, nil}) {
			t.Errorf("settled with %v", settled)
		}
	})
}
