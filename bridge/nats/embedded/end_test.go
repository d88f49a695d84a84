package embedded_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

// TestNothingWaitsForAMemberThatHasLeft has members leave a group, and others join it, on
// one connection while envelopes are published. The ack wait is an hour: an envelope sent to
// a member that does not settle it would not be redelivered.
func TestNothingWaitsForAMemberThatHasLeft(t *testing.T) {
	const members, each = 100, 50
	_, transport := shop(t)
	go func() {
		for id := range members * each {
			if err := transport.Publish(t.Context(), placedOrder(id)); err != nil {
				return // the test has failed already
			}
		}
	}()
	heard := make(chan string, members*each)
	arrived := make(map[string]bool)
	for member := 1; member <= members; member++ {
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		err := transport.Subscribe(ctx, placed, "mailer", func(d bridge.Delivery) {
			d.Settle(nil)
			heard <- d.Envelope.ID
		})
		if err != nil {
			t.Fatal(err)
		}
		want := member * each / 2 // it leaves while others are on their way
		if member == members {
			want = members * each
		}
		for len(arrived) < want {
			select {
			case id := <-heard:
				arrived[id] = true
			case <-time.After(30 * time.Second):
				t.Fatalf("%d of %d envelopes have arrived, and no others do", len(arrived), members*each)
			}
		}
		leave()
	}
}

// TestLeavesNoInbox has members leave before, during and after their first request.
func TestLeavesNoInbox(t *testing.T) {
	_, transport := shop(t)
	before := transport.Conn().NumSubscriptions()
	for range 200 {
		ctx, leave := context.WithCancel(t.Context())
		hear(t, ctx, transport, "mailer")
		leave()
	}
	hasInboxes(t, transport, before)
}

// hasInboxes waits until the connection of a transport has want subscriptions.
func hasInboxes(t *testing.T, transport *natsbridge.Transport, want int) {
	t.Helper()
	for began := time.Now(); transport.Conn().NumSubscriptions() != want; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatalf("the connection has %d subscriptions, want %d", transport.Conn().NumSubscriptions(), want)
		}
	}
}

// TestLeavesNoInboxAfterAReconnect has a member leave while its connection is down.
func TestLeavesNoInboxAfterAReconnect(t *testing.T) {
	options := server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true}
	start := func() *server.Server {
		t.Helper()
		running, err := server.NewServer(&options)
		if err != nil {
			t.Fatal(err)
		}
		running.Start()
		t.Cleanup(func() { running.Shutdown(); running.WaitForShutdown() })
		if !running.ReadyForConnections(30 * time.Second) {
			t.Fatal("the server is not ready")
		}
		return running
	}
	running := start()
	nc, err := nats.Connect(running.ClientURL(), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	transport, err := natsbridge.New(t.Context(), nc)
	if err != nil {
		t.Fatal(err)
	}
	inboxes := nc.NumSubscriptions()
	ctx, leave := context.WithCancel(t.Context())
	hear(t, ctx, transport, "mailer")

	options.Port = running.Addr().(*net.TCPAddr).Port
	running.Shutdown()
	running.WaitForShutdown()
	lost(t, nc)
	reconnected := nc.StatusChanged(nats.CONNECTED)
	leave()
	hasInboxes(t, transport, inboxes)
	running = start()
	<-reconnected
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	conns, err := running.Connz(&server.ConnzOptions{Subscriptions: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := conns.Conns[0].Subs; len(got) != inboxes {
		t.Errorf("the server knows the subscriptions %q, want %d", got, inboxes)
	}
}

// TestCloseGivesBackWhatArrives closes transports while the server sends them envelopes.
func TestCloseGivesBackWhatArrives(t *testing.T) {
	const most = 2000
	running, transport := shop(t)
	go func() {
		for id := range most {
			if err := transport.Publish(t.Context(), placedOrder(id)); err != nil {
				return // the test has failed already
			}
		}
	}()
	arrived := make(map[string]bool)
	for len(arrived) < most {
		member, err := running.Transport(t.Context(), natsbridge.AckWait(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		ctx, leave := context.WithCancel(t.Context())
		heard := make(chan string, most)
		err = member.Subscribe(ctx, placed, "mailer", func(d bridge.Delivery) {
			d.Settle(nil)
			heard <- d.Envelope.ID
		})
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < 100 && len(arrived) < most; n++ {
			select {
			case id := <-heard:
				arrived[id] = true
			case <-time.After(30 * time.Second):
				t.Fatalf("%d of %d envelopes have arrived, and no others do", len(arrived), most)
			}
		}
		leave()
		if err := member.Close(); err != nil {
			t.Error(err)
		}
		for len(heard) > 0 {
			arrived[<-heard] = true
		}
		member.Conn().Close()
	}
}
