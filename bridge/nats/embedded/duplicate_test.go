package embedded_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// TestIDOfAnotherMessage publishes an envelope with an id that another message has.
func TestIDOfAnotherMessage(t *testing.T) {
	_, transport := shop(t)
	heard := hear(t, t.Context(), transport, "mailer")
	raw(t, transport, []byte(`{"ID":666}`), nats.MsgIdHdr, "test 1", "ce-specversion", "1.0", "ce-id", "1", "ce-source", "test", "ce-type", placed)
	err := transport.Publish(t.Context(), placedOrder(1))
	if err == nil || !strings.Contains(err.Error(), "has the same id and is another one") {
		t.Errorf("published under an id that is taken: %v", err)
	}
	if err := transport.PublishAsync(t.Context(), placedOrder(1))(); err == nil {
		t.Error("published without waiting under an id that is taken")
	}
	next(t, heard).Settle(nil)
	publish(t, transport, 2, 2)
	publish(t, transport, 2, 2) // the same once more
	next(t, heard).Settle(nil)
	nothing(t, heard, 0)
}

func TestPublishAsync(t *testing.T) {
	const count = 1000
	_, transport := shop(t)
	heard := hear(t, t.Context(), transport, "mailer")
	var all []func() error
	for id := 1; id <= count; id++ {
		all = append(all, transport.PublishAsync(t.Context(), placedOrder(id)))
	}
	for _, stored := range all {
		if err := stored(); err != nil {
			t.Fatal(err)
		}
	}
	js, err := jetstream.New(transport.Conn())
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), "SIGNALS")
	if err != nil {
		t.Fatal(err)
	}
	if n := stream.CachedInfo().State.Msgs; n != count {
		t.Errorf("%d are stored, want %d", n, count)
	}
	for id := 1; id <= count; id++ {
		d := next(t, heard)
		if d.Envelope.ID != fmt.Sprint(id) {
			t.Fatalf("%s arrives, want %d", d.Envelope.ID, id)
		}
		d.Settle(nil)
	}
	big := placedOrder(0)
	big.Data = make([]byte, 2<<20)
	if err := transport.PublishAsync(t.Context(), big)(); err == nil {
		t.Error("2 MiB were published")
	}
}
