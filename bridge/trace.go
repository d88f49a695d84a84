package bridge

import "context"

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
