package observe

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// Timeout returns middleware that has the ctx of a receiver done after d, unless the
// sender's is done before. A receiver that does not heed its ctx runs on, and is waited
// for. It panics unless d is above 0.
func Timeout(d time.Duration) runtime.Middleware {
	if d <= 0 {
		panic(fmt.Sprintf("observe: Timeout has %v; wanted more than 0", d))
	}
	return func(ctx context.Context, _ runtime.ReceiverInfo, call func(context.Context) error) error {
		ctx, cancel := context.WithTimeout(orBackground(ctx), d)
		defer cancel()
		return call(ctx)
	}
}

// Retry returns middleware that calls a receiver again that returns an error, up to
// attempts calls in all. Between the calls it waits, at first for backoff, and for twice
// as long each time; less up to a half, at random, so that those who have failed together
// do not come back together. What the last call returns is returned.
//
// It does not call again for [runtime.ErrStop], after a panic, and once ctx is done. That
// of an async receiver never is, and what is queued waits meanwhile. Observers are told of
// each call. It panics if attempts is below 1, or backoff is negative.
func Retry(attempts int, backoff time.Duration) runtime.Middleware {
	if attempts < 1 || backoff < 0 {
		panic(fmt.Sprintf("observe: Retry has %d attempts and the backoff %v; wanted 1 or more, and 0 or more", attempts, backoff))
	}
	return func(ctx context.Context, _ runtime.ReceiverInfo, call func(context.Context) error) error {
		wait := backoff
		for n := 1; ; n++ {
			err := call(ctx)
			if err == nil || n == attempts || errors.Is(err, runtime.ErrStop) || !pause(orBackground(ctx), jittered(wait)) {
				return err
			}
			wait = doubled(wait)
		}
	}
}

// jittered returns a random duration from half of d up to d.
func jittered(d time.Duration) time.Duration { return d - rand.N(d/2+1) }

// doubled returns twice d, or d where that is too much.
func doubled(d time.Duration) time.Duration {
	if d > 1<<62 {
		return d
	}
	return 2 * d
}

// pause waits. It returns false once ctx is done.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// Limit returns middleware that lets n calls run at a time, of all receivers that it is
// given to. Others wait for one to return, or until ctx is done, whose error they return
// then. A receiver that sends to one that waits for it waits for ever, as with any lock.
// It panics if n is below 1.
func Limit(n int) runtime.Middleware {
	if n < 1 {
		panic(fmt.Sprintf("observe: Limit has %d; wanted 1 or more", n))
	}
	running := make(chan struct{}, n)
	return func(ctx context.Context, _ runtime.ReceiverInfo, call func(context.Context) error) error {
		select {
		case running <- struct{}{}:
		default:
			select {
			case running <- struct{}{}:
			case <-orBackground(ctx).Done():
				return ctx.Err()
			}
		}
		defer func() { <-running }()
		return call(ctx)
	}
}
