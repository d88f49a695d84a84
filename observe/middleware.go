package observe

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// Timeout returns middleware that calls the receiver with a ctx that is done after d,
// or earlier if the sender's is. A receiver that ignores its ctx keeps running, and the
// send waits for it. Timeout panics if d is not positive.
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

// Retry returns middleware that calls a receiver up to attempts times, until it returns
// no error. It returns the result of the last call. Before the second call it waits for
// backoff, and then twice as long each time. Each wait is shortened at random, by up to
// a half, so that receivers that have failed together are not called again together.
//
// Retry stops after [runtime.ErrStop], after a panic, and once ctx is done. The ctx of
// an async receiver is never done, and its queue waits while Retry does. Observers are
// notified of each call. Retry panics if attempts is below 1, or if backoff is
// negative.
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

// doubled returns twice d, or d if that would overflow.
func doubled(d time.Duration) time.Duration {
	if d > 1<<62 {
		return d
	}
	return 2 * d
}

// pause waits for d. It returns false once ctx is done.
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

// Limit returns middleware that allows n calls at a time, over all receivers that it
// wraps. Other calls wait. If ctx is done first, the receiver is not called, and the
// call returns ctx.Err(). If a wrapped receiver sends to another wrapped receiver, they
// may deadlock, as with a lock. Limit panics if n is below 1.
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
