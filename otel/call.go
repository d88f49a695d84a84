package otel

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/runtime"
)

// A call is a send, or the call of a receiver, that is under way. It is the ctx of what it
// calls: that with its span, and with the call itself under the observer.
type call struct {
	context.Context

	observer *observer
	signal   runtime.AnySignal
	to       *destination
	by       *subscription // nil for a send
	span     trace.Span
	around   trace.Span       // the one that it has begun in
	start    time.Time        // zero if nobody wants to know how long it takes
	envelope *bridge.Envelope // of a send that is the delivery of one, and has no span; nil for others
	outer    *call            // the one that waits for this one; nil for none

	mu       sync.Mutex // guards recorded
	recorded []error    // what has failed within the call, and is an event of a span there
}

// Value returns the call to its observer, and else what the ctx with the span has.
func (c *call) Value(key any) any {
	if key == c.observer {
		return c
	}
	return c.Context.Value(key)
}

// callOf returns the call of the observer that ctx is of, or nil.
func (o *observer) callOf(ctx context.Context) *call {
	if ctx == nil {
		return nil
	}
	c, _ := ctx.Value(o).(*call)
	return c
}

// done returns the call of the signal that is done; nil if it is not observed, and ctx is
// of another one around it, or of none.
func (o *observer) done(ctx context.Context, s runtime.AnySignal) *call {
	if c := o.callOf(ctx); c != nil && c.signal == s {
		return c
	}
	return nil
}

// isOpen reports whether the span of the call, or the one that it has begun in, is open.
func (c *call) isOpen() bool { return c.span.IsRecording() || c.around.IsRecording() }

// end ends the span of a call that has returned err.
func (c *call) end(err error) {
	if err != nil && c.span.IsRecording() {
		c.fail(err)
	}
	c.span.End()
}
