package bridge

import (
	"context"
	"errors"
	"sync"
	"time"
)

var errTimeout = errors.New("time to publish is over")

// limiter limits how long publishes take.
type limiter struct {
	limit time.Duration // 0 for none

	mu     sync.Mutex // guards what follows
	shared context.Context
	cancel context.CancelFunc // of shared, which nobody needs to call: it ends by itself
	until  time.Time          // what begins before may use shared
}

// begin returns ctx with the limit. A ctx that is never done gets one that it shares
// with others which begin at about the same time, and may be given an eighth more:
// a timer and a ctx for each send would take longer than to write it to a socket.
func (l *limiter) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	switch {
	case l.limit <= 0:
		return ctx, func() {}
	case ctx.Done() != nil:
		return context.WithTimeoutCause(ctx, l.limit, errTimeout)
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !now.Before(l.until) {
		slack := l.limit / 8
		l.until = now.Add(slack)
		l.shared, l.cancel = context.WithTimeoutCause(context.Background(), l.limit+slack, errTimeout)
	}
	return &limited{ctx, l.shared}, func() {}
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
