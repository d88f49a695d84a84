package embedded_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

func connectTo(s *server.Server) (*nats.Conn, error) {
	return nats.Connect("", nats.InProcessServer(s))
}

func TestSlowMemberDelaysNoOther(t *testing.T) {
	_, transport := shop(t, natsbridge.Prefetch(10))
	stuck := make(chan bridge.Delivery)
	if err := transport.Subscribe(t.Context(), placed, "mailer", func(d bridge.Delivery) { stuck <- d }); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 10)
	time.Sleep(100 * time.Millisecond) // all ten are its own
	quick := hear(t, t.Context(), transport, "mailer")
	publish(t, transport, 11, 100)
	for id := 11; id <= 100; id++ {
		d := next(t, quick)
		if d.Envelope.ID != fmt.Sprint(id) {
			t.Fatalf("%s arrives, want %d", d.Envelope.ID, id)
		}
		d.Settle(nil)
	}
	nothing(t, quick, time.Second)
	for range 10 {
		(<-stuck).Settle(nil)
	}
}

func TestHoldsNoMoreThanPrefetch(t *testing.T) {
	_, transport := shop(t, natsbridge.Prefetch(20))
	publish(t, transport, 1, 100)
	heard := hear(t, t.Context(), transport, "mailer")
	var held []bridge.Delivery
	for range 20 {
		held = append(held, next(t, heard))
	}
	nothing(t, heard, 300*time.Millisecond)
	for range 80 { // one for one
		held[0].Settle(nil)
		held = append(held[1:], next(t, heard))
	}
	for _, d := range held {
		d.Settle(nil)
	}
	nothing(t, heard, 100*time.Millisecond)
}

func TestMessagesOfADeadMemberGoToTheOther(t *testing.T) {
	server, transport := shop(t, natsbridge.AckWait(2*time.Second))
	dying, err := server.Transport(t.Context(), natsbridge.AckWait(2*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	lost := hear(t, ctx, dying, "mailer")
	publish(t, transport, 1, 50)
	for range 50 {
		next(t, lost)
	}
	dying.Conn().Close() // a process that dies says nothing either
	heard := hear(t, t.Context(), transport, "mailer")
	for id := 1; id <= 50; id++ {
		d := next(t, heard)
		if d.Envelope.ID != fmt.Sprint(id) || d.Attempt != 2 {
			t.Fatalf("%s at attempt %d, want %d at 2", d.Envelope.ID, d.Attempt, id)
		}
		d.Settle(nil)
	}
}

// TestNothingTwiceAfterALostConnection has a member hold envelopes while its connection is
// down.
func TestNothingTwiceAfterALostConnection(t *testing.T) {
	transport, stop := remote(t, 3*time.Second, folder(t)) // of which a server that starts remembers whole seconds
	heard := hear(t, t.Context(), transport, "mailer")
	publish(t, transport, 1, 20)
	var held []bridge.Delivery
	for range 20 {
		held = append(held, next(t, heard))
	}
	stop()()
	nothing(t, heard, 7*time.Second) // two ack waits and more
	for _, d := range held {
		d.Settle(nil)
	}
	publish(t, transport, 21, 21)
	if d := next(t, heard); d.Envelope.ID != "21" {
		t.Errorf("%s arrives, want 21", d.Envelope.ID)
	} else {
		d.Settle(nil)
	}
	nothing(t, heard, 4*time.Second)
}

func TestSubscribeNeedsNames(t *testing.T) {
	_, transport := shop(t)
	for _, names := range [][2]string{{"", "mailer"}, {placed, ""}} {
		if err := transport.Subscribe(t.Context(), names[0], names[1], nil); err == nil {
			t.Errorf("%q: no error", names)
		}
	}
}

func TestCloseClosesTheConnectionOfConnect(t *testing.T) {
	transport, _ := remote(t, time.Second, folder(t))
	url := transport.Conn().ConnectedUrl()
	own, err := natsbridge.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := own.Close(); err != nil {
			t.Error(err)
		}
	}
	if !own.Conn().IsClosed() {
		t.Error("the connection of Connect is open")
	}
	if err := transport.Close(); err != nil {
		t.Error(err)
	}
	if transport.Conn().IsClosed() {
		t.Error("the caller's connection is closed")
	}
}
