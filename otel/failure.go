package otel

import (
	"errors"
	"runtime/debug"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/runtime"
)

// fail says of the span that err has ended its call, and records what of err has not been
// recorded within the call.
func (c *call) fail(err error) {
	c.span.SetStatus(codes.Error, text(err))
	c.span.SetAttributes(errorType(err))
	for _, part := range parts(err) {
		if c.covers(part) {
			continue
		}
		c.span.AddEvent(semconv.ExceptionEventName, trace.WithAttributes(exception(part)...))
		for outer := c.outer; outer != nil; outer = outer.outer {
			outer.note(part)
		}
	}
}

// exception describes an error as an event does.
func exception(err error) []attribute.KeyValue {
	all := []attribute.KeyValue{
		semconv.ExceptionType(errorType(err).Value.AsString()),
		semconv.ExceptionMessage(text(err)),
	}
	if panicked, ok := err.(*runtime.PanicError); ok {
		all = append(all, semconv.ExceptionStacktrace(string(panicked.Stack)))
	} else if err == runtime.ErrUnwound {
		all = append(all, semconv.ExceptionStacktrace(string(debug.Stack())))
	}
	return all
}

// mostRecorded limits what a call remembers: one that sends as long as the program runs
// must not keep every error there ever was.
const mostRecorded = 128

// note remembers an error that has been recorded within the call.
func (c *call) note(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.recorded) == mostRecorded {
		c.recorded = slices.Delete(c.recorded, 0, 1)
	}
	c.recorded = append(c.recorded, err)
}

// covers reports whether err, or all that it wraps, has been recorded within the call.
func (c *call) covers(err error) bool {
	if c.has(err) {
		return true
	}
	wrapped := unwrap(err)
	return len(wrapped) > 0 && !slices.ContainsFunc(wrapped, func(err error) bool { return !c.covers(err) })
}

func (c *call) has(err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.recorded, func(recorded error) bool { return same(err, recorded) })
}

// What follows asks errors for what their own methods say, which panic for some: a nil
// pointer that is no nil error, for one. That must not become a panic of the sender.

// same reports whether two errors are one. Of those that cannot be compared, two of one
// type that say the same are.
func same(a, b error) (equal bool) {
	defer func() {
		if recover() != nil {
			equal = text(a) == text(b)
		}
	}()
	return a == b
}

// text returns what an error says.
func text(err error) (message string) {
	defer func() {
		if recover() != nil {
			message = "an error whose method Error panics"
		}
	}()
	return err.Error()
}

// unwrap returns what an error wraps.
func unwrap(err error) (wrapped []error) {
	defer func() { _ = recover() }()
	switch err := err.(type) {
	case interface{ Unwrap() []error }:
		wrapped = err.Unwrap()
	case interface{ Unwrap() error }:
		wrapped = []error{err.Unwrap()}
	}
	return slices.DeleteFunc(slices.Clone(wrapped), func(err error) bool { return err == nil })
}

// parts returns the errors that are joined to err, or err alone.
func parts(err error) []error {
	if _, joined := err.(interface{ Unwrap() []error }); joined {
		if all := unwrap(err); len(all) > 0 {
			return all
		}
	}
	return []error{err}
}

// errorType returns the attribute for the kind of an error: that of what the receiver has
// returned, where err is about a receiver.
func errorType(err error) (kind attribute.KeyValue) {
	defer func() {
		if recover() != nil {
			kind = semconv.ErrorTypeOther
		}
	}()
	if all := parts(err); len(all) == 1 {
		err = all[0]
	}
	if failed, ok := err.(*runtime.ReceiverError); ok {
		err = failed.Err
	}
	return semconv.ErrorType(err)
}

// isStop reports whether a receiver's error only ends the send, as the runtime does.
func isStop(err error) (stop bool) {
	defer func() {
		if recover() != nil {
			stop = false
		}
	}()
	if _, panicked := err.(*runtime.PanicError); panicked {
		return false
	}
	return errors.Is(err, runtime.ErrStop)
}
