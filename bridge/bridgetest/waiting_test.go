package bridgetest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/bridgetest"
)

func envelope(id string) *bridge.Envelope {
	return &bridge.Envelope{ID: id, Source: "/", Type: "placed"}
}

// Wait waits for what is in flight, and for deliveries and redeliveries to come.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := Transport{Redelivery: time.Minute}
		began := time.Now()
		if err := transport.Wait(t.Context()); err != nil || time.Since(began) > 0 {
			t.Errorf("nothing to wait for: %v after %v", err, time.Since(began))
		}
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		_ = transport.Subscribe(ctx, "placed", "all", func(d bridge.Delivery) {
			time.Sleep(time.Second)
			if d.Attempt == 1 {
				d.Settle(errors.New("refused"))
				return
			}
			d.Settle(nil)
		})
		_ = transport.Publish(t.Context(), envelope("1"))
		if err := transport.Wait(t.Context()); err != nil || time.Since(began) != time.Minute+2*time.Second {
			t.Errorf("%v after %v, want 1m2s", err, time.Since(began))
		}
		leave()
		_ = transport.Publish(t.Context(), envelope("2"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := transport.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting for a group without members: %v", err)
		}
	})
}

// What nobody has named is not there, and asking for it does not make it.
func TestUnknown(t *testing.T) {
	var transport Transport
	if n := transport.Replay("placed", "all"); n != 0 || transport.DeadLetters("placed", "all") != nil || transport.Published("placed") != nil {
		t.Errorf("replayed %d", n)
	}
	_ = transport.Publish(t.Context(), envelope("1"))
	if err := transport.Wait(t.Context()); err != nil {
		t.Errorf("waiting for no group: %v", err)
	}
	if err := transport.Publish(t.Context(), envelope("")); err == nil {
		t.Error("an envelope without an id was published")
	}
}

func ExampleTransport_Break() {
	var transport Transport
	transport.Break(errors.New("broker is down"))
	fmt.Println(transport.Publish(context.Background(), envelope("1")))
	transport.Break(nil)
	fmt.Println(transport.Publish(context.Background(), envelope("1")))
	// Output:
	// broker is down
	// <nil>
}

func ExampleTransport_Replay() {
	var transport Transport
	refuse := true
	ctx, leave := context.WithCancel(context.Background())
	defer leave()
	_ = transport.Subscribe(ctx, "placed", "mailer", func(d bridge.Delivery) {
		if refuse {
			d.Settle(bridge.Poison(errors.New("no address")))
			return
		}
		fmt.Println("mailed", d.Envelope.ID)
		d.Settle(nil)
	})
	_ = transport.Publish(ctx, envelope("1"))
	_ = transport.Wait(ctx)
	for _, letter := range transport.DeadLetters("placed", "mailer") {
		fmt.Println(letter.Envelope.ID, letter.Err)
	}
	refuse = false
	fmt.Println("replayed", transport.Replay("placed", "mailer"))
	_ = transport.Wait(ctx)
	// Unordered output:
	// 1 no address
	// replayed 1
	// mailed 1
}
