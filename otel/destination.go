package otel

import (
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/runtime"
)

// The operations, as named in spans and metrics.
const (
	send    = "send"
	process = "process"
)

// modeKey is the attribute for the mode of a send.
const modeKey = attribute.Key("messaging.signalgen.mode")

// modes is how many modes there are.
const modes = int(runtime.Queued) + 1

// A destination is what spans and metrics say about a signal. It is made once.
type destination struct {
	name                  string
	sendName, processName string
	sendOptions           [modes][]trace.SpanStartOption
	sent, operation       series
	subscriptions         table[subscriber, *subscription]
}

func newDestination(name string) *destination {
	d := &destination{name: name, sendName: send + " " + name, processName: process + " " + name}
	said := d.attributes(send)
	d.sent = newSeries(said)
	said = append(said, semconv.MessagingOperationTypeSend)
	d.operation = newSeries(said)
	for mode := range d.sendOptions {
		d.sendOptions[mode] = options(trace.SpanKindProducer, append(said, modeOf(runtime.SendMode(mode))))
	}
	return d
}

// attributes returns the attributes of all spans and metrics of an operation.
func (d *destination) attributes(operation string) []attribute.KeyValue {
	return []attribute.KeyValue{
		semconv.MessagingSystemKey.String("signalgen"),
		semconv.MessagingDestinationName(d.name),
		semconv.MessagingOperationName(operation),
	}
}

func modeOf(mode runtime.SendMode) attribute.KeyValue { return modeKey.String(mode.String()) }

func options(kind trace.SpanKind, attributes []attribute.KeyValue) []trace.SpanStartOption {
	return []trace.SpanStartOption{trace.WithSpanKind(kind), trace.WithAttributes(append([]attribute.KeyValue(nil), attributes...)...)}
}

// A subscriber is a receiver, identified by what spans say about it.
type subscriber struct {
	mode           runtime.SendMode
	name, fn, file string
	line           int
}

// A subscription is what spans and metrics say about calls of a receiver. It is made
// once.
type subscription struct {
	options   []trace.SpanStartOption
	processed series
}

// subscription returns what is said about calls of a receiver.
func (d *destination) subscription(mode runtime.SendMode, r runtime.ReceiverInfo) *subscription {
	key := subscriber{mode, r.Name, r.Func, r.File, r.Line}
	s, ok := d.subscriptions.get(key)
	if !ok {
		s = d.subscriptions.add(key, d.newSubscription(key))
	}
	return s
}

func (d *destination) newSubscription(of subscriber) *subscription {
	said := append(d.attributes(process), semconv.MessagingDestinationSubscriptionName(of.name))
	return &subscription{
		processed: newSeries(said),
		options: options(trace.SpanKindConsumer, append(said,
			semconv.MessagingOperationTypeProcess,
			semconv.CodeFunctionName(of.fn),
			semconv.CodeFilePath(of.file),
			semconv.CodeLineNumber(of.line),
			modeOf(of.mode),
		)),
	}
}
