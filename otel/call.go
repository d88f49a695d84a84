package otel

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/runtime"
)

// A call is a send, or the call of a receiver, that is under way. It is also the ctx of
// what it calls: a ctx with its span, in which the observer finds the call itself.
type call struct {
	context.Context

	observer *observer
	signal   runtime.AnySignal
	to       *destination
	by       *subscription // nil for a send
	span     trace.Span
	around   trace.Span       // the span in which it began
	start    time.Time        // zero if the duration is not needed
	envelope *bridge.Envelope // set for a send that delivers an envelope, which has no span; nil for others
	outer    *call            // the call that waits for this one; nil for none

	mu       sync.Mutex // guards recorded
	recorded []error    // errors within the call that are events of a span there
}

// Value returns the call for its observer, and otherwise the value of the ctx with the
// span.
func (c *call) Value(key any) any {
	if key == c.observer {
		return c
	}
	return c.Context.Value(key)
}

// callOf returns the observer's call in ctx, or nil.
func (o *observer) callOf(ctx context.Context) *call {
	if ctx == nil {
		return nil
	}
	c, _ := ctx.Value(o).(*call)
	return c
}

// done returns the call that ends. It returns nil if that is not observed, in which
// case ctx has the call around it or none.
func (o *observer) done(ctx context.Context, s runtime.AnySignal) *call {
	if c := o.callOf(ctx); c != nil && c.signal == s {
		return c
	}
	return nil
}

// isOpen reports whether the span of the call is open, or the one in which it began.
func (c *call) isOpen() bool { return c.span.IsRecording() || c.around.IsRecording() }

// end ends the span of a call that has returned err.
func (c *call) end(err error) {
	if err != nil && c.span.IsRecording() {
		c.fail(err)
	}
	c.span.End()
}
