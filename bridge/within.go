package bridge

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// ErrOverdue is the error of a delivery whose receivers took longer than [Within]
// allows.
var ErrOverdue = errors.New("receivers took too long")

// grace is how long receivers have to return after their ctx is done.
const grace = time.Second

// call calls the receivers once, within the limit.
func (s *Subscription) call(ctx context.Context, args, sender any) error {
	if s.within == 0 {
		return runtime.Deliver(ctx, s.signal, args, sender)
	}
	overdue := elsewhere{fmt.Errorf("%w: %v is over", ErrOverdue, s.within)}
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
	patience := time.NewTimer(s.within + grace)
	defer patience.Stop()
	select {
	case err := <-returned:
		if err != nil && errors.Is(context.Cause(ctx), ErrOverdue) {
			return errors.Join(overdue, err)
		}
		return err
	case <-patience.C:
		return elsewhere{fmt.Errorf("%w: they have not returned %v after their ctx was done, and are left behind", overdue.err, grace)}
	}
}
