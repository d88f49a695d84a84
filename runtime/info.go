package runtime

import (
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
)

// ReceiverInfo describes a receiver.
type ReceiverInfo struct {
	Name     string // by the option Name; else the func's own, such as "example.com/shop/mail.(*Mailer).Confirm"
	File     string // where the receiver was declared; for a method value, where it was connected
	Line     int
	Priority int
	ID       string
}

// methodValue ends the name of the func that the compiler makes for a method
// value. Such a func has no place in the source.
const methodValue = "-fm"

// entryOf returns where the code of fn, a func, begins; 0 if fn is nil.
func entryOf(fn any) uintptr {
	return reflect.ValueOf(fn).Pointer()
}

// describe returns the name and place of the func whose code begins at pc.
func describe(pc uintptr) ReceiverInfo {
	frame := frameOf(pc)
	return ReceiverInfo{Name: strings.TrimSuffix(frame.Function, methodValue), File: frame.File, Line: frame.Line}
}

// A site is a place in the source.
type site struct {
	file string
	line int
}

// siteOf returns the call that connects the func at pc, or nil if the func has
// a place of its own. Walking the stack costs more than all the rest of Connect.
func siteOf(pc uintptr) *site {
	if fn := runtime.FuncForPC(pc); fn == nil || !strings.HasSuffix(fn.Name(), methodValue) {
		return nil
	}
	var stack [8]uintptr
	frames := runtime.CallersFrames(stack[:runtime.Callers(1, stack[:])])
	for {
		frame, more := frames.Next()
		if !more || !isOurs(frame) {
			return &site{frame.File, frame.Line}
		}
	}
}

// isOurs reports whether frame is in this package or in a generated file.
func isOurs(frame runtime.Frame) bool {
	return strings.HasPrefix(frame.Function, "github.com/signalgen/signalgen/runtime.") &&
		!strings.HasSuffix(frame.File, "_test.go") ||
		isGenerated(filepath.Base(frame.File))
}

// isGenerated reports whether signalgen gives an output such a name.
func isGenerated(name string) bool {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".go"), "_test")
	return strings.HasPrefix(name, "signals_") && strings.HasSuffix(strings.TrimSuffix(name, "_external"), "gen")
}

// frameOf returns the name and place of the func whose code begins at pc. It is
// not runtime.FuncForPC, which names an inlined call if the code begins with one.
func frameOf(pc uintptr) (frame runtime.Frame) {
	frames := runtime.CallersFrames([]uintptr{pc + 1}) // a return address is one behind its call
	for more := true; more; {
		frame, more = frames.Next()
	}
	return frame
}
