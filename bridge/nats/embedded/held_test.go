package embedded_test

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

// A mute is a dialer of connections that drop what the client sends while it is set.
type mute struct{ atomic.Bool }

func (m *mute) Dial(network, address string) (net.Conn, error) {
	conn, err := net.Dial(network, address)
	return &muted{conn, m}, err
}

type muted struct {
	net.Conn
	by *mute
}

func (m *muted) Write(b []byte) (int, error) {
	if m.by.Load() {
		return len(b), nil
	}
	return m.Conn.Write(b)
}

// TestHoldsAnEnvelopeOnce has the server redeliver an envelope to the member that holds it.
func TestHoldsAnEnvelopeOnce(t *testing.T) {
	server := listening(t)
	var unheard mute
	member, err := natsbridge.Connect(t.Context(), server.URL(), natsbridge.AckWait(500*time.Millisecond), natsbridge.Memory(),
		natsbridge.ConnOptions(nats.SetCustomDialer(&unheard), nats.PingInterval(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = member.Close() })
	publisher, err := server.Transport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(publisher.Conn())
	if err != nil {
		t.Fatal(err)
	}
	heard := hear(t, t.Context(), member, "mailer")
	publish(t, publisher, 1, 1)
	held := next(t, heard)
	unheard.Store(true)
	for redelivered := 0; redelivered == 0; time.Sleep(10 * time.Millisecond) {
		consumer, err := js.Consumer(t.Context(), "SIGNALS", "mailer@shop~order~placed")
		if err != nil {
			t.Fatal(err)
		}
		redelivered = consumer.CachedInfo().NumRedelivered
	}
	unheard.Store(false)
	publish(t, publisher, 2, 2)
	second := next(t, heard)
	if second.Envelope.ID != "2" {
		t.Fatalf("%s arrives again while it is held", second.Envelope.ID)
	}
	second.Settle(nil)
	held.Settle(nil)
	wantLag(t, publisher, "mailer", bridge.Lag{}, time.Time{})
}
