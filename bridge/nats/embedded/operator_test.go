package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// operate starts a server and returns it with an operator's connection.
func operate(t *testing.T, opts ...embedded.Option) (*embedded.Server, jetstream.JetStream) {
	t.Helper()
	server, err := embedded.Start(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Shutdown)
	nc, err := server.Connect()
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return server, js
}

func streamConfig(t *testing.T, js jetstream.JetStream, name string) jetstream.StreamConfig {
	t.Helper()
	stream, err := js.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return stream.CachedInfo().Config
}

func TestStreamsAreMade(t *testing.T) {
	server, js := operate(t)
	_, err := server.Transport(t.Context(), natsbridge.Stream("EVENTS"), natsbridge.Prefix("shop"), natsbridge.MaxAge(time.Minute), natsbridge.DedupeWindow(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	got := streamConfig(t, js, "EVENTS")
	if fmt.Sprint(got.Subjects) != "[shop.> shop-retry.>]" || got.MaxAge != time.Minute || got.Duplicates != time.Minute || got.Storage != jetstream.MemoryStorage || got.Replicas != 1 {
		t.Errorf("%+v", got)
	}
	dead := streamConfig(t, js, "EVENTS_DEAD")
	if fmt.Sprint(dead.Subjects) != "[shop-dead.>]" || dead.MaxAge != 0 {
		t.Errorf("%+v", dead)
	}
	if _, err := server.Transport(t.Context(), natsbridge.DeadStream("LOST")); err != nil {
		t.Fatal(err)
	}
	if got := streamConfig(t, js, "SIGNALS"); got.MaxAge != 7*24*time.Hour || got.Duplicates != 2*time.Minute {
		t.Errorf("%+v", got)
	}
	streamConfig(t, js, "LOST")
}

func TestStreamOfAnOperatorStaysAsItIs(t *testing.T) {
	for _, subjects := range [][]string{{"signals.>"}, {"orders.*", "signals.>"}, {"signals.shop.>"}} {
		t.Run(fmt.Sprint(subjects), func(t *testing.T) {
			server, js := operate(t)
			if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "SIGNALS", Subjects: subjects, MaxBytes: 1 << 20}); err != nil {
				t.Fatal(err)
			}
			before := streamConfig(t, js, "SIGNALS")
			transport, err := server.Transport(t.Context(), natsbridge.MaxAge(time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			if after := streamConfig(t, js, "SIGNALS"); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("%+v, was %+v", after, before)
			}
			publish(t, transport, 1, 1)
		})
	}
}

// TestRecreatedStreamsLoseNoDeadLetter has streams whose sequences start again, while the
// other stream remembers ids made of them.
func TestRecreatedStreamsLoseNoDeadLetter(t *testing.T) {
	for _, anew := range [][]string{{"SIGNALS"}, {"SIGNALS_DEAD"}, {"SIGNALS", "SIGNALS_DEAD"}} {
		t.Run(fmt.Sprint(anew), func(t *testing.T) {
			server, js := operate(t)
			for round := 1; round <= 3; round++ {
				transport, err := server.Transport(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				heard := hear(t, ctx, transport, "mailer")
				publish(t, transport, round, round)
				next(t, heard).Settle(bridge.Poison(errors.New("no")))
				letter := letters(t, transport, 1)[0]
				if err := transport.Replay(t.Context(), letter.Sequence); err != nil {
					t.Fatal(err)
				}
				d := next(t, heard)
				if d.Envelope.ID != fmt.Sprint(round) {
					t.Errorf("%s is replayed, want %d", d.Envelope.ID, round)
				}
				d.Settle(nil)
				letters(t, transport, 0)
				cancel()
				for _, name := range anew {
					if err := js.DeleteStream(t.Context(), name); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

func TestStreamWithOtherSubjectsIsAnError(t *testing.T) {
	server, js := operate(t)
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "SIGNALS", Subjects: []string{"orders.>"}}); err != nil {
		t.Fatal(err)
	}
	_, err := server.Transport(t.Context())
	if err == nil || !strings.Contains(err.Error(), `stream SIGNALS has the subjects ["orders.>"], want "signals.>" among them`) {
		t.Error(err)
	}
}

func TestServerWithoutJetStreamIsAnError(t *testing.T) {
	server, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	server.Start()
	defer server.WaitForShutdown()
	defer server.Shutdown()
	nc, err := connectTo(server)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := natsbridge.New(t.Context(), nc); !errors.Is(err, nats.ErrNoResponders) || !strings.Contains(err.Error(), "no JetStream") {
		t.Error(err)
	}
}

func TestGroupKeepsItsSettings(t *testing.T) {
	server, js := operate(t)
	settings := func(opts ...natsbridge.Option) (ackWait time.Duration, maxAckPending int) {
		t.Helper()
		transport, err := server.Transport(t.Context(), opts...)
		if err != nil {
			t.Fatal(err)
		}
		hear(t, t.Context(), transport, "mailer")
		consumer, err := js.Consumer(t.Context(), "SIGNALS", "mailer@shop~order~placed")
		if err != nil {
			t.Fatal(err)
		}
		c := consumer.CachedInfo().Config
		return c.AckWait, c.MaxAckPending
	}
	for _, step := range []struct {
		opts          []natsbridge.Option
		ackWait       time.Duration
		maxAckPending int
	}{
		{nil, 6 * time.Second, 1000},
		{[]natsbridge.Option{natsbridge.AckWait(time.Minute)}, time.Minute, 1000},
		{nil, time.Minute, 1000},
		{[]natsbridge.Option{natsbridge.MaxAckPending(50)}, time.Minute, 50},
		{nil, time.Minute, 50},
	} {
		if ackWait, maxAckPending := settings(step.opts...); ackWait != step.ackWait || maxAckPending != step.maxAckPending {
			t.Errorf("%v, %d, want %v, %d", ackWait, maxAckPending, step.ackWait, step.maxAckPending)
		}
	}
}

func TestNewGroupBeginsWithTheOldestOrFromNow(t *testing.T) {
	_, transport := shop(t)
	publish(t, transport, 1, 3)
	if d := next(t, hear(t, t.Context(), transport, "audit")); d.Envelope.ID != "1" {
		t.Errorf("audit begins with %s, want 1", d.Envelope.ID)
	}
	late, err := natsbridge.New(t.Context(), transport.Conn(), natsbridge.FromNow())
	if err != nil {
		t.Fatal(err)
	}
	heard := hear(t, t.Context(), late, "statistics")
	publish(t, transport, 4, 4)
	if d := next(t, heard); d.Envelope.ID != "4" {
		t.Errorf("statistics begins with %s, want 4", d.Envelope.ID)
	}
}

func TestFullStreamMakesPublishWait(t *testing.T) {
	server, js := operate(t)
	stream, err := js.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: "SIGNALS", Subjects: []string{"signals.>"}, MaxMsgs: 1, Discard: jetstream.DiscardNew,
	})
	if err != nil {
		t.Fatal(err)
	}
	transport, err := server.Transport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 1)
	done := make(chan error, 1)
	go func() { done <- transport.Publish(t.Context(), placedOrder(2)) }()
	select {
	case err := <-done:
		t.Fatalf("published into a full stream: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	if err := stream.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// lines is a writer of a log; it sends each line to the channel.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

func TestLogsDeadLetters(t *testing.T) {
	log := make(lines, 100)
	_, transport := shop(t, natsbridge.Logger(slog.New(slog.NewTextHandler(log, nil))))
	hear(t, t.Context(), transport, "mailer")
	raw(t, transport, []byte("poison"))
	letters(t, transport, 1)
	if got := <-log; !strings.Contains(got, "signal=shop.order.placed group=mailer sequence=1") {
		t.Error(got)
	}
}

// TestRightsOfAnOperator has an operator with the permissions in the documentation of
// signalgen-nats.
func TestRightsOfAnOperator(t *testing.T) {
	running, err := embedded.Start(embedded.Configure(func(o *server.Options) {
		o.Users = []*server.User{
			{Username: "shop", Password: "shop"},
			{Username: "ops", Password: "ops", Permissions: &server.Permissions{
				Publish: &server.SubjectPermission{Allow: []string{
					"signals.>",
					"$JS.API.STREAM.INFO.SIGNALS", "$JS.API.STREAM.INFO.SIGNALS_DEAD",
					"$JS.API.STREAM.MSG.GET.SIGNALS", "$JS.API.STREAM.MSG.GET.SIGNALS_DEAD",
					"$JS.API.STREAM.MSG.DELETE.SIGNALS_DEAD",
					"$JS.API.CONSUMER.LIST.SIGNALS", "$JS.API.CONSUMER.INFO.SIGNALS.>",
				}},
				Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
			}},
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(running.Shutdown)
	as := func(name string) *natsbridge.Transport {
		nc, err := running.Connect(nats.UserInfo(name, name), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			t.Errorf("%s: %v", name, err)
		}))
		if err != nil {
			t.Fatal(err)
		}
		transport, err := natsbridge.New(t.Context(), nc)
		if err != nil {
			t.Fatal(err)
		}
		return transport
	}
	shop, ops, began := as("shop"), as("ops"), time.Now()
	inboxes := shop.Conn().NumSubscriptions()
	bury(t, shop, "mailer", "first", "second", "third")
	raw(t, shop, make([]byte, 1<<20-200)) // which is cut
	bury(t, shop, "mailer", "fourth")
	letters(t, ops, 5)
	hasInboxes(t, shop, inboxes)
	if err := ops.Replay(t.Context(), 1); err != nil {
		t.Error(err)
	}
	if n, err := ops.ReplayAll(t.Context(), bridge.DeadFilter{Reason: "ce-id"}); n != 1 || err != nil {
		t.Error(n, err)
	}
	if err := ops.Discard(t.Context(), 2); err != nil {
		t.Error(err)
	}
	if n, err := ops.DiscardAll(t.Context(), bridge.DeadFilter{}); n != 2 || err != nil {
		t.Error(n, err)
	}
	wantLag(t, ops, "mailer", bridge.Lag{Waiting: 2, Oldest: 1}, began)
	n := 0
	for _, err := range ops.Groups(t.Context()) {
		if err != nil {
			t.Error(err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d groups", n)
	}
}
