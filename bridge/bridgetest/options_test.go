package bridgetest_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
)

func placed(id string) *bridge.Envelope {
	return &bridge.Envelope{ID: id, Source: "/", Type: "placed"}
}

func TestBackoffAndMaxDeliver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var transport bridgetest.Transport
		ctx, leave := context.WithCancel(t.Context())
		began := time.Now()
		var at []time.Duration
		var last []bool
		opts := bridge.SubscribeOptions{MaxDeliver: 4, Backoff: []time.Duration{time.Second, time.Minute}}
		err := transport.SubscribeWith(ctx, "placed", "mailer", opts, func(d bridge.Delivery) {
			at, last = append(at, time.Since(began)), append(last, d.Last)
			d.Settle(errors.New("refused"))
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := transport.Publish(ctx, placed("1")); err != nil {
			t.Fatal(err)
		}
		if err := transport.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		want := []time.Duration{0, time.Second, 61 * time.Second, 121 * time.Second}
		for i := range want {
			if i >= len(at) || at[i] != want[i] || last[i] != (i == 3) {
				t.Fatalf("delivered at %v, last %v, want %v", at, last, want)
			}
		}
		if dead := transport.DeadLetters("placed", "mailer"); len(at) != 4 || len(dead) != 1 {
			t.Errorf("delivered at %v, %d dead letters", at, len(dead))
		}
		leave()
		synctest.Wait()
	})
}

func TestFromNowAndBroadcast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var transport bridgetest.Transport
		ctx, leave := context.WithCancel(t.Context())
		if err := transport.Publish(ctx, placed("past")); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex // guards heard
		heard := make(map[string][]string)
		for name, opts := range map[string]bridge.SubscribeOptions{
			"all": {}, "now": {FromNow: true}, "one": {Broadcast: true}, "two": {Broadcast: true},
		} {
			err := transport.SubscribeWith(ctx, "placed", name, opts, func(d bridge.Delivery) {
				mu.Lock()
				heard[name] = append(heard[name], d.Envelope.ID)
				mu.Unlock()
				d.Settle(nil)
			})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		if err := transport.Publish(ctx, placed("next")); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(heard["all"]) != 2 || len(heard["now"]) != 1 || len(heard["one"]) != 1 || len(heard["two"]) != 1 {
			t.Errorf("heard %v", heard)
		}
		leave()
		synctest.Wait()
		if err := transport.Publish(t.Context(), placed("later")); err != nil {
			t.Fatal(err)
		}
		lag := func(name string) int {
			l, err := transport.Lag(t.Context(), "placed", name)
			if err != nil {
				t.Fatal(err)
			}
			return l.Waiting
		}
		if now, one := lag("now"), lag("one"); now != 1 || one != 3 { // as for a group that is not known
			t.Errorf("%d wait for a group that is away, %d for a broadcast that has ended", now, one)
		}
	})
}

// A delivery that is given back has not failed.
func TestGivenBackIsNoAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := bridgetest.Transport{MaxAttempts: 1}
		ctx, leave := context.WithCancel(t.Context())
		n := 0
		err := transport.Subscribe(ctx, "placed", "mailer", func(d bridge.Delivery) {
			if n++; n < 3 {
				d.Settle(bridge.ErrClosed)
				return
			}
			if d.Attempt != 1 {
				t.Errorf("attempt %d, want 1", d.Attempt)
			}
			d.Settle(nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(transport.Publish(ctx, placed("1")), transport.Wait(ctx)); err != nil {
			t.Fatal(err)
		}
		if n != 3 {
			t.Errorf("delivered %d times, want 3", n)
		}
		leave()
		synctest.Wait()
	})
}
