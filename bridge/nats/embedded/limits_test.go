package embedded_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

func TestOptionsOfTheConnection(t *testing.T) {
	server, err := embedded.Start(embedded.Listen("127.0.0.1:0"), embedded.Configure(func(o *server.Options) { o.Username, o.Password = "shop", "secret" }))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	transport, err := natsbridge.Connect(t.Context(), server.URL(), natsbridge.Memory(), natsbridge.ConnOptions(nats.UserInfo("shop", "secret"), nats.Name("till")))
	if err != nil {
		t.Fatal(err)
	}
	if o := transport.Conn().Opts; o.Name != "till" || o.MaxReconnect != -1 || o.PingInterval != 5*time.Second {
		t.Errorf("name %q, %d reconnects, ping every %v", o.Name, o.MaxReconnect, o.PingInterval)
	}
	publish(t, transport, 1, 1)
	if err := transport.Close(); err != nil {
		t.Error(err)
	}
}

func TestLimitsOfTheStream(t *testing.T) {
	for _, test := range []struct {
		name    string
		options []natsbridge.Option
		want    jetstream.StreamConfig
	}{
		{"none", nil, jetstream.StreamConfig{MaxBytes: -1, AllowMsgSchedules: true}},
		{"bytes", []natsbridge.Option{natsbridge.MaxBytes(1 << 20)}, jetstream.StreamConfig{MaxBytes: 1 << 20, AllowMsgSchedules: true}},
		{"refuse", []natsbridge.Option{natsbridge.MaxBytes(1 << 20), natsbridge.DiscardNew()}, jetstream.StreamConfig{MaxBytes: 1 << 20, Discard: jetstream.DiscardNew}},
		{"interest", []natsbridge.Option{natsbridge.Interest()}, jetstream.StreamConfig{MaxBytes: -1, Retention: jetstream.InterestPolicy}},
		{"compression", []natsbridge.Option{natsbridge.Compress()}, jetstream.StreamConfig{MaxBytes: -1, Compression: jetstream.S2Compression, AllowMsgSchedules: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, js := operate(t, embedded.Folder(t.TempDir()))
			if _, err := server.Transport(t.Context(), test.options...); err != nil {
				t.Fatal(err)
			}
			got, want := streamConfig(t, js, "SIGNALS"), test.want
			if got.MaxBytes != want.MaxBytes || got.Discard != want.Discard || got.Retention != want.Retention ||
				got.Compression != want.Compression || got.AllowMsgSchedules != want.AllowMsgSchedules {
				t.Errorf("%+v", got)
			}
			dead := streamConfig(t, js, "SIGNALS_DEAD")
			if dead.MaxBytes != -1 || dead.Discard != jetstream.DiscardOld || dead.Retention != jetstream.LimitsPolicy || dead.Compression != want.Compression {
				t.Errorf("dead letters: %+v", dead)
			}
		})
	}
}

// TestInterest has an envelope that is dropped when two groups have settled it.
func TestInterest(t *testing.T) {
	server, js := operate(t)
	transport, err := server.Transport(t.Context(), natsbridge.Interest())
	if err != nil {
		t.Fatal(err)
	}
	mailer, audit := hear(t, t.Context(), transport, "mailer"), hear(t, t.Context(), transport, "audit")
	publish(t, transport, 1, 1)
	next(t, mailer).Settle(nil)
	stored := func() uint64 {
		stream, err := js.Stream(t.Context(), "SIGNALS")
		if err != nil {
			t.Fatal(err)
		}
		return stream.CachedInfo().State.Msgs
	}
	time.Sleep(100 * time.Millisecond)
	if n := stored(); n != 1 {
		t.Errorf("%d are stored while a group has not taken it, want 1", n)
	}
	next(t, audit).Settle(nil)
	for range 100 {
		if stored() == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("it is still stored")
}
