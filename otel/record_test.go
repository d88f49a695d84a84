package otel_test

import (
	"strings"
	"testing"

	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	api "go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/otel"
	"github.com/signalgen/signalgen/otel/oteltest"
	"github.com/signalgen/signalgen/runtime"
)

// A recording keeps the spans that an observer makes.
type recording struct {
	t        *testing.T
	exporter *tracetest.InMemoryExporter
	tracer   api.Tracer // for spans of the test's own
	observe  runtime.SetOption
}

func record(t *testing.T, opts ...otel.Option) *recording {
	exporter := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
	opts = append([]otel.Option{otel.TracerProvider(provider), otel.MeterProvider(noop.NewMeterProvider())}, opts...)
	return &recording{t, exporter, provider.Tracer("test"), runtime.Observe(otel.Observe(opts...))}
}

func (r *recording) spans() []oteltest.Span { return oteltest.Spans(r.exporter.GetSpans()) }

// want compares the tree of all spans since the last call.
func (r *recording) want(tree string) {
	r.t.Helper()
	if got := strings.TrimSpace(oteltest.Tree(r.spans())); got != strings.TrimSpace(tree) {
		r.t.Errorf("got\n%s\nwant\n%s", got, strings.TrimSpace(tree))
	}
	r.exporter.Reset()
}

// span returns the only span with that name.
func (r *recording) span(name string) oteltest.Span {
	r.t.Helper()
	var found []oteltest.Span
	for _, s := range r.spans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		r.t.Fatalf("found %d spans %s, want one in\n%s", len(found), name, oteltest.Tree(r.spans()))
	}
	return found[0]
}

// recovered returns what call panics with.
func recovered(call func()) (value any) {
	defer func() { value = recover() }()
	call()
	return nil
}
