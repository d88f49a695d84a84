package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	api "go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/signalgen/signalgen/otel/oteltest"
)

// spansIn is the variable of the environment that names the folder for spans.
const spansIn = "CLUSTER_SPANS"

// traced makes this process keep its spans. It returns a func that writes them to a
// file at the end. Without the variable both do nothing.
func traced(program string) (write func()) {
	folder := os.Getenv(spansIn)
	if folder == "" {
		return func() {}
	}
	exporter := tracetest.NewInMemoryExporter()
	service := resource.NewSchemaless(semconv.ServiceName(program))
	api.SetTracerProvider(trace.NewTracerProvider(trace.WithSyncer(exporter), trace.WithResource(service)))
	api.SetTextMapPropagator(propagation.TraceContext{})
	return func() {
		text, err := json.Marshal(oteltest.Spans(exporter.GetSpans()))
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, program), text, 0o600)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// What two processes did shows as one tree: each order with the mail that it led to.
func TestTrace(t *testing.T) {
	t.Setenv(spansIn, t.TempDir())
	if err := both(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	var all []oteltest.Span
	for _, program := range []string{"shop", "mailer"} {
		text, err := os.ReadFile(filepath.Join(os.Getenv(spansIn), program))
		if err != nil {
			t.Fatal(err)
		}
		var spans []oteltest.Span
		if err := json.Unmarshal(text, &spans); err != nil {
			t.Fatal(err)
		}
		all = append(all, spans...)
	}
	tree := oteltest.Tree(all)
	t.Log("\n" + tree)
	want := strings.Repeat(`send cluster.order.placed in shop
  ~ process cluster.order.placed by mailer.confirm in mailer
`, 3)
	if tree != want {
		t.Errorf("got\n%s\nwant\n%s", tree, want)
	}
}
