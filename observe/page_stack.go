package observe

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A pageStack is a stack that some goroutines have, in the form of a trace.
type pageStack struct {
	Goroutines int    `json:"goroutines"`
	Text       string `json:"text"`

	sent bool // a send led there
}

// Limits for the stacks shown for a receiver.
const (
	mostStacks = 5
	mostFrames = 64
)

// stacks finds the goroutines in a receiver. It uses a profile of all goroutines until
// that is too old. Taking the profile stops them only for a moment.
type stacks struct {
	mu    sync.Mutex // guards what follows
	taken time.Time
	all   []goroutines
}

// goroutines are the goroutines that have the same stack.
type goroutines struct {
	n      int
	frames []stackFrame // the innermost first
}

// A stackFrame is a call, and where the called func begins.
type stackFrame struct {
	name, file, entryFile string
	line, entryLine       int
}

// sends reports whether the call is to package runtime or to a generated func that
// sends.
func (f stackFrame) sends() bool {
	return strings.HasPrefix(f.name, "github.com/signalgen/signalgen/runtime.") || strings.Contains(f.name, "Signal).Send") || strings.Contains(f.name, "Signal).send")
}

// of returns the stacks that pass through a receiver, those of most goroutines first.
// It finds a receiver by the name of its func, or by the place if it was connected
// under another name.
func (s *stacks) of(now time.Time, age time.Duration, name, file string, line int) (found []pageStack) {
	is := func(f stackFrame) bool {
		return f.name == name || line > 0 && f.entryLine == line && f.entryFile == file
	}
	for _, g := range s.profile(now, age) {
		if at := slices.IndexFunc(g.frames, is); at >= 0 {
			found = append(found, pageStack{g.n, g.text(), slices.ContainsFunc(g.frames[at:], stackFrame.sends)})
		}
	}
	slices.SortStableFunc(found, func(a, b pageStack) int { return cmp.Compare(b.Goroutines, a.Goroutines) })
	return found[:min(len(found), mostStacks)]
}

func (s *stacks) profile(now time.Time, age time.Duration) []goroutines {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil || now.Sub(s.taken) >= age {
		var text bytes.Buffer
		_ = pprof.Lookup("goroutine").WriteTo(&text, 1) // writing to a buffer cannot fail
		s.taken, s.all = now, readGoroutines(text.String())
	}
	return s.all
}

// readGoroutines reads a profile of goroutines in its text form. Each stack begins with
// the number of goroutines that have it, an @, and the return addresses:
//
//	2 @ 0x47a3ce 0x47b5e5 0x4a1f12
func readGoroutines(profile string) (all []goroutines) {
	for line := range strings.Lines(profile) {
		count, addresses, ok := strings.Cut(line, " @ ")
		n, err := strconv.Atoi(count)
		if !ok || err != nil {
			continue
		}
		var pcs []uintptr
		for _, address := range strings.Fields(addresses) {
			if pc, err := strconv.ParseUint(address, 0, 64); err == nil {
				pcs = append(pcs, uintptr(pc))
			}
		}
		all = append(all, goroutines{n, framesOf(pcs)})
	}
	return all
}

func framesOf(pcs []uintptr) (all []stackFrame) {
	for frame := range framesAt(pcs) {
		f := stackFrame{name: strings.TrimSuffix(frame.Function, "-fm"), file: frame.File, line: frame.Line}
		if frame.Func != nil { // it is not inlined
			for entry := range framesAt([]uintptr{frame.Entry + 1}) { // a return address follows its call
				f.entryFile, f.entryLine = entry.File, entry.Line
			}
		}
		all = append(all, f)
	}
	return all
}

// framesAt returns the calls that return to these addresses.
func framesAt(pcs []uintptr) iter.Seq[runtime.Frame] {
	return func(yield func(runtime.Frame) bool) {
		frames := runtime.CallersFrames(pcs)
		for more := len(pcs) > 0; more; {
			var frame runtime.Frame
			if frame, more = frames.Next(); !yield(frame) {
				return
			}
		}
	}
}

// text returns the stack in the form of a trace.
func (g goroutines) text() string {
	var text strings.Builder
	for _, f := range g.frames[:min(len(g.frames), mostFrames)] {
		fmt.Fprintf(&text, "%s\n\t%s:%d\n", f.name, f.file, f.line)
	}
	if more := len(g.frames) - mostFrames; more > 0 {
		fmt.Fprintf(&text, "and %d more\n", more)
	}
	return text.String()
}
