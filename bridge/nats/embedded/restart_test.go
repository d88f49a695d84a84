package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// remote starts a server that can be restarted at the same address, and a transport that is
// connected through a socket.
func remote(t *testing.T, ackWait time.Duration, opts ...embedded.Option) (*natsbridge.Transport, func() (again func())) {
	t.Helper()
	server, err := embedded.Start(append(opts, embedded.Listen("127.0.0.1:0"))...)
	if err != nil {
		t.Fatal(err)
	}
	addr := strings.TrimPrefix(server.URL(), "nats://")
	nc, err := nats.Connect(server.URL(), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close(); server.Shutdown() })
	transport, err := natsbridge.New(t.Context(), nc, natsbridge.AckWait(ackWait))
	if err != nil {
		t.Fatal(err)
	}
	return transport, func() func() {
		server.Shutdown()
		return func() {
			server, err = embedded.Start(append(opts, embedded.Listen(addr))...)
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestServerRestartsOnItsFolder(t *testing.T) {
	transport, stop := remote(t, time.Second, embedded.Folder(t.TempDir()))
	heard := hear(t, t.Context(), transport, "mailer")
	published := make(chan error, 1)
	go func() {
		for id := 1; id <= 2000; id++ {
			if err := transport.Publish(t.Context(), placedOrder(id)); err != nil {
				published <- err
				return
			}
			time.Sleep(time.Millisecond)
		}
		published <- nil
	}()
	seen := make(map[string]int)
	for restart := range 3 {
		for len(seen) < 300*(restart+1) {
			d := next(t, heard)
			seen[d.Envelope.ID]++
			d.Settle(nil)
		}
		again := stop()
		time.Sleep(100 * time.Millisecond)
		again()
	}
	for len(seen) < 2000 {
		d := next(t, heard)
		seen[d.Envelope.ID]++
		d.Settle(nil)
	}
	if err := <-published; err != nil {
		t.Error(err)
	}
}

func TestServerLosesItsMemory(t *testing.T) {
	transport, stop := remote(t, time.Second)
	heard := hear(t, t.Context(), transport, "mailer")
	publish(t, transport, 1, 10)
	for range 10 {
		next(t, heard).Settle(nil)
	}
	stop()()
	publish(t, transport, 11, 20)
	for id := 11; id <= 20; id++ {
		d := next(t, heard)
		if d.Envelope.ID != fmt.Sprint(id) {
			t.Errorf("%s arrives, want %d", d.Envelope.ID, id)
		}
		d.Settle(nil)
	}
}

func TestPublishWaitsUntilCtxIsDone(t *testing.T) {
	transport, stop := remote(t, time.Second)
	again := stop()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err := transport.Publish(ctx, placedOrder(1))
	if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() == nil {
		t.Errorf("%v, want an error at the deadline", err)
	}
	done := make(chan error, 1)
	go func() { done <- transport.Publish(t.Context(), placedOrder(2)) }()
	time.Sleep(50 * time.Millisecond)
	again()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestPublishStoresNothingAfterCtxIsDone publishes with a ctx that is done before.
func TestPublishStoresNothingAfterCtxIsDone(t *testing.T) {
	_, transport := shop(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := transport.Publish(ctx, placedOrder(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("publish: %v", err)
	}
	if err := transport.PublishAsync(ctx, placedOrder(2))(); !errors.Is(err, context.Canceled) {
		t.Errorf("publish without waiting: %v", err)
	}
	publish(t, transport, 3, 3)
	d := next(t, hear(t, t.Context(), transport, "mailer"))
	if d.Envelope.ID != "3" {
		t.Errorf("%s is stored", d.Envelope.ID)
	}
	d.Settle(nil)
}

func TestClosedConnectionIsAnError(t *testing.T) {
	_, transport := shop(t)
	transport.Conn().Close()
	if err := transport.Publish(t.Context(), placedOrder(1)); !errors.Is(err, nats.ErrConnectionClosed) {
		t.Errorf("publish: %v", err)
	}
	if err := transport.Subscribe(t.Context(), placed, "mailer", nil); !errors.Is(err, nats.ErrConnectionClosed) {
		t.Errorf("subscribe: %v", err)
	}
}

func folder(t *testing.T) embedded.Option { return embedded.Folder(t.TempDir()) }
