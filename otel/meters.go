package otel

import (
	"context"
	"errors"
	"slices"
	"time"

	api "go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/semconv/v1.43.0/messagingconv"
)

// meters are the instruments of an observer.
type meters struct {
	sentMessages, consumedMessages, droppedMessages metric.Int64Counter
	operation, process                              metric.Float64Histogram
}

// buckets are those of the conventions, in seconds, and three for what is faster than a
// network.
var buckets = metric.WithExplicitBucketBoundaries(
	0.00001, 0.0001, 0.001,
	0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
)

func newMeters(meter metric.Meter) meters {
	sent, err1 := messagingconv.NewClientSentMessages(meter)
	consumed, err2 := messagingconv.NewClientConsumedMessages(meter)
	operation, err3 := messagingconv.NewClientOperationDuration(meter, buckets)
	process, err4 := messagingconv.NewProcessDuration(meter, buckets)
	dropped, err5 := meter.Int64Counter("messaging.signalgen.dropped.messages",
		metric.WithDescription("Number of messages dropped by queues of receivers."), metric.WithUnit("{message}"))
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		api.Handle(err)
	}
	return meters{sent.Inst(), consumed.Inst(), dropped, operation.Inst(), process.Inst()}
}

// sent counts a send and records its duration.
func (m *meters) sent(ctx context.Context, c *call, err error) {
	if c.start.IsZero() {
		return
	}
	sent, operation := c.to.sent, c.to.operation
	if err != nil {
		sent, operation = sent.failed(err), operation.failed(err)
	}
	m.operation.Record(ctx, time.Since(c.start).Seconds(), operation.record...)
	m.sentMessages.Add(ctx, 1, sent.add...)
}

// processed counts the call of a receiver and records its duration.
func (m *meters) processed(ctx context.Context, c *call, err error) {
	if c.start.IsZero() {
		return
	}
	processed := c.by.processed
	if err != nil {
		processed = processed.failed(err)
	}
	m.process.Record(ctx, time.Since(c.start).Seconds(), processed.record...)
	m.consumedMessages.Add(ctx, 1, processed.add...)
}

func (m *meters) drop(s *subscription) {
	m.droppedMessages.Add(context.Background(), 1, s.processed.add...)
}

// A series is the attributes of a metric, in the forms that instruments need.
type series struct {
	attributes []attribute.KeyValue
	add        []metric.AddOption
	record     []metric.RecordOption
}

func newSeries(attributes []attribute.KeyValue) series {
	option := metric.WithAttributeSet(attribute.NewSet(slices.Clone(attributes)...))
	return series{slices.Clone(attributes), []metric.AddOption{option}, []metric.RecordOption{option}}
}

// failed returns the series for calls that end with err.
func (s series) failed(err error) series {
	return newSeries(append(slices.Clip(s.attributes), errorType(err)))
}
