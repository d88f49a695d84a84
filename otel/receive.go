package otel

import (
	"context"
	"time"

	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/runtime"
)

func (o *observer) receiveStart(ctx context.Context, s runtime.SendInfo, r runtime.ReceiverInfo) context.Context {
	d := o.destination(s.Signal)
	if d == nil {
		return ctx
	}
	if ctx == nil {
		ctx = context.Background() // the send began before the signal was observed
	}
	c := &call{
		observer: o, signal: s.Signal, to: d, by: d.subscription(s.Mode, r),
		outer: o.callOf(ctx), around: trace.SpanFromContext(ctx),
	}
	if o.meters.process.Enabled(ctx) {
		c.start = time.Now()
	}
	options := c.by.options
	if o.isLinked(ctx, s.Mode, c.outer) {
		options = append(options[:len(options):len(options)], trace.WithNewRoot(), trace.WithLinks(trace.LinkFromContext(ctx)))
	}
	if c.outer != nil && c.outer.envelope != nil {
		options = append(options[:len(options):len(options)], trace.WithAttributes(semconv.MessagingMessageID(c.outer.envelope.ID)))
	}
	if s.Mode == runtime.Queued {
		c.outer = nil // nothing waits for this call
	}
	c.Context, c.span = o.tracer.Start(ctx, d.processName, options...)
	return c
}

func (o *observer) receiveDone(ctx context.Context, s runtime.SendInfo, _ runtime.ReceiverInfo, err error) {
	c := o.done(ctx, s.Signal)
	if c == nil {
		return
	}
	if isStop(err) {
		err = nil
	}
	o.meters.processed(ctx, c, err)
	c.end(err)
}

func (o *observer) dropped(s runtime.AnySignal, r runtime.ReceiverInfo) {
	if d := o.destination(s); d != nil {
		o.meters.drop(d.subscription(runtime.Queued, r))
	}
}

// isLinked reports whether the call of a receiver begins a new trace, with a link to
// the span in ctx. sent is the send that it hears, or nil if that was not observed.
func (o *observer) isLinked(ctx context.Context, mode runtime.SendMode, sent *call) bool {
	origin := trace.SpanContextFromContext(ctx)
	switch {
	case sent == nil:
		return false
	case sent.envelope != nil:
		return origin.IsRemote() && !o.child
	case mode != runtime.Queued || !origin.Equal(sent.span.SpanContext()):
		return false // within the send, or within a span of middleware
	default:
		return origin.IsSampled() && !sent.isOpen() // it is not known when a span ends that is not sampled
	}
}
