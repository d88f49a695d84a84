package bridge_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// A delivery is redelivered if its receiver returns when its ctx is done, and if it never
// returns; neither holds up the others.
func TestWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		p := newPair()
		p.transport.MaxAttempts = 2
		var mu sync.Mutex // guards calls: nothing else orders a receiver that still runs and this test
		calls := make(map[string]int)
		p.heard.Connect(func(ctx context.Context, data kinds.Started) error {
			mu.Lock()
			calls[data.Addr]++
			call := calls[data.Addr]
			mu.Unlock()
			switch {
			case data.Addr == "heeds" && call == 1:
				<-ctx.Done()
				if !errors.Is(context.Cause(ctx), ErrOverdue) {
					t.Errorf("cause %v", context.Cause(ctx))
				}
				return ctx.Err()
			case data.Addr == "hangs":
				<-hang
			}
			return nil
		})
		began := time.Now()
		sub := receive(t, p.there, &p.heard, Group("all"), Within(10*time.Second), Retry(5, time.Hour, time.Hour))
		p.send(t, "heeds", "hangs", "good")
		p.wait(t)
		if took, want := time.Since(began), (10+11+11)*time.Second; took != want {
			t.Errorf("took %v, want %v", took, want)
		}
		mu.Lock()
		defer mu.Unlock()
		letters := p.transport.DeadLetters("kinds.started", "all")
		if calls["heeds"] != 2 || calls["hangs"] != 2 || calls["good"] != 1 || len(letters) != 1 {
			t.Errorf("calls %v, %d dead letters", calls, len(letters))
		}
		if err := letters[0].Err; !errors.Is(err, ErrOverdue) || !strings.Contains(err.Error(), "the limit is 10s, and they are still running 1s later") {
			t.Errorf("dead of %v", err)
		}
		if !errors.Is(p.failed[0], ErrOverdue) || !errors.Is(p.failed[0], context.DeadlineExceeded) {
			t.Errorf("failed with %v", p.failed[0])
		}
		if err := sub.Close(t.Context()); err != nil {
			t.Error(err)
		}
		close(hang)
		synctest.Wait()
	})
}

// Without a limit, a receiver that does not return is logged.
func TestSlowIsLogged(t *testing.T) {
	log := captureLog(t)
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		p.heard.Connect(func(_ context.Context, data kinds.Started) error {
			if data.Addr == "slow" {
				time.Sleep(time.Hour)
			}
			return nil
		})
		sub := receive(t, p.there, &p.heard, Group("all"))
		p.send(t, "fast", "slow")
		p.wait(t)
		if err := sub.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if text := log.String(); strings.Count(text, "still being received") != 1 || !strings.Contains(text, "group=all") {
		t.Errorf("log:\n%s", text)
	}
}

// Deliveries that wait for their next try make room for others, up to a limit.
func TestRetryMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(ErrorHandler(func(context.Context, *DeliveryError) {}))
		var good atomic.Int32
		p.heard.Connect(func(_ context.Context, data kinds.Started) error {
			if strings.HasPrefix(data.Addr, "bad") {
				return errRefused
			}
			good.Add(1)
			return nil
		})
		sub := receive(t, p.there, &p.heard, Group("all"), Unordered(), InFlight(2), Retry(2, time.Hour, time.Hour))
		p.send(t, "bad 1", "bad 2", "good", "good", "good")
		time.Sleep(time.Second)
		if n := good.Load(); n != 3 {
			t.Errorf("heard %d while two wait for their next try, want 3", n)
		}
		p.send(t, "bad 3", "bad 4", "good")
		time.Sleep(time.Second)
		if n := good.Load(); n != 3 {
			t.Errorf("heard %d with four that wait, want 3", n)
		}
		if err := sub.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
