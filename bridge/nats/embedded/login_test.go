package embedded_test

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

func TestLogsInAsTheUserOfTheOptions(t *testing.T) {
	for name, change := range map[string]func(*server.Options){
		"user":  func(o *server.Options) { o.Username, o.Password = "shop", "secret" },
		"token": func(o *server.Options) { o.Authorization = "secret" },
	} {
		t.Run(name, func(t *testing.T) {
			server, err := embedded.Start(embedded.Configure(change))
			if err != nil {
				t.Fatal(err)
			}
			defer server.Shutdown()
			transport, err := server.Transport(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			publish(t, transport, 1, 1)
		})
	}
}

func TestSaysThatCredentialsAreMissing(t *testing.T) {
	server, err := embedded.Start(embedded.Configure(func(o *server.Options) {
		o.Users = []*server.User{{Username: "shop", Password: "secret"}}
		o.WriteDeadline = 100 * time.Millisecond // for what the client does not stay to hear
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	if _, err := server.Transport(t.Context()); err == nil || !strings.Contains(err.Error(), "nats.UserInfo") {
		t.Errorf("%v, want what to give to Connect", err)
	}
}

func TestNeedsJetStream(t *testing.T) {
	server, err := embedded.Start(embedded.Configure(func(o *server.Options) { o.JetStream = false }))
	if err == nil {
		server.Shutdown()
		t.Fatal("no error")
	}
	if !strings.Contains(err.Error(), "JetStream") {
		t.Error(err)
	}
}
