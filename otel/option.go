package otel

import (
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/runtime"
)

// An Option is an option of [Observe].
type Option func(*observer)

// TracerProvider sets where spans go. The default, also for nil, is the global
// provider, even if it is set later.
func TracerProvider(p trace.TracerProvider) Option {
	return func(o *observer) { o.traces = p }
}

// MeterProvider sets where metrics go. The default, also for nil, is the global
// provider, even if it is set later. With OpenTelemetry's package noop there are no
// metrics, and no clock is read for them.
func MeterProvider(p metric.MeterProvider) Option {
	return func(o *observer) { o.metrics = p }
}

// Child makes the span of a receiver behind a bridge a child of the send's span, in the
// same trace. By default it begins a new trace with a link to the send, since a send
// may have many receivers in many processes, long after it.
func Child() Option {
	return func(o *observer) { o.child = true }
}

// Filter observes only the signals for which keep returns true. It is called once for
// each stable name. The default, also for nil, is to observe all signals.
func Filter(keep func(s runtime.AnySignal) bool) Option {
	return func(o *observer) { o.keep = keep }
}
