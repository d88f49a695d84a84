package embedded_test

import (
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

func TestConforms(t *testing.T) {
	t.Run("memory", func(t *testing.T) { conforms(t) })
	t.Run("folder", func(t *testing.T) { conforms(t, embedded.Folder(t.TempDir())) })
}

func conforms(t *testing.T, opts ...embedded.Option) {
	server, err := embedded.Start(opts...)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	bridgetest.Conform(t, func(t testing.TB) bridge.Transport {
		transport, err := server.Transport(t.Context(), natsbridge.AckWait(time.Second), natsbridge.MaxDeliver(3), natsbridge.Backoff(300*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		return transport
	}, bridgetest.Hold(1500*time.Millisecond), bridgetest.TooBig(1<<20), bridgetest.Letters(listed, replayed))
}

func listed(t testing.TB, of bridge.Transport, typ, group string) (ids []string) {
	for d, err := range of.(*natsbridge.Transport).DeadLetters(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Signal == typ && d.Group == group && d.Envelope != nil {
			ids = append(ids, d.Envelope.ID)
		}
	}
	return ids
}

func replayed(t testing.TB, of bridge.Transport, typ, group string) {
	for d, err := range of.(*natsbridge.Transport).DeadLetters(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Signal == typ && d.Group == group {
			if err := of.(*natsbridge.Transport).Replay(t.Context(), d.Sequence); err != nil {
				t.Fatal(err)
			}
		}
	}
}
