package peers

import (
	"context"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// The names of the baselines that isolate panics.
const (
	RecoverEach = "slice, a recover for each"
	RecoverOnce = "slice, one recover"
)

// recoverEach is how a send usually isolates panics.
func recoverEach() Peer {
	return Peer{
		Name: RecoverEach,
		Robust: func(n int) Loop {
			all, ctx := some(n, Add), context.Background()
			return func(n int) {
				for range n {
					_ = sendAll(ctx, all, receivers.Data)
				}
			}
		},
	}
}

//go:noinline
func sendAll(ctx context.Context, all []receiver, data signals.Payload) error {
	var errs []error
	for _, r := range all {
		if err := protected(ctx, r, data); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// protected calls one receiver.
func protected(ctx context.Context, r receiver, data signals.Payload) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v", value)
		}
	}()
	return r(ctx, data)
}

// recoverOnce only protects the sender: receivers after the one that panics hear
// nothing. It is the least that a recover costs.
func recoverOnce() Peer {
	return Peer{
		Name: RecoverOnce,
		Robust: func(n int) Loop {
			all, ctx := some(n, Add), context.Background()
			return func(n int) {
				for range n {
					_ = sendProtected(ctx, all, receivers.Data)
				}
			}
		},
	}
}

//go:noinline
func sendProtected(ctx context.Context, all []receiver, data signals.Payload) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v", value)
		}
	}()
	for _, r := range all {
		if err := r(ctx, data); err != nil {
			return err
		}
	}
	return nil
}
