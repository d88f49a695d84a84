package bridge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
)

// A DeliveryError says which delivery failed, and why.
type DeliveryError struct {
	Signal   string // the signal's stable name
	Group    string
	Envelope *Envelope
	Attempt  int   // how often the transport has handed it over; 0 if it does not know
	Dead     bool  // it becomes a dead letter; else it is handed over again, as far as is known
	Err      error // the receivers' errors, joined, or why there was no call
}

// Error names the signal, the group and the envelope before the reason.
func (e *DeliveryError) Error() string {
	return fmt.Sprintf("signal %s for %s, id %s of %s: %v", e.Signal, e.Group, e.Envelope.ID, e.Envelope.Source, e.Err)
}

// Unwrap returns the reason.
func (e *DeliveryError) Unwrap() error { return e.Err }

// forTransport returns the error with which a delivery that has begun is settled.
func forTransport(err *DeliveryError) error {
	if errors.Is(err, ErrClosed) {
		return begun{err}
	}
	return err
}

// begun is the error of a delivery for transports. It is never [ErrClosed], whatever the
// receivers have returned, because that says that the delivery has not begun.
type begun struct{ failed *DeliveryError }

func (b begun) Error() string        { return b.failed.Error() }
func (b begun) Is(target error) bool { return target != ErrClosed && errors.Is(b.failed, target) }
func (b begun) As(target any) bool   { return errors.As(b.failed, target) }

// report tells the error handler. A panic of that is logged, with what it was told.
func (b *Bridge) report(ctx context.Context, err *DeliveryError) {
	defer func() {
		if value := recover(); value != nil {
			slog.Default().ErrorContext(ctx, "error handler of a bridge panicked", "panic", value, "stack", string(debug.Stack()))
			logError(ctx, err)
		}
	}()
	b.handle(ctx, err)
}

// logError is the default error handler.
func logError(ctx context.Context, err *DeliveryError) {
	level := slog.LevelWarn
	if err.Dead {
		level = slog.LevelError
	}
	slog.Default().Log(ctx, level, "bridged signal failed",
		"signal", err.Signal, "group", err.Group, "id", err.Envelope.ID, "source", err.Envelope.Source,
		"attempt", err.Attempt, "dead", err.Dead, "error", err.Err)
}
