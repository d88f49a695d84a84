package otel_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/otel"
	"github.com/signalgen/signalgen/runtime"
)

// meter returns options for an observer that has metrics only, and where they go.
func meter() (*metric.ManualReader, []otel.Option) {
	reader := metric.NewManualReader()
	return reader, []otel.Option{
		otel.MeterProvider(metric.NewMeterProvider(metric.WithReader(reader))),
		otel.TracerProvider(noop.NewTracerProvider()),
	}
}

// counts returns a sorted line for each time series: the metric, the count, and the
// distinguishing attributes.
func counts(t *testing.T, reader *metric.ManualReader) []string {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s %d%s", m.Name, p.Value, telling(p.Attributes)))
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s %s %d%s", m.Name, m.Unit, p.Count, telling(p.Attributes)))
				}
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// telling returns the values of a set, except those that are always the same.
func telling(set attribute.Set) (text string) {
	for _, a := range set.ToSlice() {
		switch a.Key {
		case "messaging.system", "messaging.destination.name", "messaging.operation.type":
		default:
			text += " " + a.Value.AsString()
		}
	}
	return text
}

func wantCounts(t *testing.T, reader *metric.ManualReader, want string) {
	t.Helper()
	if got := strings.Join(counts(t, reader), "\n"); got != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", got, strings.TrimSpace(want))
	}
}

func TestMetrics(t *testing.T) {
	reader, opts := meter()
	var s kinds.StartedSignal
	s.Configure(runtime.Observe(otel.Observe(opts...)))
	named(&s, "a", hear)
	named(&s, "b", func(_ context.Context, data kinds.Started) error {
		if data.N == 1 {
			return missing("lamp")
		}
		return runtime.ErrStop
	})
	for n := range int64(3) {
		_ = s.Send(t.Context(), kinds.Started{N: n})
	}
	wantCounts(t, reader, `
messaging.client.consumed.messages 1 github.com/signalgen/signalgen/otel_test.missing b process
messaging.client.consumed.messages 2 b process
messaging.client.consumed.messages 3 a process
messaging.client.operation.duration s 1 github.com/signalgen/signalgen/otel_test.missing send
messaging.client.operation.duration s 2 send
messaging.client.sent.messages 1 github.com/signalgen/signalgen/otel_test.missing send
messaging.client.sent.messages 2 send
messaging.process.duration s 1 github.com/signalgen/signalgen/otel_test.missing b process
messaging.process.duration s 2 b process
messaging.process.duration s 3 a process`)
}

// What a queue drops is counted, whether it is full or disconnected.
func TestDropped(t *testing.T) {
	reader, opts := meter()
	var s kinds.StartedSignal
	s.Configure(runtime.Observe(otel.Observe(opts...)))
	began, gate := make(chan struct{}), make(chan struct{})
	full := named(&s, "full", func(context.Context, kinds.Started) error {
		close(began)
		<-gate
		return nil
	}, runtime.Async(1, runtime.DropNewest))
	_ = s.Send(t.Context(), kinds.Started{})
	<-began
	for range 3 { // one is queued, two are dropped
		_ = s.Send(t.Context(), kinds.Started{})
	}
	full.Disconnect() // and so is the one
	close(gate)
	_ = full.Drain(t.Context())
	if lines := counts(t, reader); !slices.Contains(lines, "messaging.signalgen.dropped.messages 3 full process") {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
}

// What a bridge delivers was sent once, elsewhere.
func TestMetricsOfBridge(t *testing.T) {
	propagating(t, propagation.TraceContext{})
	reader, opts := meter()
	r := record(t, opts...)
	p := bridged(t, r)
	named(&p.there.Started, "far", hear)
	_ = p.here.Started.Send(t.Context(), kinds.Started{})
	p.receive(t, bridge.Retry(1, 0, 0))
	wantCounts(t, reader, `
messaging.client.consumed.messages 1 far process
messaging.client.operation.duration s 1 send
messaging.client.sent.messages 1 send
messaging.process.duration s 1 far process`)
}

// Durations are in seconds, with buckets for what is faster than a network.
func TestDurations(t *testing.T) {
	reader, opts := meter()
	var s kinds.StartedSignal
	s.Configure(runtime.Observe(otel.Observe(opts...)))
	named(&s, "a", hear)
	_ = s.Send(t.Context(), kinds.Started{})
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, m := range all.ScopeMetrics[0].Metrics {
		data, ok := m.Data.(metricdata.Histogram[float64])
		if !ok {
			continue
		}
		if p := data.DataPoints[0]; p.Sum <= 0 || p.Sum > 10 || p.Bounds[0] != 0.00001 || !slices.Contains(p.Bounds, 0.005) {
			t.Errorf("%s: got %+v", m.Name, p)
		}
	}
}
