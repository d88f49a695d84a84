package bridge

import (
	"context"
)

// An origin is the delivery that a ctx belongs to.
type origin struct {
	bridge   *Bridge
	typ      string // the stable name of the signal that the bridge has received
	envelope *Envelope
}

type originKey struct{}

// isEcho reports whether ctx comes from a delivery of the same signal by the same bridge.
func isEcho(ctx context.Context, b *Bridge, typ string) bool {
	o, _ := ctx.Value(originKey{}).(*origin)
	return o != nil && o.bridge == b && o.typ == typ
}

// Anew returns a ctx with which a receiver can publish the signal that it has received.
//
// A bridge does not publish a signal that is sent with the ctx of a receiver to which the
// same bridge has delivered that signal, by its stable name. Otherwise a process that both
// receives and publishes a signal would publish it again for ever. The bridge publishes
// other signals that are sent with that ctx, and so do other bridges. A receiver that
// wants the signal published again sends it with Anew(ctx). [EnvelopeFrom] finds nothing
// in that ctx.
func Anew(ctx context.Context) context.Context {
	return context.WithValue(ctx, originKey{}, (*origin)(nil))
}

// EnvelopeFrom returns the envelope whose delivery ctx belongs to: that of a receiver of
// the signal, or of another signal that this receiver has sent with its ctx. It returns
// false if there is none. An envelope that is delivered twice has the same ID and Source.
// It must not be changed.
func EnvelopeFrom(ctx context.Context) (*Envelope, bool) {
	o, _ := ctx.Value(originKey{}).(*origin)
	if o == nil {
		return nil, false
	}
	return o.envelope, true
}

// WithTrace returns a ctx whose sends are published as part of a trace, in the form
// of W3C's Trace Context: the headers traceparent and tracestate. A receiver's ctx
// has the trace that its signal came with.
func WithTrace(ctx context.Context, traceparent, tracestate string) context.Context {
	return context.WithValue(ctx, traceKey{}, trace{traceparent, tracestate})
}

// TraceFrom returns the trace that ctx is part of, and empty strings for none.
func TraceFrom(ctx context.Context) (traceparent, tracestate string) {
	t, _ := ctx.Value(traceKey{}).(trace)
	return t.parent, t.state
}

type traceKey struct{}

type trace struct{ parent, state string }
