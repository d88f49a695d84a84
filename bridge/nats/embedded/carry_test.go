package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

const placed = "shop.order.placed"

// shop starts a server and a transport on it with a short backoff. The ack wait is an hour,
// so that nothing is redelivered because the machine is busy.
func shop(t *testing.T, opts ...natsbridge.Option) (*embedded.Server, *natsbridge.Transport) {
	t.Helper()
	server, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Shutdown)
	transport, err := server.Transport(t.Context(), append([]natsbridge.Option{natsbridge.AckWait(time.Hour), natsbridge.Backoff(300 * time.Millisecond)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return server, transport
}

// listening starts a server that other processes can connect to, until the end of the test.
func listening(t *testing.T) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(embedded.Listen("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Shutdown)
	return server
}

func placedOrder(id int) *bridge.Envelope {
	return &bridge.Envelope{
		ID: fmt.Sprint(id), Source: "test", Type: placed, Time: time.Unix(1, 0).UTC(),
		ContentType: "application/json", Data: fmt.Appendf(nil, `{"ID":%d}`, id),
	}
}

func publish(t *testing.T, transport bridge.Transport, from, to int) {
	t.Helper()
	for id := from; id <= to; id++ {
		if err := transport.Publish(t.Context(), placedOrder(id)); err != nil {
			t.Fatal(err)
		}
	}
}

// hear subscribes as a member of a group, and returns its deliveries.
func hear(t *testing.T, ctx context.Context, transport bridge.Transport, group string) <-chan bridge.Delivery {
	t.Helper()
	heard := make(chan bridge.Delivery, 10000)
	if err := transport.Subscribe(ctx, placed, group, func(d bridge.Delivery) { heard <- d }); err != nil {
		t.Fatal(err)
	}
	return heard
}

// next waits for the next delivery.
func next(t *testing.T, heard <-chan bridge.Delivery) bridge.Delivery {
	t.Helper()
	select {
	case d := <-heard:
		return d
	case <-time.After(10 * time.Second):
		t.Fatal("nothing arrives")
		panic("unreachable")
	}
}

func nothing(t *testing.T, heard <-chan bridge.Delivery, within time.Duration) {
	t.Helper()
	select {
	case d := <-heard:
		t.Fatalf("%s arrives, attempt %d", d.Envelope.ID, d.Attempt)
	case <-time.After(within):
	}
}

func TestCarriesInOrder(t *testing.T) {
	_, transport := shop(t)
	heard := hear(t, t.Context(), transport, "mailer")
	publish(t, transport, 1, 1000)
	for id := 1; id <= 1000; id++ {
		d := next(t, heard)
		if d.Envelope.ID != fmt.Sprint(id) || d.Attempt != 1 {
			t.Fatalf("%s arrives at attempt %d, want %d at 1", d.Envelope.ID, d.Attempt, id)
		}
		d.Settle(nil)
	}
}

func TestRedeliversAfterThePause(t *testing.T) {
	_, transport := shop(t)
	heard := hear(t, t.Context(), transport, "mailer")
	publish(t, transport, 1, 1)
	for attempt := 1; attempt <= 4; attempt++ {
		d := next(t, heard)
		if d.Attempt != attempt {
			t.Fatalf("attempt %d, want %d", d.Attempt, attempt)
		}
		if attempt < 4 {
			d.Settle(errors.New("no luck"))
		} else {
			d.Settle(nil)
		}
	}
	nothing(t, heard, 700*time.Millisecond)
}

func TestKeepsAliveWhatTakesLong(t *testing.T) {
	const ackWait = time.Second
	_, transport := shop(t, natsbridge.AckWait(ackWait))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	release := make(chan bridge.Delivery)
	if err := transport.Subscribe(ctx, placed, "mailer", func(d bridge.Delivery) { release <- d }); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 50)
	time.Sleep(2 * ackWait) // in which handle does not return
	var held []bridge.Delivery
	for range 50 {
		held = append(held, <-release)
	}
	cancel()
	other := hear(t, t.Context(), transport, "mailer")
	nothing(t, other, 2*ackWait) // held beyond the end of the subscription
	for i, d := range held {
		if d.Attempt != 1 || d.Envelope.ID != fmt.Sprint(i+1) {
			t.Errorf("%s at attempt %d, want %d at 1", d.Envelope.ID, d.Attempt, i+1)
		}
		d.Settle(nil)
	}
	nothing(t, other, 2*ackWait)
}

func TestGivesBackAtTheEnd(t *testing.T) {
	_, transport := shop(t)
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan bridge.Delivery)
	if err := transport.Subscribe(ctx, placed, "mailer", func(d bridge.Delivery) { first <- d }); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 100)
	d := <-first
	d.Settle(nil)
	time.Sleep(100 * time.Millisecond) // the others arrive
	cancel()
	other := hear(t, t.Context(), transport, "mailer")
	var ids []string
	for range 98 { // 1 is settled, 2 in the hands of the first member
		d := next(t, other)
		ids = append(ids, d.Envelope.ID)
		d.Settle(nil)
	}
	if slices.Contains(ids, "1") || slices.Contains(ids, "2") {
		t.Errorf("delivered twice: %q", ids)
	}
	(<-first).Settle(nil)
	nothing(t, other, 100*time.Millisecond)
}

func TestErrClosedRedeliversAtOnce(t *testing.T) {
	_, transport := shop(t, natsbridge.MaxDeliver(1))
	heard := hear(t, t.Context(), transport, "mailer")
	publish(t, transport, 1, 1)
	next(t, heard).Settle(fmt.Errorf("not begun: %w", bridge.ErrClosed))
	d := next(t, heard)
	if d.Attempt != 2 {
		t.Errorf("attempt %d, want 2", d.Attempt)
	}
	d.Settle(nil)
	letters(t, transport, 0)
}

func TestEachGroupGetsAll(t *testing.T) {
	_, transport := shop(t)
	publish(t, transport, 1, 10)
	for _, group := range []string{"mailer", "mailer.eu", "mailer/eu", "m*>", "a b"} {
		heard := hear(t, t.Context(), transport, group)
		for id := 1; id <= 10; id++ {
			d := next(t, heard)
			if d.Envelope.ID != fmt.Sprint(id) {
				t.Fatalf("%s hears %s, want %d", group, d.Envelope.ID, id)
			}
			d.Settle(nil)
		}
	}
}

func TestStoresOnce(t *testing.T) {
	_, transport := shop(t)
	heard := hear(t, t.Context(), transport, "mailer")
	publish(t, transport, 1, 1)
	publish(t, transport, 1, 1)
	next(t, heard).Settle(nil)
	nothing(t, heard, 100*time.Millisecond)
}
