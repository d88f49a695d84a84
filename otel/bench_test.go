package otel_test

import (
	"context"
	"strconv"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"
	nooptrace "go.opentelemetry.io/otel/trace/noop"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/otel"
	"github.com/signalgen/signalgen/runtime"
)

// BenchmarkSend measures a send to one receiver, which makes one call.
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

// BenchmarkSpansByHand measures the two spans of such a send, with as many attributes.
func BenchmarkSpansByHand(b *testing.B) {
	tracer := trace.NewTracerProvider(trace.WithSpanProcessor(discard{})).Tracer("")
	attributes := make([]attribute.KeyValue, 9)
	for i := range attributes {
		attributes[i] = attribute.Int(strconv.Itoa(i), i)
	}
	producer := []api.SpanStartOption{api.WithSpanKind(api.SpanKindProducer), api.WithAttributes(attributes[:5]...)}
	consumer := []api.SpanStartOption{api.WithSpanKind(api.SpanKindConsumer), api.WithAttributes(attributes...)}
	b.ReportAllocs()
	for b.Loop() {
		ctx, send := tracer.Start(context.Background(), "send", producer...)
		ctx, process := tracer.Start(ctx, "process", consumer...)
		_ = hear(ctx, kinds.Started{})
		process.End()
		send.End()
	}
}

// discard is an exporter that drops ended spans.
type discard struct{}

func (discard) OnStart(context.Context, trace.ReadWriteSpan) {}
func (discard) OnEnd(trace.ReadOnlySpan)                     {}
func (discard) Shutdown(context.Context) error               { return nil }
func (discard) ForceFlush(context.Context) error             { return nil }
