package oteltest_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/otel/oteltest"
)

func TestTree(t *testing.T) {
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0) }
	for name, test := range map[string]struct {
		spans []oteltest.Span
		want  string
	}{
		"none": {nil, ""},
		"in the order in which they began": {[]oteltest.Span{
			{ID: "3", Parent: "1", Name: "second", Start: at(3)},
			{ID: "2", Parent: "1", Name: "first", Start: at(2)},
			{ID: "1", Name: "root", Start: at(1)},
			{ID: "4", Name: "next", Start: at(4)},
		}, `
root
  first
  second
next`},
		"a link to a span that is there": {[]oteltest.Span{
			{ID: "1", Name: "root", Service: "shop"},
			{ID: "2", Name: "late", Links: []string{"1"}, Service: "mailer"},
			{ID: "3", Name: "later", Parent: "2", Service: "mailer"},
		}, `
root in shop
  ~ late in mailer
    later`},
		"a link and a parent to spans that are not": {[]oteltest.Span{
			{ID: "1", Name: "late", Links: []string{"8"}},
			{ID: "2", Name: "child", Parent: "9"},
		}, `
late
child`},
		"failures": {[]oteltest.Span{
			{ID: "1", Name: "process x", Failed: true, Attributes: map[string]string{"messaging.destination.subscription.name": "example.com/mail.Confirm"}},
			{ID: "2", Name: "send x", Failed: true, Exceptions: []string{"a", "b"}, Service: "unknown_service:test"},
		}, `
process x by mail.Confirm, failed
send x, failed: a; b`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.TrimSpace(oteltest.Tree(test.spans)); got != strings.TrimSpace(test.want) {
				t.Errorf("got\n%s\nwant\n%s", got, strings.TrimSpace(test.want))
			}
		})
	}
}

// Spans keeps everything that is known, and so does JSON.
func TestSpans(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	service := resource.NewSchemaless(semconv.ServiceName("shop"))
	tracer := sdk.NewTracerProvider(sdk.WithSyncer(exporter), sdk.WithResource(service)).Tracer("")
	ctx, root := tracer.Start(t.Context(), "root", trace.WithSpanKind(trace.SpanKindProducer))
	_, child := tracer.Start(ctx, "child", trace.WithLinks(trace.LinkFromContext(ctx)), trace.WithAttributes(semconv.CodeLineNumber(7)))
	child.RecordError(errors.New("no lamp"))
	child.AddEvent("another")
	child.SetStatus(codes.Error, "no lamp")
	child.End()
	root.End()

	text, err := json.Marshal(oteltest.Spans(exporter.GetSpans()))
	if err != nil {
		t.Fatal(err)
	}
	var got []oteltest.Span
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if got[i].Start.IsZero() || got[i].End.Before(got[i].Start) {
			t.Errorf("got the times %v and %v", got[i].Start, got[i].End)
		}
		got[i].Start, got[i].End = time.Time{}, time.Time{}
	}
	id, parent := child.SpanContext(), root.SpanContext().SpanID().String()
	want := []oteltest.Span{
		{
			Service: "shop", Name: "child", Kind: "internal", Trace: id.TraceID().String(), ID: id.SpanID().String(), Parent: parent,
			Links: []string{parent}, Attributes: map[string]string{"code.line.number": "7"}, Failed: true, Exceptions: []string{"no lamp"},
		},
		{Service: "shop", Name: "root", Kind: "producer", Trace: id.TraceID().String(), ID: parent, Attributes: map[string]string{}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}
