package observe

import (
	"context"
	"sync/atomic"
	"time"
)

// A span is an observed send that is under way, or an observed call. It is the ctx that
// receivers get, so the end of the send or call finds it there.
type span struct {
	context.Context
	of       *pace
	began    time.Duration
	flight   *atomic.Int64
	weight   uint64    // how many sends or calls it counts for
	receiver *receiver // the receiver of a call
}

// begin returns a span that begins now, by the clock of the meter.
func begin(ctx context.Context, of *pace, now time.Duration, f *flights) *span {
	return &span{Context: orBackground(ctx), of: of, began: now, flight: f.begin(now)}
}

// Value returns the span for the key that it belongs to, and otherwise the value of the
// sender's ctx.
func (s *span) Value(key any) any {
	if key == s.of {
		return s
	}
	return s.Context.Value(key)
}

// spanOf returns the span that ctx is or is derived from, or nil.
func spanOf(ctx context.Context, of *pace) *span {
	s, ok := ctx.(*span)
	if !ok || s.of != of {
		s, _ = ctx.Value(of).(*span)
	}
	return s
}

// orBackground returns ctx, or context.Background if it is nil.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}
