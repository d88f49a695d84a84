package prometheus

import (
	"context"
	"errors"
	"time"

	client "github.com/prometheus/client_golang/prometheus"

	"github.com/signalgen/signalgen/bridge"
)

// NewBridgeCollector returns a collector of what a bridge has done, and of what waits
// for its groups if its transport can tell. Register one for each bridge, wrapped with
// a label if there are several.
//
//	signalgen_bridge_published_total{signal}
//	signalgen_bridge_publish_errors_total{signal}
//	signalgen_bridge_publishing{signal}                        sends that wait for the transport
//	signalgen_bridge_deliveries_total{signal,group,outcome}    acknowledged, skipped, retried, dead, given back
//	signalgen_bridge_in_flight{signal,group}
//	signalgen_bridge_slow{signal,group}                        in flight for more than a minute
//	signalgen_bridge_waiting{signal,group}                     lag: not handed to the group yet
//	signalgen_bridge_in_hand{signal,group}                     lag: handed over, and not settled
//	signalgen_bridge_dead_letters{signal,group}
//	signalgen_bridge_oldest_seconds{signal,group}              age of the oldest that waits or is in hand
//
// The last four cover the whole group, in all processes. Each scrape asks the transport
// for them, for at most two seconds. They are left out while it does not answer.
func NewBridgeCollector(b *bridge.Bridge) client.Collector { return bridgeCollector{b} }

type bridgeCollector struct{ bridge *bridge.Bridge }

// lagPatience is how long a scrape waits for the transport in total.
const lagPatience = 2 * time.Second

var (
	published     = describe("bridge_published_total", "Sends that the transport has stored.")
	publishErrors = describe("bridge_publish_errors_total", "Sends that the transport has failed to store.")
	publishing    = describe("bridge_publishing", "Sends that wait for the transport.")
	deliveries    = describe("bridge_deliveries_total", "Deliveries that were settled.", "group", "outcome")
	inFlight      = describe("bridge_in_flight", "Deliveries in hand in this process.", "group")
	slow          = describe("bridge_slow", "Deliveries in hand for more than a minute.", "group")
	waiting       = describe("bridge_waiting", "Envelopes that were not handed to the group yet.", "group")
	inHand        = describe("bridge_in_hand", "Envelopes that were handed to the group and are not settled.", "group")
	deadLetters   = describe("bridge_dead_letters", "Dead letters of the group.", "group")
	oldest        = describe("bridge_oldest_seconds", "Age of the oldest envelope that waits or is in hand.", "group")
)

// Describe describes all possible metrics.
func (bridgeCollector) Describe(descriptions chan<- *client.Desc) {
	for _, d := range []*client.Desc{
		published, publishErrors, publishing, deliveries, inFlight, slow, waiting, inHand, deadLetters, oldest,
	} {
		descriptions <- d
	}
}

// Collect sends what the bridge has done so far.
func (c bridgeCollector) Collect(metrics chan<- client.Metric) {
	stats := c.bridge.Stats()
	for _, p := range stats.Published {
		s := label(p.Signal)
		metrics <- client.MustNewConstMetric(published, client.CounterValue, float64(p.Published), s)
		metrics <- client.MustNewConstMetric(publishErrors, client.CounterValue, float64(p.Failed), s)
		metrics <- client.MustNewConstMetric(publishing, client.GaugeValue, float64(p.InFlight), s)
	}
	for _, r := range stats.Received {
		s, g := label(r.Signal), label(r.Group)
		for _, outcome := range bridge.Outcomes() {
			metrics <- client.MustNewConstMetric(deliveries, client.CounterValue, float64(r.Of(outcome)), s, g, outcome.String())
		}
		metrics <- client.MustNewConstMetric(inFlight, client.GaugeValue, float64(r.InFlight), s, g)
		metrics <- client.MustNewConstMetric(slow, client.GaugeValue, float64(r.Slow), s, g)
	}
	c.collectLag(metrics, stats.Received)
}

func (c bridgeCollector) collectLag(metrics chan<- client.Metric, received []bridge.ReceiveStats) {
	ctx, cancel := context.WithTimeout(context.Background(), lagPatience)
	defer cancel()
	for _, r := range received {
		lag, err := c.bridge.Lag(ctx, r.Signal, r.Group)
		if errors.Is(err, errors.ErrUnsupported) || ctx.Err() != nil {
			return
		}
		if err != nil {
			continue
		}
		s, g := label(r.Signal), label(r.Group)
		metrics <- client.MustNewConstMetric(waiting, client.GaugeValue, float64(lag.Waiting), s, g)
		metrics <- client.MustNewConstMetric(inHand, client.GaugeValue, float64(lag.InHand), s, g)
		metrics <- client.MustNewConstMetric(deadLetters, client.GaugeValue, float64(lag.Dead), s, g)
		metrics <- client.MustNewConstMetric(oldest, client.GaugeValue, lag.Oldest.Seconds(), s, g)
	}
}
