package bridge_test

import (
	"context"
	"testing"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// immediate is a transport that stores nothing. A test calls handle itself.
type immediate struct{ handle Handler }

func (*immediate) Publish(context.Context, *Envelope) error { return nil }

func (i *immediate) Subscribe(_ context.Context, _, _ string, handle Handler) error {
	i.handle = handle
	return nil
}

// What a bridge costs per send, without the transport.
func BenchmarkPublish(b *testing.B) {
	var s kinds.StartedSignal
	Publish(New(new(immediate)), &s)
	data := kinds.Started{Addr: "localhost:8080", N: 7, At: time.Unix(1e9, 0).UTC()}
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Send(ctx, data)
	}
}

// What a bridge costs per delivery, without the transport.
func BenchmarkReceive(b *testing.B) {
	var s kinds.StartedSignal
	s.Connect(func(context.Context, kinds.Started) error { return nil })
	var transport immediate
	bridge := New(&transport)
	if _, err := Receive(bridge, &s, Group("all")); err != nil {
		b.Fatal(err)
	}
	settled := make(chan error, 1)
	e := &Envelope{Source: "/", Type: "kinds.started", Data: []byte(`{"Addr":"localhost:8080","N":7,"At":"2001-09-09T01:46:40Z"}`)}
	b.ReportAllocs()
	for b.Loop() {
		next := *e
		next.ID = time.Now().String()
		transport.handle(Delivery{Envelope: &next, Settle: func(err error) { settled <- err }})
		if err := <-settled; err != nil {
			b.Fatal(err)
		}
	}
	_ = bridge.Close(b.Context())
}
