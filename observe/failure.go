package observe

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// A Failure is an error or a panic of a receiver.
type Failure struct {
	Time  time.Time `json:"time"`
	Error string    `json:"error"`           // cut at 1,000 bytes
	Panic bool      `json:"panic,omitempty"` // true for a runtime.Goexit too
	Stack string    `json:"stack,omitempty"` // the stack of a panic, cut at 10,000 bytes
}

// failureOf describes an error that an observer gets. It must be called in the
// observer's func: ErrUnwound takes the stack of the panic from there.
func failureOf(err error) *Failure {
	f := &Failure{Time: time.Now(), Error: cut(fmt.Sprint(err), 1000)}
	var panicked *runtime.PanicError
	switch {
	case err == runtime.ErrUnwound:
		f.Panic, f.Stack = true, cut(string(debug.Stack()), 10_000)
	case err == runtime.ErrGoexit:
		f.Panic = true
	default:
		if panicked, f.Panic = err.(*runtime.PanicError); f.Panic {
			f.Stack = cut(string(panicked.Stack), 10_000)
		}
	}
	return f
}

// cut shortens a text to at most most bytes, and marks the end.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// failures are the last few failures of a receiver.
type failures struct {
	n    atomic.Uint64
	last [5]atomic.Pointer[Failure]
}

func (f *failures) add(failure *Failure) {
	f.last[(f.n.Add(1)-1)%uint64(len(f.last))].Store(failure)
}

// list returns the failures, the newest first.
func (f *failures) list() (list []Failure) {
	for i := range f.last {
		if failure := f.last[i].Load(); failure != nil {
			list = append(list, *failure)
		}
	}
	slices.SortStableFunc(list, func(a, b Failure) int { return b.Time.Compare(a.Time) })
	return list
}
