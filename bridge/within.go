package bridge

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// ErrOverdue is the error of a delivery whose receivers took longer than [Within] allows.
var ErrOverdue = errors.New("receivers took too long")

// grace is how long receivers have to return after their ctx is done.
const grace = time.Second

// call calls the receivers once, for at most the limit of [Within] and grace.
func (s *Subscription) call(ctx context.Context, args, sender any) error {
	if s.within == 0 {
		return runtime.Deliver(ctx, s.signal, args, sender)
	}
	overdue := retryElsewhere{fmt.Errorf("%w: the limit is %v", ErrOverdue, s.within)}
	ctx, cancel := context.WithTimeoutCause(ctx, s.within, overdue)
	defer cancel()
	returned := make(chan error, 1)
	go func() {
		err := runtime.ErrGoexit // unless this returns or panics
		defer func() {
			if value := recover(); value != nil {
				err = Poison(&runtime.PanicError{Value: value, Stack: debug.Stack()})
			}
			returned <- err
		}()
		err = runtime.Deliver(ctx, s.signal, args, sender)
	}()
	timer := time.NewTimer(s.within + grace)
	defer timer.Stop()
	select {
	case err := <-returned:
		if err != nil && errors.Is(context.Cause(ctx), ErrOverdue) {
			return errors.Join(overdue, err)
		}
		return err
	case <-timer.C:
		return retryElsewhere{fmt.Errorf("%w, and they are still running %v later", overdue.err, grace)}
	}
}
