package bridge

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// A retry says how often and when to retry a delivery in this process.
type retry struct {
	attempts    int
	first, most time.Duration
}

// do calls call until it returns nil or an error that is not worth a retry, there have
// been enough attempts, or wait returns false. It returns the last error.
func (r retry) do(wait func(delay time.Duration) bool, call func() error) error {
	for n := 1; ; n++ {
		err := call()
		if err == nil || IsPoison(err) || errors.As(err, new(retryElsewhere)) || n >= r.attempts || !wait(r.delay(n)) {
			return err
		}
	}
}

// retryElsewhere is an error that a retry in this process does not help, but perhaps a
// redelivery to another one.
type retryElsewhere struct{ err error }

func (e retryElsewhere) Error() string { return e.err.Error() }
func (e retryElsewhere) Unwrap() error { return e.err }

// delay returns how long to wait after the n-th failure, counted from 1: first, doubled
// each time up to most, less a random part of up to half, so that deliveries that failed
// together are not retried together.
func (r retry) delay(n int) time.Duration {
	full := r.first
	for range n - 1 {
		if full > r.most/2 {
			full = r.most
			break
		}
		full *= 2
	}
	full = min(full, r.most)
	if full <= 1 {
		return max(full, 0)
	}
	return full/2 + rand.N(full/2+1)
}

// sleep waits for delay. It returns false if ctx is done first.
func sleep(ctx context.Context, delay time.Duration) bool {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
