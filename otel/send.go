package otel

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/runtime"
)

func (o *observer) sendStart(ctx context.Context, s runtime.SendInfo) context.Context {
	d := o.destination(s.Signal)
	if d == nil {
		return ctx
	}
	if ctx == nil {
		ctx = context.Background()
	}
	c := &call{observer: o, signal: s.Signal, to: d, outer: o.callOf(ctx), around: trace.SpanFromContext(ctx)}
	if c.envelope = delivery(ctx, c.outer, d.name); c.envelope != nil {
		c.Context, c.span = ctx, c.around
		return c
	}
	if o.meters.operation.Enabled(ctx) {
		c.start = time.Now()
	}
	c.Context, c.span = o.tracer.Start(ctx, d.sendName, d.sendOptions[s.Mode]...)
	return c
}

func (o *observer) sendDone(ctx context.Context, s runtime.SendInfo, err error) {
	c := o.done(ctx, s.Signal)
	if c == nil || c.envelope != nil {
		return // the bridge knows what has failed in a delivery
	}
	o.meters.sent(ctx, c, err)
	c.end(err)
}

// delivery returns the envelope whose delivery began a send of the signal with this
// name, or nil for a send of this process. The ctx of a receiver has the envelope too,
// but what the receiver sends is within a call.
func delivery(ctx context.Context, outer *call, name string) *bridge.Envelope {
	if outer != nil {
		return nil
	}
	if e, ok := bridge.EnvelopeFrom(ctx); ok && e.Type == name {
		return e
	}
	return nil
}
