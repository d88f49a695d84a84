package observe

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// Slog returns an observer that logs
//
//   - at level Error the errors of receivers, and their panics with the stack,
//   - at level Warn what queues drop, and receivers that take longer than a second,
//     or than [Slow] says, with their file and line,
//   - at level Debug each send and each call when it is done, with its duration, and
//     each connect and disconnect.
//
// Each record has the attribute "signal" with the name of the signal, and the group
// "receiver". Nothing is formatted or timed for a level at which the logger is not
// enabled. Levels may change while the program runs.
//
// The error of an async receiver also goes to the [runtime.ErrorHandler], which logs it
// by default. Slog panics if logger is nil.
func Slog(logger *slog.Logger, opts ...SlogOption) *runtime.Observer {
	if logger == nil {
		panic("observe: Slog has a nil logger")
	}
	l := &slogger{logger: logger, slow: time.Second}
	for _, opt := range opts {
		opt(l)
	}
	return &runtime.Observer{
		SendStart:    l.sendStart,
		SendDone:     l.sendDone,
		ReceiveStart: l.receiveStart,
		ReceiveDone:  l.receiveDone,
		Connected: func(s runtime.AnySignal, r runtime.ReceiverInfo) {
			l.note(slog.LevelDebug, "signal receiver connected", s, r)
		},
		Disconnected: func(s runtime.AnySignal, r runtime.ReceiverInfo) {
			l.note(slog.LevelDebug, "signal receiver disconnected", s, r)
		},
		Dropped: func(s runtime.AnySignal, r runtime.ReceiverInfo) { l.note(slog.LevelWarn, "signal dropped", s, r) },
	}
}

// A SlogOption is an option of [Slog].
type SlogOption func(*slogger)

// Slow sets the duration from which receivers are logged as slow. The default is a
// second. With 0, none are. Slow panics if d is negative.
func Slow(d time.Duration) SlogOption {
	if d < 0 {
		panic(fmt.Sprintf("observe: Slow has %v; wanted 0 or more", d))
	}
	return func(l *slogger) { l.slow = d }
}

// A slogger logs what its observer is notified of.
type slogger struct {
	logger *slog.Logger
	slow   time.Duration // 0 for never
}

// Keys of the times at which a send or a call began.
type (
	sendOf struct{ *slogger }
	callOf struct{ *slogger }
)

// begun returns a ctx with the time at which the send or call begins, if that is
// wanted.
func begun(ctx context.Context, key any, wanted bool) context.Context {
	if !wanted {
		return ctx
	}
	return context.WithValue(orBackground(ctx), key, time.Now())
}

// since returns the time since the send or call began. It returns false if that was not
// wanted.
func since(ctx context.Context, key any) (took time.Duration, timed bool) {
	at, timed := orBackground(ctx).Value(key).(time.Time)
	if timed {
		took = time.Since(at)
	}
	return took, timed
}

func (l *slogger) sendStart(ctx context.Context, _ runtime.SendInfo) context.Context {
	return begun(ctx, sendOf{l}, l.enabled(ctx, slog.LevelDebug))
}

func (l *slogger) receiveStart(ctx context.Context, _ runtime.SendInfo, _ runtime.ReceiverInfo) context.Context {
	return begun(ctx, callOf{l}, l.slow > 0 && l.enabled(ctx, slog.LevelWarn) || l.enabled(ctx, slog.LevelDebug))
}

// sendDone logs a send, and the errors that its sender gets. It is not told of the
// errors of Each, nor of a panic.
func (l *slogger) sendDone(ctx context.Context, s runtime.SendInfo, err error) {
	if err != nil && err != runtime.ErrUnwound {
		for _, failed := range receiverErrors(err) {
			l.failed(ctx, s, failed.Receiver, failed.Err)
		}
	}
	if took, timed := since(ctx, sendOf{l}); timed && l.enabled(ctx, slog.LevelDebug) {
		l.logger.LogAttrs(orBackground(ctx), slog.LevelDebug, "signal sent", signalOf(s.Signal), modeOf(s), slog.Duration("took", took))
	}
}

// receiveDone logs a call, and its error if sendDone does not get it.
func (l *slogger) receiveDone(ctx context.Context, s runtime.SendInfo, r runtime.ReceiverInfo, err error) {
	if err != nil && !reachesSendDone(s.Mode, err) {
		l.failed(ctx, s, r, err)
	}
	took, timed := since(ctx, callOf{l})
	if !timed {
		return
	}
	level, message := slog.LevelDebug, "signal received"
	if l.slow > 0 && took > l.slow {
		level, message = slog.LevelWarn, "signal receiver is slow"
	}
	if l.enabled(ctx, level) {
		l.logger.LogAttrs(orBackground(ctx), level, message, signalOf(s.Signal), modeOf(s), receiverOf(r), slog.Duration("took", took))
	}
}

// reachesSendDone reports whether sendDone gets the error of a call.
func reachesSendDone(mode runtime.SendMode, err error) bool {
	switch mode {
	case runtime.Queued, runtime.Lazy:
		return false
	case runtime.Robust:
		return err != runtime.ErrGoexit // it ends the sender's goroutine
	default:
		return err != runtime.ErrUnwound
	}
}

// receiverErrors returns the errors that a sender gets, one for each receiver.
func receiverErrors(err error) []*runtime.ReceiverError {
	switch err := err.(type) {
	case *runtime.ReceiverError:
		return []*runtime.ReceiverError{err}
	case interface{ Unwrap() []error }:
		var all []*runtime.ReceiverError
		for _, one := range err.Unwrap() {
			all = append(all, receiverErrors(one)...)
		}
		return all
	default:
		return []*runtime.ReceiverError{{Err: err}}
	}
}

// isStop reports whether an error merely ends the send.
func isStop(err error) bool {
	_, panicked := err.(*runtime.PanicError)
	return !panicked && errors.Is(err, runtime.ErrStop)
}

// failed logs an error of a receiver, or of a send that reached none.
func (l *slogger) failed(ctx context.Context, s runtime.SendInfo, r runtime.ReceiverInfo, err error) {
	if !l.enabled(ctx, slog.LevelError) || isStop(err) {
		return
	}
	attrs, message := []slog.Attr{signalOf(s.Signal), modeOf(s)}, "signal failed"
	if r != (runtime.ReceiverInfo{}) {
		attrs, message = append(attrs, receiverOf(r)), "signal receiver failed"
	}
	attrs = append(attrs, slog.Any("error", err))
	if f := failureOf(err); f.Panic {
		message = "signal receiver panicked"
		attrs = append(attrs, slog.String("stack", f.Stack))
	}
	l.logger.LogAttrs(orBackground(ctx), slog.LevelError, message, attrs...)
}

// note logs something that happened to a receiver.
func (l *slogger) note(level slog.Level, message string, s runtime.AnySignal, r runtime.ReceiverInfo) {
	if ctx := context.Background(); l.enabled(ctx, level) {
		l.logger.LogAttrs(ctx, level, message, signalOf(s), receiverOf(r))
	}
}

func (l *slogger) enabled(ctx context.Context, level slog.Level) bool {
	return l.logger.Enabled(orBackground(ctx), level)
}

func signalOf(s runtime.AnySignal) slog.Attr      { return slog.String("signal", s.Name()) }
func modeOf(s runtime.SendInfo) slog.Attr         { return slog.String("mode", s.Mode.String()) }
func receiverOf(r runtime.ReceiverInfo) slog.Attr { return slog.Any("receiver", r) }
