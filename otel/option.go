package otel

import (
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/runtime"
)

// An Option changes what [Observe] does.
type Option func(*observer)

// TracerProvider says where spans go. The default, and nil, is the global provider, also
// one that is set later.
func TracerProvider(p trace.TracerProvider) Option {
	return func(o *observer) { o.traces = p }
}

// MeterProvider says where metrics go. The default, and nil, is the global provider, also
// one that is set later. With package noop of OpenTelemetry there are none, and no clock
// is read for them.
func MeterProvider(p metric.MeterProvider) Option {
	return func(o *observer) { o.metrics = p }
}

// Child has the span of a receiver that hears a signal through a bridge be a child of
// that of the send, in one trace with it. The default is a trace of its own with a link:
// a send may have many receivers in many processes, long after it.
func Child() Option {
	return func(o *observer) { o.child = true }
}

// Filter has only those signals observed for which keep returns true. It is asked once
// for each stable name. The default, and nil, is all of them.
func Filter(keep func(s runtime.AnySignal) bool) Option {
	return func(o *observer) { o.keep = keep }
}
