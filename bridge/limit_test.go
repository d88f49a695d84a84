package bridge

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A ctx that is never done gets an end: not before the limit, and hardly after it.
func TestLimitOfACtxThatIsNeverDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		l := limiter{limit: 8 * time.Second}
		for _, pause := range []time.Duration{0, time.Second / 2, time.Second, 100 * time.Second} {
			time.Sleep(pause)
			begun := time.Now()
			ctx, cancel := l.begin(context.WithValue(context.Background(), key{}, "value"), begun)
			defer cancel()
			if ctx.Value(key{}) != "value" || ctx.Err() != nil {
				t.Errorf("after %v: value %v, error %v", pause, ctx.Value(key{}), ctx.Err())
			}
			if deadline, ok := ctx.Deadline(); !ok || deadline.Sub(begun) < l.limit || deadline.Sub(begun) > l.limit+l.limit/8 {
				t.Errorf("after %v: ends %v after it began, %v", pause, deadline.Sub(begun), ok)
			}
			if pause == 100*time.Second {
				child, stop := context.WithCancel(ctx)
				defer stop()
				<-child.Done()
				if !errors.Is(context.Cause(child), errTimeout) || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
					t.Errorf("cause %v, error %v", context.Cause(child), ctx.Err())
				}
			}
		}
	})
}

// Without a limit, ctx is what it was.
func TestNoLimit(t *testing.T) {
	var l limiter
	ctx, cancel := l.begin(context.Background(), time.Now())
	defer cancel()
	if ctx != context.Background() {
		t.Errorf("got %v", ctx)
	}
}
