package otel

import (
	"context"
	"errors"
	"fmt"

	api "go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/signalgen/signalgen/bridge"
)

// ObserveBridge registers metrics of what a bridge does, and of the lag of its groups if
// its transport is a [bridge.LagReporter], until the Registration is unregistered. They
// are read when metrics are collected and cost a send or a delivery nothing. Of the
// options, only [MeterProvider] has an effect.
//
//	messaging.signalgen.bridge.published   sends, with error.type if the transport failed to store them
//	messaging.signalgen.bridge.delivered   deliveries, with the attribute outcome
//	messaging.signalgen.bridge.in_flight   deliveries in this process that are not settled
//	messaging.signalgen.bridge.slow        of these, receivers running for more than a minute
//	messaging.signalgen.bridge.lag         envelopes of the whole group, with the attribute state: waiting, in_flight, dead
//
// messaging.destination.name is the signal, messaging.consumer.group.name the group.
// Each collection asks the transport for the lag, within its ctx.
func ObserveBridge(b *bridge.Bridge, opts ...Option) (metric.Registration, error) {
	var o observer
	for _, opt := range opts {
		opt(&o)
	}
	if o.metrics == nil {
		o.metrics = api.GetMeterProvider()
	}
	m, err := newBridgeMeters(o.metrics.Meter(ScopeName, metric.WithSchemaURL(semconv.SchemaURL)))
	if err != nil {
		return nil, fmt.Errorf("otel: metrics of a bridge: %w", err)
	}
	m.bridge = b
	return m.register()
}

// bridgeMeters are the instruments of a bridge.
type bridgeMeters struct {
	bridge               *bridge.Bridge
	meter                metric.Meter
	published, delivered metric.Int64ObservableCounter
	inFlight, slow, lag  metric.Int64ObservableGauge
}

func newBridgeMeters(meter metric.Meter) (*bridgeMeters, error) {
	const prefix = "messaging.signalgen.bridge."
	m := &bridgeMeters{meter: meter}
	errs := make([]error, 5)
	m.published, errs[0] = meter.Int64ObservableCounter(prefix+"published",
		metric.WithDescription("Number of sends that went to the transport."), metric.WithUnit("{message}"))
	m.delivered, errs[1] = meter.Int64ObservableCounter(prefix+"delivered",
		metric.WithDescription("Number of deliveries that were settled."), metric.WithUnit("{message}"))
	m.inFlight, errs[2] = meter.Int64ObservableGauge(prefix+"in_flight",
		metric.WithDescription("Number of deliveries in this process that are not settled."), metric.WithUnit("{message}"))
	m.slow, errs[3] = meter.Int64ObservableGauge(prefix+"slow",
		metric.WithDescription("Number of deliveries in this process whose receivers have been running for more than a minute."), metric.WithUnit("{message}"))
	m.lag, errs[4] = meter.Int64ObservableGauge(prefix+"lag",
		metric.WithDescription("Number of envelopes that a group has not settled."), metric.WithUnit("{message}"))
	return m, errors.Join(errs...)
}

func (m *bridgeMeters) register() (metric.Registration, error) {
	registration, err := m.meter.RegisterCallback(m.observe, m.published, m.delivered, m.inFlight, m.slow, m.lag)
	if err != nil {
		return nil, fmt.Errorf("otel: metrics of a bridge: %w", err)
	}
	return registration, nil
}

func (m *bridgeMeters) observe(ctx context.Context, to metric.Observer) error {
	stats := m.bridge.Stats()
	for _, p := range stats.Published {
		signal := semconv.MessagingDestinationName(p.Signal)
		to.ObserveInt64(m.published, int64(p.Published), metric.WithAttributes(signal))
		to.ObserveInt64(m.published, int64(p.Failed), metric.WithAttributes(signal, semconv.ErrorTypeOther))
	}
	for _, r := range stats.Received {
		m.observeGroup(ctx, to, r)
	}
	return nil
}

func (m *bridgeMeters) observeGroup(ctx context.Context, to metric.Observer, r bridge.ReceiveStats) {
	with := func(more ...attribute.KeyValue) metric.MeasurementOption {
		return metric.WithAttributes(append(more,
			semconv.MessagingDestinationName(r.Signal), semconv.MessagingConsumerGroupName(r.Group))...)
	}
	for _, outcome := range bridge.Outcomes() {
		to.ObserveInt64(m.delivered, int64(r.Of(outcome)), with(attribute.String("outcome", outcome.String())))
	}
	to.ObserveInt64(m.inFlight, int64(r.InFlight), with())
	to.ObserveInt64(m.slow, int64(r.Slow), with())
	lag, err := m.bridge.Lag(ctx, r.Signal, r.Group)
	if err != nil {
		return // not supported, or no answer
	}
	for state, n := range map[string]int{"waiting": lag.Waiting, "in_flight": lag.InFlight, "dead": lag.Dead} {
		to.ObserveInt64(m.lag, int64(n), with(attribute.String("state", state)))
	}
}
