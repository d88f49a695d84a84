package otel

import (
	"context"
	"strings"

	api "go.opentelemetry.io/otel"

	"github.com/signalgen/signalgen/bridge"
)

// Propagate makes the envelopes of a bridge carry the trace, and whatever else the
// global propagator injects, such as baggage. It is [bridge.Propagate] for
// OpenTelemetry. Set the global propagator in main: OpenTelemetry's default does
// nothing.
//
// The trace is in TraceParent and TraceState of the envelope, as with
// [bridge.WithTrace]. If there is no span in the sender's ctx, the trace of WithTrace
// is sent. Each other field of the propagator becomes an extension, named by the
// lower-case letters and digits of the field's name, such as baggage or xb3traceid.
//
// Anyone who can read from the transport can read what is propagated, including
// baggage.
func Propagate() bridge.Option { return bridge.Propagate(inject, extract) }

func inject(ctx context.Context, e *bridge.Envelope) {
	parent, state := e.TraceParent, e.TraceState
	e.TraceParent, e.TraceState = "", ""
	api.GetTextMapPropagator().Inject(ctx, carrier{e})
	if e.TraceParent == "" {
		e.TraceParent, e.TraceState = parent, state
	}
}

func extract(ctx context.Context, e *bridge.Envelope) context.Context {
	return api.GetTextMapPropagator().Extract(ctx, carrier{e})
}

// A carrier is an envelope, in the form that propagators expect.
type carrier struct{ envelope *bridge.Envelope }

// Get returns the value of a field, or "".
func (c carrier) Get(field string) string {
	switch name := extension(field); name {
	case traceParent:
		return c.envelope.TraceParent
	case traceState:
		return c.envelope.TraceState
	default:
		return c.envelope.Extensions[name]
	}
}

// Set sets the value of a field.
func (c carrier) Set(field, value string) {
	switch name := extension(field); name {
	case traceParent:
		c.envelope.TraceParent = value
	case traceState:
		c.envelope.TraceState = value
	default:
		if c.envelope.Extensions == nil {
			c.envelope.Extensions = make(map[string]string)
		}
		c.envelope.Extensions[name] = value
	}
}

// Keys returns the names of the fields.
func (c carrier) Keys() []string {
	keys := []string{traceParent, traceState}
	for name := range c.envelope.Extensions {
		keys = append(keys, name)
	}
	return keys
}

// The fields that an envelope has itself.
const (
	traceParent = "traceparent"
	traceState  = "tracestate"
)

// extension returns the name of the extension for a field: CloudEvents allows
// lower-case letters and digits.
func extension(field string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(field))
}
