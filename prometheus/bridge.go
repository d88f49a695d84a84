package prometheus

import (
	"context"
	"errors"
	"time"

	client "github.com/prometheus/client_golang/prometheus"

	"github.com/signalgen/signalgen/bridge"
)

// NewBridgeCollector returns a collector of what a bridge has done, and of the lag of its
// groups if its transport is a [bridge.LagReporter]. Register one for each bridge. If
// there are several, wrap each with a label.
//
//	signalgen_bridge_published_total{signal}
//	signalgen_bridge_publish_errors_total{signal}
//	signalgen_bridge_publishing{signal}                        sends that are waiting for the transport
//	signalgen_bridge_deliveries_total{signal,group,outcome}    acknowledged, skipped, retried, dead, released
//	signalgen_bridge_in_flight{signal,group}                   deliveries in this process
//	signalgen_bridge_slow{signal,group}                        of these, receivers running for more than a minute
//	signalgen_bridge_waiting{signal,group}                     lag: not delivered yet
//	signalgen_bridge_group_in_flight{signal,group}             lag: delivered and not settled
//	signalgen_bridge_dead_letters{signal,group}
//	signalgen_bridge_oldest_seconds{signal,group}              age of the oldest that is not settled
//
// The last four cover all processes of the group. Each scrape asks the transport for them
// and waits for at most two seconds. They are missing while the transport does not answer.
func NewBridgeCollector(b *bridge.Bridge) client.Collector { return bridgeCollector{b} }

type bridgeCollector struct{ bridge *bridge.Bridge }

// lagPatience is how long a scrape waits for the transport in total.
const lagPatience = 2 * time.Second

var (
	published     = describe("bridge_published_total", "Sends that the transport has stored.")
	publishErrors = describe("bridge_publish_errors_total", "Sends that the transport has failed to store.")
	publishing    = describe("bridge_publishing", "Sends that are waiting for the transport.")
	deliveries    = describe("bridge_deliveries_total", "Deliveries that were settled.", "group", "outcome")
	inFlight      = describe("bridge_in_flight", "Deliveries in this process that are not settled.", "group")
	slow          = describe("bridge_slow", "Deliveries in this process whose receivers have been running for more than a minute.", "group")
	waiting       = describe("bridge_waiting", "Envelopes that were not delivered to the group yet.", "group")
	groupInFlight = describe("bridge_group_in_flight", "Envelopes that were delivered to the group and are not settled.", "group")
	deadLetters   = describe("bridge_dead_letters", "Dead letters of the group.", "group")
	oldest        = describe("bridge_oldest_seconds", "Age of the oldest envelope that the group has not settled.", "group")
)

// Describe describes all possible metrics.
func (bridgeCollector) Describe(descriptions chan<- *client.Desc) {
	for _, d := range []*client.Desc{
		published, publishErrors, publishing, deliveries, inFlight, slow, waiting, groupInFlight, deadLetters, oldest,
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
		metrics <- client.MustNewConstMetric(groupInFlight, client.GaugeValue, float64(lag.InFlight), s, g)
		metrics <- client.MustNewConstMetric(deadLetters, client.GaugeValue, float64(lag.Dead), s, g)
		metrics <- client.MustNewConstMetric(oldest, client.GaugeValue, lag.Oldest.Seconds(), s, g)
	}
}
