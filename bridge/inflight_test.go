package bridge_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// late is a transport that delivers when its subscription has ended.
type late struct{ handed }

func (l *late) Subscribe(ctx context.Context, _, _ string, handle Handler) error {
	<-ctx.Done()
	l.handle = handle
	l.hand(1, 2, 3)
	return nil
}

// InFlight limits the deliveries at the end of a subscription too.
func TestInFlightWhileItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := &late{handed{settled: make(chan error, 10)}}
		var s kinds.StartedSignal
		var running, heard atomic.Int32
		s.Connect(func(context.Context, kinds.Started) error {
			if n := running.Add(1); n > 1 {
				t.Errorf("%d at the same time, want 1", n)
			}
			defer running.Add(-1)
			time.Sleep(time.Second)
			heard.Add(1)
			return nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := Serve(ctx, New(transport), &s, Group("all"), InFlight(1), Unordered()); err != nil || heard.Load() != 3 {
			t.Errorf("served: %v; heard %d, want 3", err, heard.Load())
		}
	})
}
