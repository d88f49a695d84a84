package bridge_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

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
				t.Errorf("closed with a delivery in hand: %v", err)
			}
		}
		if err := b.Close(t.Context()); err != nil || len(transport.settled) != 1 {
			t.Errorf("the bridge's Close: %v, with %d deliveries settled, want 1", err, len(transport.settled))
		}
	})
}
