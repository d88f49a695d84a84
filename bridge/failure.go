package bridge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
)

// A DeliveryError is the error of a failed delivery.
type DeliveryError struct {
	Signal   string // the signal's stable name
	Group    string
	Envelope *Envelope
	Attempt  int   // the number of this delivery, from 1; 0 if the transport does not know
	Dead     bool  // the envelope becomes a dead letter; otherwise it is redelivered, as far as is known
	Err      error // the receivers' errors, joined, or why they were not called
}

// Error returns the signal, the group and the envelope, followed by Err.
func (e *DeliveryError) Error() string {
	return fmt.Sprintf("signal %s for %s, id %s of %s: %v", e.Signal, e.Group, e.Envelope.ID, e.Envelope.Source, e.Err)
}

// Unwrap returns Err.
func (e *DeliveryError) Unwrap() error { return e.Err }

// forTransport returns the error with which a delivery that has begun is settled.
func forTransport(err error) error {
	if errors.Is(err, ErrClosed) {
		return begun{err}
	}
	return err
}

// begun is the error for the transport of a delivery that has begun. It is not [ErrClosed]
// even if a receiver has returned that, because ErrClosed says that the delivery has not
// begun.
type begun struct{ err error }

func (b begun) Error() string        { return b.err.Error() }
func (b begun) Is(target error) bool { return target != ErrClosed && errors.Is(b.err, target) }
func (b begun) As(target any) bool   { return errors.As(b.err, target) }

// report calls the error handler. If it panics, the panic and err are logged.
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

// Poison returns an error that wraps err and says that retrying is pointless, for example
// because the data are invalid. The envelope becomes a dead letter at once. Poison returns
// nil if err is nil.
func Poison(err error) error {
	if err == nil {
		return nil
	}
	return &poison{err}
}

// IsPoison reports whether an error in err's tree was made by [Poison].
func IsPoison(err error) bool {
	var p *poison
	return errors.As(err, &p)
}

type poison struct{ err error }

func (p *poison) Error() string { return p.err.Error() }
func (p *poison) Unwrap() error { return p.err }
