package prometheus_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/prometheus"
)

func TestBridgeCollector(t *testing.T) {
	transport := bridgetest.Transport{MaxAttempts: 2}
	var sent, heard order.Signals
	b := bridge.New(&transport, bridge.ErrorHandler(func(context.Context, *bridge.DeliveryError) {}))
	bridge.Publish(b, &sent.Placed)
	heard.Placed.Connect(func(_ context.Context, data order.Placed) error {
		if data.ID == 13 {
			return errors.New("refused")
		}
		return nil
	})
	for range 2 { // two members of one group
		if _, err := bridge.Receive(b, &heard.Placed, bridge.Group("mail"), bridge.Retry(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []int{1, 13, 2} {
		if err := sent.Placed.Send(t.Context(), order.Placed{Order: order.Order{ID: id}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := transport.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	transport.Break(errors.New("down"))
	_ = sent.Placed.Send(t.Context(), order.Placed{})
	c := prometheus.NewBridgeCollector(b)
	want := `# HELP signalgen_bridge_dead_letters Dead letters of the group.
# TYPE signalgen_bridge_dead_letters gauge
signalgen_bridge_dead_letters{group="mail",signal="order.placed"} 1
# HELP signalgen_bridge_deliveries_total Deliveries that were settled.
# TYPE signalgen_bridge_deliveries_total counter
signalgen_bridge_deliveries_total{group="mail",outcome="acknowledged",signal="order.placed"} 2
signalgen_bridge_deliveries_total{group="mail",outcome="dead",signal="order.placed"} 1
signalgen_bridge_deliveries_total{group="mail",outcome="released",signal="order.placed"} 0
signalgen_bridge_deliveries_total{group="mail",outcome="retried",signal="order.placed"} 1
signalgen_bridge_deliveries_total{group="mail",outcome="skipped",signal="order.placed"} 0
# HELP signalgen_bridge_oldest_seconds Age of the oldest envelope that the group has not settled.
# TYPE signalgen_bridge_oldest_seconds gauge
signalgen_bridge_oldest_seconds{group="mail",signal="order.placed"} 0
# HELP signalgen_bridge_publish_errors_total Sends that the transport has failed to store.
# TYPE signalgen_bridge_publish_errors_total counter
signalgen_bridge_publish_errors_total{signal="order.placed"} 1
# HELP signalgen_bridge_published_total Sends that the transport has stored.
# TYPE signalgen_bridge_published_total counter
signalgen_bridge_published_total{signal="order.placed"} 3
# HELP signalgen_bridge_publishing Sends that are waiting for the transport.
# TYPE signalgen_bridge_publishing gauge
signalgen_bridge_publishing{signal="order.placed"} 0
# HELP signalgen_bridge_waiting Envelopes that were not delivered to the group yet.
# TYPE signalgen_bridge_waiting gauge
signalgen_bridge_waiting{group="mail",signal="order.placed"} 0
`
	if err := testutil.CollectAndCompare(c, strings.NewReader(want), "signalgen_bridge_dead_letters", "signalgen_bridge_deliveries_total",
		"signalgen_bridge_oldest_seconds", "signalgen_bridge_publish_errors_total", "signalgen_bridge_published_total",
		"signalgen_bridge_publishing", "signalgen_bridge_waiting"); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.CollectAndLint(c); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
