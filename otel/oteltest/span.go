// Package oteltest shows what a test has recorded of a trace: as plain values that
// processes can exchange as JSON, and as a tree.
package oteltest

import (
	"time"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// A Span is what was recorded of an ended span.
type Span struct {
	Service    string // service.name of the resource; "" if it has none
	Name, Kind string
	Trace      string
	ID         string
	Parent     string            // the id of the parent; "" for the root of a trace
	Links      []string          // the ids of the spans that it links to
	Attributes map[string]string // in the form of attribute.Value.String
	Start, End time.Time
	Failed     bool     // its status is an error
	Exceptions []string // the messages of recorded errors
}

// Spans returns the spans of an in-memory exporter, in its order:
//
//	spans := oteltest.Spans(exporter.GetSpans())
func Spans(stubs tracetest.SpanStubs) []Span {
	spans := make([]Span, len(stubs))
	for i, stub := range stubs {
		spans[i] = spanOf(stub)
	}
	return spans
}

func spanOf(stub tracetest.SpanStub) Span {
	s := Span{
		Name:       stub.Name,
		Kind:       stub.SpanKind.String(),
		Trace:      stub.SpanContext.TraceID().String(),
		ID:         stub.SpanContext.SpanID().String(),
		Parent:     idOf(stub.Parent),
		Attributes: make(map[string]string),
		Start:      stub.StartTime,
		End:        stub.EndTime,
		Failed:     stub.Status.Code == codes.Error,
	}
	if name, ok := stub.Resource.Set().Value(semconv.ServiceNameKey); ok {
		s.Service = name.AsString()
	}
	for _, link := range stub.Links {
		s.Links = append(s.Links, idOf(link.SpanContext))
	}
	for _, a := range stub.Attributes {
		s.Attributes[string(a.Key)] = a.Value.String()
	}
	for _, event := range stub.Events {
		if event.Name == semconv.ExceptionEventName {
			s.Exceptions = append(s.Exceptions, messageOf(event))
		}
	}
	return s
}

func idOf(c trace.SpanContext) string {
	if !c.HasSpanID() {
		return ""
	}
	return c.SpanID().String()
}

func messageOf(exception sdk.Event) string {
	for _, a := range exception.Attributes {
		if a.Key == semconv.ExceptionMessageKey {
			return a.Value.AsString()
		}
	}
	return ""
}
