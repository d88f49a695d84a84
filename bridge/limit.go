package bridge

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

var errTimeout = fmt.Errorf("time to publish is over: %w", context.DeadlineExceeded)

// limiter limits how long publishes take.
type limiter struct {
	limit   time.Duration // 0 for none
	current atomic.Pointer[term]
}

// A term is the ctx of the publishes that begin before until.
type term struct {
	context.Context
	cancel context.CancelFunc // nobody needs to call it: the ctx ends by itself
	until  time.Time
}

// begin returns ctx with the limit. A ctx that is never done gets an end that it shares
// with others that begin at about the same time, up to an eighth later: a timer and a
// ctx for each send would cost more than writing it to a socket.
func (l *limiter) begin(ctx context.Context, now time.Time) (context.Context, context.CancelFunc) {
	switch {
	case l.limit <= 0:
		return ctx, func() {}
	case ctx.Done() != nil:
		return context.WithTimeoutCause(ctx, l.limit, errTimeout)
	}
	last := l.current.Load()
	if last == nil || !now.Before(last.until) {
		slack := l.limit / 8
		last = &term{until: now.Add(slack)}
		last.Context, last.cancel = context.WithTimeoutCause(context.Background(), l.limit+slack, errTimeout)
		l.current.Store(last)
	}
	return &limited{ctx, last}, func() {}
}

// limited is a ctx with the values of one and the end of another.
type limited struct {
	context.Context
	end context.Context
}

func (l *limited) Deadline() (time.Time, bool) { return l.end.Deadline() }
func (l *limited) Done() <-chan struct{}       { return l.end.Done() }
func (l *limited) Err() error                  { return l.end.Err() }

// Value looks at the end first: by a value, package context knows where it can tie
// others to.
func (l *limited) Value(key any) any {
	if value := l.end.Value(key); value != nil {
		return value
	}
	return l.Context.Value(key)
}
