package watermillbridge_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/watermill"
)

// Publish ends with its ctx, whatever the publisher does.
func TestPublishEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		transport := New(publisher(func() error { <-release; return nil }), nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := transport.Publish(ctx, envelope("1", "placed")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// publisher is one that does as it is told.
type publisher func() error

func (p publisher) Publish(string, ...*message.Message) error { return p() }
func (publisher) Close() error                                { return nil }

// A broker that is down is waited for, as long as ctx allows.
func TestPublishWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		tries := 0
		transport := New(publisher(func() error {
			if tries++; time.Since(began) < 20*time.Second {
				return errBroker
			}
			return nil
		}), nil)
		if err := transport.Publish(t.Context(), envelope("1", "placed")); err != nil || time.Since(began) > 23*time.Second || tries > 50 {
			t.Errorf("%d tries in %v, and then %v", tries, time.Since(began), err)
		}
		began = time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := transport.Publish(ctx, envelope("2", "placed"))
		if !errors.Is(err, errBroker) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 10*time.Second {
			t.Errorf("after %v got %v", time.Since(began), err)
		}
	})
}

// What the publisher says to last is not tried again.
func TestPublishPoison(t *testing.T) {
	tries := 0
	transport := New(publisher(func() error { tries++; return bridge.Poison(errBroker) }), nil)
	err := transport.Publish(t.Context(), envelope("1", "placed"))
	if !errors.Is(err, errBroker) || tries != 1 || !strings.Contains(err.Error(), "publish placed: broker is down") {
		t.Errorf("%d tries, got %v", tries, err)
	}
}

// A send waits for a server that is started later.
func TestPublishBeforeTheServer(t *testing.T) {
	need(t, "Redis", redisOnce()) // there is one
	late, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	defer late.remove()
	s := streamsAt(t, late.addr)
	transport := over(t, s)
	published := make(chan error)
	go func() { published <- transport.Publish(t.Context(), envelope("1", "placed")) }()
	heard := make(chan string, 1)
	subscribed := make(chan error)
	go func() {
		subscribed <- transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) {
			d.Settle(nil)
			heard <- d.Envelope.ID
		})
	}()
	select {
	case err := <-published:
		t.Fatalf("published without a server: %v", err)
	case err := <-subscribed:
		t.Fatalf("subscribed without a server: %v", err)
	case <-time.After(500 * time.Millisecond):
	}
	if err := late.startRedis(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-published, <-subscribed); err != nil {
		t.Fatal(err)
	}
	if id := <-heard; id != "1" {
		t.Errorf("heard %s", id)
	}
}

// A send waits for a database that is being restarted, and a subscription goes on when it
// is back.
func TestRestart(t *testing.T) {
	need(t, "PostgreSQL", postgresOnce()) // there is one
	own, err := newPostgresServer()
	defer own.remove()
	if err != nil {
		t.Fatal(err)
	}
	transport := over(t, postgresAt(t, own))
	heard := make(chan string, 10)
	if err := transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) {
		heard <- d.Envelope.ID
		d.Settle(nil)
	}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"1", "2"} {
		published := make(chan error)
		if id == "2" {
			own.stop()
		}
		go func() { published <- transport.Publish(t.Context(), envelope(id, "placed")) }()
		if id == "2" {
			select {
			case err := <-published:
				t.Fatalf("published without a server: %v", err)
			case <-time.After(300 * time.Millisecond):
			}
			if err := own.startPostgres(); err != nil {
				t.Fatal(err)
			}
		}
		if err := <-published; err != nil {
			t.Fatal(err)
		}
		for got := <-heard; got != id; got = <-heard { // what was not acknowledged before the stop comes again
		}
	}
}
