package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
)

// flaky is a transport that refuses some envelopes for a while, and is slow.
type flaky struct {
	bridgetest.Transport
	refuse func(e *Envelope) error
}

func (f *flaky) Publish(ctx context.Context, e *Envelope) error {
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := f.refuse(e); err != nil {
		return err
	}
	return f.Transport.Publish(ctx, e)
}

// Whatever fails and whenever a forwarder is replaced by another one: everything
// arrives, with its id, and in order per key where nothing fails.
func TestForward(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b"}), 1, 20).Draw(rt, "keys")
		failing := rapid.SliceOfN(rapid.Bool(), len(keys), len(keys)).Draw(rt, "fails once")
		replaced := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 4).Draw(rt, "replaced after seconds")
		synctest.Test(t, func(t *testing.T) {
			var from bridgetest.Transport
			refused := make(map[string]bool)
			to := &flaky{}
			to.refuse = func(e *Envelope) error { return nil }
			fails := slices.Contains(failing, true)
			if fails {
				from.MaxAttempts = 100
				var n int
				to.refuse = func(e *Envelope) error {
					if _, err := fmt.Sscan(e.ID, &n); err != nil {
						return err
					}
					if failing[n] && !refused[e.ID] {
						refused[e.ID] = true
						return errRefused
					}
					return nil
				}
				captureLog(t)
				for i := range keys {
					keys[i] = "" // one at a time: refuse needs no lock
				}
			}
			for i, key := range keys {
				if err := from.Publish(t.Context(), &Envelope{ID: fmt.Sprint(i), Source: "/", Type: "placed", Key: key}); err != nil {
					t.Fatal(err)
				}
			}
			for _, after := range append(replaced, 1000) {
				ctx, leave := context.WithTimeout(t.Context(), time.Duration(after)*time.Second+time.Millisecond)
				if err := Forward(ctx, &from, to, "placed"); err != nil {
					t.Error(err)
				}
				leave()
			}
			arrived := make(map[string][]int)
			all := make(map[string]bool)
			for _, e := range to.Published("placed") {
				var n int
				_, _ = fmt.Sscan(e.ID, &n)
				all[e.ID] = true
				arrived[e.Key] = append(arrived[e.Key], n)
			}
			if len(all) != len(keys) {
				t.Errorf("%d arrived, want %d", len(all), len(keys))
			}
			for key, order := range arrived {
				if !fails && !slices.IsSorted(order) {
					t.Errorf("key %q arrived as %v", key, order)
				}
			}
			if letters := from.DeadLetters("placed", ForwardGroup); len(letters) > 0 {
				t.Errorf("%d dead letters", len(letters))
			}
		})
	})
}

// What the other transport never takes becomes a dead letter, and holds up nothing.
func TestForwardRefused(t *testing.T) {
	log := captureLog(t)
	synctest.Test(t, func(t *testing.T) {
		var from bridgetest.Transport
		to := &flaky{refuse: func(e *Envelope) error {
			if e.ID == "bad" {
				return errRefused
			}
			return nil
		}}
		for _, id := range []string{"bad", "good"} {
			_ = from.Publish(t.Context(), &Envelope{ID: id, Source: "/", Type: "placed"})
		}
		ctx, leave := context.WithTimeout(t.Context(), time.Minute)
		defer leave()
		if err := Forward(ctx, &from, to, "placed", "paid"); err != nil {
			t.Error(err)
		}
		if n := len(to.Published("placed")); n != 1 {
			t.Errorf("%d arrived, want 1", n)
		}
		letters := from.DeadLetters("placed", ForwardGroup)
		if len(letters) != 1 || !errors.Is(letters[0].Err, errRefused) {
			t.Errorf("dead letters %v", letters)
		}
	})
	if n := strings.Count(log.String(), "signal not forwarded"); n != 5 {
		t.Errorf("logged %d times, want 5", n)
	}
}

func TestForwardNothing(t *testing.T) {
	var from, to bridgetest.Transport
	if err := Forward(t.Context(), &from, &to); err == nil || !strings.Contains(err.Error(), "found no type") {
		t.Errorf("got %v", err)
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if err := Forward(ctx, &from, &to, "placed"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
