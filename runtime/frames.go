package runtime

import (
	"iter"
	"runtime"
	"runtime/debug"
	"strings"
)

// callers returns an iterator over the frames of the goroutine, the innermost first.
func callers() iter.Seq[runtime.Frame] {
	pcs := make([]uintptr, 64)
	for n := runtime.Callers(2, pcs); n == len(pcs); n = runtime.Callers(2, pcs) {
		pcs = make([]uintptr, 2*len(pcs))
	}
	return func(yield func(runtime.Frame) bool) {
		frames := runtime.CallersFrames(pcs)
		for more := true; more; {
			var frame runtime.Frame
			if frame, more = frames.Next(); !yield(frame) {
				return
			}
		}
	}
}

// deferrer returns the name of the func that has deferred a func literal, from the
// name of that.
func deferrer(literal string) string {
	return literal[:max(strings.LastIndex(literal, ".func"), 0)]
}

// unwound returns the error of a call that did not return, for the func that is
// deferred behind it; value is what recover has returned there.
func unwound(value any) error {
	if value == nil && exiting() {
		return ErrGoexit
	}
	return &PanicError{Value: value, Stack: debug.Stack()}
}

// exiting reports whether the func that is deferred here runs because of a Goexit,
// and not of a panic.
func exiting() bool {
	for frame := range callers() {
		switch frame.Function {
		case "runtime.Goexit":
			return true
		case "runtime.gopanic":
			return false
		}
	}
	return false
}
