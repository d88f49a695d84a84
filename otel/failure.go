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

// fail marks the span as failed with err, and records what of err has not been recorded
// within the call.
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

// exception returns the attributes of the event for an error.
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

// mostRecorded limits what a call remembers: one that sends for as long as the program
// runs must not keep every error.
const mostRecorded = 128

// note remembers an error that was recorded within the call.
func (c *call) note(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.recorded) == mostRecorded {
		c.recorded = slices.Delete(c.recorded, 0, 1)
	}
	c.recorded = append(c.recorded, err)
}

// covers reports whether err, or everything that it wraps, was recorded within the
// call.
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

// The following funcs call methods of errors. Some of these may panic, for example on a
// nil pointer in a non-nil error. That must not become a panic of the sender.

// same reports whether two errors are the same. If they cannot be compared, they are
// the same if their types and texts are.
func same(a, b error) (equal bool) {
	defer func() {
		if recover() != nil {
			equal = text(a) == text(b)
		}
	}()
	return a == b
}

// text returns the text of an error.
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

// parts returns the errors joined in err, or err itself.
func parts(err error) []error {
	if _, joined := err.(interface{ Unwrap() []error }); joined {
		if all := unwrap(err); len(all) > 0 {
			return all
		}
	}
	return []error{err}
}

// errorType returns the attribute for the kind of an error. For an error about a
// receiver, it is the kind of what the receiver returned.
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

// isStop reports whether a receiver's error merely ends the send, as in the runtime.
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
