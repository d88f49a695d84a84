package embedded_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// The permissions in the package documentation for the sender of the signal
// shop.order.placed and for the group mailer.
var (
	senderRights = []string{
		"signals.shop.order.placed",
		"$JS.API.STREAM.INFO.SIGNALS", "$JS.API.STREAM.INFO.SIGNALS_DEAD",
	}
	receiverRights = []string{
		"$JS.API.STREAM.INFO.SIGNALS", "$JS.API.STREAM.INFO.SIGNALS_DEAD",
		"$JS.API.CONSUMER.INFO.SIGNALS.mailer@shop~order~placed",
		"$JS.API.CONSUMER.MSG.NEXT.SIGNALS.mailer@shop~order~placed",
		"$JS.ACK.SIGNALS.mailer@shop~order~placed.>",
		"signals-retry.mailer.wait.>", "signals-dead.mailer.>",
	}
	makeStreams   = []string{"$JS.API.STREAM.CREATE.SIGNALS", "$JS.API.STREAM.CREATE.SIGNALS_DEAD"}
	makeConsumers = []string{"$JS.API.CONSUMER.CREATE.SIGNALS.mailer@shop~order~placed"}
)

// rights starts a server with a user for each list of subjects that it may publish to.
func rights(t *testing.T, users map[string][]string) (as func(name string, opts ...natsbridge.Option) *natsbridge.Transport) {
	t.Helper()
	running, err := embedded.Start(embedded.Configure(func(o *server.Options) {
		for name, publish := range users {
			o.Users = append(o.Users, &server.User{Username: name, Password: name, Permissions: &server.Permissions{
				Publish:   &server.SubjectPermission{Allow: publish},
				Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX." + name + ".>"}},
			}})
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(running.Shutdown)
	return func(name string, opts ...natsbridge.Option) *natsbridge.Transport {
		t.Helper()
		nc, err := running.Connect(nats.UserInfo(name, name), nats.CustomInboxPrefix("_INBOX."+name), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			t.Errorf("%s: %v", name, err)
		}))
		if err != nil {
			t.Fatal(err)
		}
		transport, err := natsbridge.New(t.Context(), nc, opts...)
		if err != nil {
			t.Fatal(err)
		}
		return transport
	}
}

// TestLeastRights has an operator create the streams and the consumer, and programs with the
// least permissions.
func TestLeastRights(t *testing.T) {
	as := rights(t, map[string][]string{"operator": {">"}, "shop": senderRights, "mailer": receiverRights})
	operator := as("operator")
	inboxes := operator.Conn().NumSubscriptions()
	ctx, leave := context.WithCancel(t.Context())
	hear(t, ctx, operator, "mailer")
	leave()
	hasInboxes(t, operator, inboxes)
	exchange(t, as("shop"), as("mailer", natsbridge.Backoff(300*time.Millisecond)), operator)
}

// TestRightsToMakeWhatIsMissing has programs that create the streams and the consumer.
func TestRightsToMakeWhatIsMissing(t *testing.T) {
	as := rights(t, map[string][]string{
		"operator": {">"},
		"shop":     append(makeStreams, senderRights...),
		"mailer":   append(append(makeConsumers, makeStreams...), receiverRights...),
	})
	exchange(t, as("shop"), as("mailer", natsbridge.Backoff(300*time.Millisecond)), as("operator"))
}

// exchange has envelopes settled, buried, retried and replayed.
func exchange(t *testing.T, shop, mailer, operator *natsbridge.Transport) {
	t.Helper()
	heard := hear(t, t.Context(), mailer, "mailer")
	publish(t, shop, 1, 3)
	next(t, heard).Settle(nil)
	next(t, heard).Settle(bridge.Poison(errors.New("no")))
	next(t, heard).Settle(errors.New("not now"))
	if d := next(t, heard); d.Envelope.ID != "3" || d.Attempt != 2 {
		t.Errorf("%s at attempt %d, want 3 at 2", d.Envelope.ID, d.Attempt)
	} else {
		d.Settle(nil)
	}
	for _, transport := range []*natsbridge.Transport{shop, mailer} {
		if err := transport.Health(t.Context()); err != nil {
			t.Error(err)
		}
	}
	letter := letters(t, operator, 1)[0]
	if err := operator.Replay(t.Context(), letter.Sequence); err != nil {
		t.Error(err)
	}
	next(t, heard).Settle(nil)
	time.Sleep(time.Second) // it polls how far it is
}
