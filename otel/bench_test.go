package otel_test

import (
	"context"
	"testing"

	noopmetric "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
	nooptrace "go.opentelemetry.io/otel/trace/noop"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/otel"
	"github.com/signalgen/signalgen/runtime"
)

// What a send to one receiver costs, which has one call of it.
func BenchmarkSend(b *testing.B) {
	noMetrics := otel.MeterProvider(noopmetric.NewMeterProvider())
	noTraces := otel.TracerProvider(nooptrace.NewTracerProvider())
	sampled := func(s trace.Sampler) otel.Option {
		return otel.TracerProvider(trace.NewTracerProvider(trace.WithSampler(s), trace.WithSpanProcessor(discard{})))
	}
	metrics := otel.MeterProvider(metric.NewMeterProvider(metric.WithReader(metric.NewManualReader())))
	for _, bench := range []struct {
		name string
		opts []runtime.SetOption
	}{
		{"NoObserver", nil},
		{"EmptyObserver", []runtime.SetOption{runtime.Observe(&runtime.Observer{})}},
		{"NoOp", []runtime.SetOption{runtime.Observe(otel.Observe(noTraces, noMetrics))}},
		{"NeverSampled", []runtime.SetOption{runtime.Observe(otel.Observe(sampled(trace.NeverSample()), noMetrics))}},
		{"AlwaysSampled", []runtime.SetOption{runtime.Observe(otel.Observe(sampled(trace.AlwaysSample()), noMetrics))}},
		{"Metrics", []runtime.SetOption{runtime.Observe(otel.Observe(noTraces, metrics))}},
		{"NeverSampledMetrics", []runtime.SetOption{runtime.Observe(otel.Observe(sampled(trace.NeverSample()), metrics))}},
		{"AlwaysSampledMetrics", []runtime.SetOption{runtime.Observe(otel.Observe(sampled(trace.AlwaysSample()), metrics))}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var s kinds.StartedSignal
			s.Configure(bench.opts...)
			s.Connect(hear)
			ctx, data := context.Background(), kinds.Started{}
			b.ReportAllocs()
			for b.Loop() {
				_ = s.Send(ctx, data)
			}
		})
	}
}

// discard takes a span that has ended, as an exporter does, and forgets it.
type discard struct{}

func (discard) OnStart(context.Context, trace.ReadWriteSpan) {}
func (discard) OnEnd(trace.ReadOnlySpan)                     {}
func (discard) Shutdown(context.Context) error               { return nil }
func (discard) ForceFlush(context.Context) error             { return nil }
