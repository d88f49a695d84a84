package otel

import (
	api "go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/runtime"
)

// ScopeName is the instrumentation scope of the spans and metrics.
const ScopeName = "github.com/signalgen/signalgen/otel"

// Observe returns an observer that records spans and metrics, as described in the
// package documentation. It may observe any number of signals and sets. A signal should
// have only one such observer.
func Observe(opts ...Option) *runtime.Observer {
	o := new(observer)
	for _, opt := range opts {
		opt(o)
	}
	o.begin()
	return &runtime.Observer{
		SendStart:    o.sendStart,
		SendDone:     o.sendDone,
		ReceiveStart: o.receiveStart,
		ReceiveDone:  o.receiveDone,
		Dropped:      o.dropped,
	}
}

// An observer is the state of one Observe.
type observer struct {
	traces  trace.TracerProvider
	metrics metric.MeterProvider
	child   bool
	keep    func(s runtime.AnySignal) bool // nil for all

	tracer  trace.Tracer
	meters  meters
	signals table[string, *destination] // by stable name; nil for one that is not observed
}

// begin sets the defaults for what the options have not set.
func (o *observer) begin() {
	if o.traces == nil {
		o.traces = api.GetTracerProvider()
	}
	if o.metrics == nil {
		o.metrics = api.GetMeterProvider()
	}
	o.tracer = o.traces.Tracer(ScopeName, trace.WithSchemaURL(semconv.SchemaURL))
	o.meters = newMeters(o.metrics.Meter(ScopeName, metric.WithSchemaURL(semconv.SchemaURL)))
}

// destination returns the state of a signal, or nil if the signal is not observed.
func (o *observer) destination(s runtime.AnySignal) *destination {
	name := s.Name()
	d, ok := o.signals.get(name)
	if !ok {
		if o.keep == nil || o.keep(s) {
			d = newDestination(name)
		}
		d = o.signals.add(name, d)
	}
	return d
}
