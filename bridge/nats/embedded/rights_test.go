package embedded_test

import (
	"errors"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// TestRights has programs that may do no more than the package's comment says.
func TestRights(t *testing.T) {
	user := func(name string, publish ...string) *server.User {
		return &server.User{Username: name, Password: name, Permissions: &server.Permissions{
			Publish:   &server.SubjectPermission{Allow: publish},
			Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
		}}
	}
	running, err := embedded.Start(embedded.Configure(func(o *server.Options) {
		o.Users = []*server.User{
			user("shop", "signals.>", "$JS.API.>"),
			user("mailer", "signals-dead.>", "$JS.API.>", "$JS.ACK.>"),
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
	shop, mailer := as("shop"), as("mailer")
	heard := hear(t, t.Context(), mailer, "mailer")
	publish(t, shop, 1, 2)
	next(t, heard).Settle(nil)
	next(t, heard).Settle(bridge.Poison(errors.New("no")))
	letter := letters(t, mailer, 1)[0]
	if err := shop.Replay(t.Context(), letter.Sequence); err != nil {
		t.Error(err)
	}
	next(t, heard).Settle(nil)
}
