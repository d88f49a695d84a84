package bridge

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// retry says how often and when to try what fails.
type retry struct {
	attempts    int
	first, most time.Duration
}

// do calls call until it returns nil or an error that another try does not help, has
// been called often enough, or wait returns false. It returns the last error.
func (r retry) do(wait func(delay time.Duration) bool, call func() error) error {
	for n := 1; ; n++ {
		err := call()
		if err == nil || IsPoison(err) || isElsewhere(err) || n >= r.attempts || !wait(r.delay(n)) {
			return err
		}
	}
}

// elsewhere is an error that another try in this process does not help, although one
// in another process may.
type elsewhere struct{ err error }

func (e elsewhere) Error() string { return e.err.Error() }
func (e elsewhere) Unwrap() error { return e.err }

func isElsewhere(err error) bool {
	var e elsewhere
	return errors.As(err, &e)
}

// delay returns how long to wait after the n-th failure, from 1: between half and
// all of what doubles each time, so that what failed together is not tried together.
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

// sleep waits. It returns false when ctx is done first.
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
