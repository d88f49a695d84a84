package bridge

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

var errTimeout = fmt.Errorf("time to publish is over: %w", context.DeadlineExceeded)

// A limiter limits how long sends wait for the transport.
type limiter struct {
	limit   time.Duration // 0 for none
	current atomic.Pointer[term]
}

// A term is a ctx with a deadline that the sends share that begin before until.
type term struct {
	context.Context
	cancel context.CancelFunc // never called: the ctx ends at its deadline
	until  time.Time
}

// begin returns ctx with the limit as its deadline. If ctx is never done, the deadline is
// up to an eighth later and is shared with the sends that begin at about the same time: a
// timer and a cancelable ctx for each send would cost more than writing it to a socket.
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

// limited is a ctx with the values of one ctx and the deadline of another.
type limited struct {
	context.Context
	end context.Context
}

func (l *limited) Deadline() (time.Time, bool) { return l.end.Deadline() }
func (l *limited) Done() <-chan struct{}       { return l.end.Done() }
func (l *limited) Err() error                  { return l.end.Err() }

// Value asks end first: package context looks up by a value which ctx it can add children
// to.
func (l *limited) Value(key any) any {
	if value := l.end.Value(key); value != nil {
		return value
	}
	return l.Context.Value(key)
}
