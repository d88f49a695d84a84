package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// calls records the receivers that were called, by name.
type calls []string

func (c *calls) receiver(name string) func(context.Context, kinds.Started) error {
	return func(context.Context, kinds.Started) error {
		*c = append(*c, name)
		return nil
	}
}

func (c *calls) want(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(*c, want) {
		t.Errorf("called %q, want %q", *c, want)
	}
	*c = nil
}

func send(t *testing.T, s *kinds.StartedSignal) {
	t.Helper()
	if err := s.Send(t.Context(), kinds.Started{}); err != nil {
		t.Errorf("Send: %v", err)
	}
}

func TestSendReachesEveryReceiverInOrder(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	send(t, &s)
	called.want(t)
	s.Connect(called.receiver("a"))
	s.Connect(called.receiver("b"))
	s.Connect(called.receiver("c"))
	send(t, &s)
	called.want(t, "a", "b", "c")
}

func TestPriority(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	s.Connect(called.receiver("0a"))
	s.Connect(called.receiver("-1"), Priority(-1))
	s.Connect(called.receiver("0b"))
	s.Connect(called.receiver("5a"), Priority(5))
	s.Connect(called.receiver("5b"), Priority(5))
	send(t, &s)
	called.want(t, "5a", "5b", "0a", "0b", "-1")
}

func TestDisconnectRemovesExactlyOne(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	equal := called.receiver("x")
	var connections []*Connection
	for range 5 {
		connections = append(connections, s.Connect(equal))
	}
	s.Connect(called.receiver("last"))
	second := connections[1]
	if !second.Connected() {
		t.Error("not connected after Connect")
	}
	if !second.Disconnect() {
		t.Error("the first Disconnect returned false")
	}
	if second.Disconnect() {
		t.Error("the second Disconnect returned true")
	}
	if second.Connected() {
		t.Error("connected after Disconnect")
	}
	send(t, &s)
	called.want(t, "x", "x", "x", "x", "last")
}

func TestOnce(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	c := s.Connect(called.receiver("once"), Once())
	s.Connect(called.receiver("always"))
	send(t, &s)
	send(t, &s)
	called.want(t, "once", "always", "always")
	if c.Connected() || c.Disconnect() {
		t.Error("connected after its call")
	}
}

func TestOnceThatSendsIsNotCalledAgain(t *testing.T) {
	var s kinds.StartedSignal
	n := 0
	s.Connect(func(ctx context.Context, data kinds.Started) error {
		n++
		return s.Send(ctx, data)
	}, Once())
	send(t, &s)
	if n != 1 {
		t.Errorf("called %d times, want once", n)
	}
}

func TestOnceUnderConcurrentSends(t *testing.T) {
	for range 200 {
		var s kinds.StartedSignal
		var mu sync.Mutex
		n := 0
		s.Connect(func(context.Context, kinds.Started) error {
			mu.Lock()
			defer mu.Unlock()
			n++
			return nil
		}, Once())
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() { send(t, &s) })
		}
		group.Wait()
		if n != 1 {
			t.Fatalf("called %d times, want once", n)
		}
	}
}

func TestID(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	first := s.Connect(called.receiver("first"), ID("log"))
	if second := s.Connect(called.receiver("second"), ID("log"), Priority(9)); second != first {
		t.Error("a second Connect with the id returned another connection")
	}
	s.Connect(called.receiver("other"), ID("audit"))
	s.Connect(called.receiver("none"), ID(""))
	s.Connect(called.receiver("none"), ID(""))
	send(t, &s)
	called.want(t, "first", "other", "none", "none")

	first.Disconnect()
	if third := s.Connect(called.receiver("third"), ID("log")); third == first {
		t.Error("the id was not free after Disconnect")
	}
	send(t, &s)
	called.want(t, "other", "none", "none", "third")
}

func TestIDIsFreeAfterOnce(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	s.Connect(called.receiver("a"), ID("x"), Once())
	send(t, &s)
	s.Connect(called.receiver("b"), ID("x"))
	send(t, &s)
	called.want(t, "a", "b")
}

func TestFirstErrorStops(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	cause := errors.New("port in use")
	s.Connect(called.receiver("before"))
	s.Connect(func(context.Context, kinds.Started) error { return cause }, ID("veto"), Priority(-1))
	s.Connect(called.receiver("after"), Priority(-2))
	err := s.Send(t.Context(), kinds.Started{})
	called.want(t, "before")

	var failed *ReceiverError
	if !errors.As(err, &failed) || !errors.Is(err, cause) {
		t.Fatalf("Send returned %v, want a ReceiverError that wraps %v", err, cause)
	}
	if failed.Signal != "kinds.started" || failed.Receiver.ID != "veto" || failed.Receiver.Priority != -1 {
		t.Errorf("got %+v", failed)
	}
	want := "signal kinds.started: receiver github.com/signalgen/signalgen/runtime_test.TestFirstErrorStops.func1: port in use"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestNilReceiverPanics(t *testing.T) {
	var s kinds.StartedSignal
	defer func() {
		want := "signalgen: a nil receiver was connected to kinds.started"
		if got := recover(); got != want {
			t.Errorf("panic %v, want %s", got, want)
		}
	}()
	s.Connect(nil)
}

// A panic reaches the sender, and leaves nothing locked.
func TestPanicPropagates(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	c := s.Connect(func(context.Context, kinds.Started) error { panic("boom") })
	s.Connect(called.receiver("next"))
	func() {
		defer func() {
			if got := recover(); got != "boom" {
				t.Errorf("recovered %v, want boom", got)
			}
		}()
		_ = s.Send(t.Context(), kinds.Started{})
	}()
	c.Disconnect()
	send(t, &s)
	called.want(t, "next")
}

func TestReentrancy(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	var self, next, previous *Connection
	previous = s.Connect(called.receiver("previous"))
	self = s.Connect(func(ctx context.Context, data kinds.Started) error {
		called = append(called, "self")
		self.Disconnect()
		next.Disconnect()
		previous.Disconnect()
		s.Connect(called.receiver("new"))
		return s.Send(ctx, data)
	})
	next = s.Connect(called.receiver("next"))
	s.Connect(called.receiver("last"))
	send(t, &s)
	called.want(t, "previous", "self", "last", "new", "last")
	send(t, &s)
	called.want(t, "last", "new")
}

// Long lists keep disconnected receivers for a while; no send may notice.
func TestLongList(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	var want []string
	var connections []*Connection
	for i := range 1000 {
		connections = append(connections, s.Connect(called.receiver(fmt.Sprint(i)), Priority(-i%3)))
	}
	for i, c := range connections {
		if i%7 != 0 {
			c.Disconnect()
		}
	}
	for _, rest := range []int{0, 1, 2} {
		for i := 0; i < 1000; i += 7 {
			if i%3 == rest {
				want = append(want, fmt.Sprint(i))
			}
		}
	}
	send(t, &s)
	called.want(t, want...)
}

// A disconnected receiver of a short list is released with everything that it holds.
func TestDisconnectReleasesTheReceiver(t *testing.T) {
	var s kinds.StartedSignal
	var called calls
	for range 10 {
		s.Connect(called.receiver("x"))
	}
	released := make(chan struct{})
	func() {
		captured := new([1 << 20]byte)
		runtime.AddCleanup(captured, func(ch chan struct{}) { close(ch) }, released)
		c := s.Connect(func(context.Context, kinds.Started) error { captured[0]++; return nil })
		c.Disconnect()
	}()
	for {
		runtime.GC()
		select {
		case <-released:
			runtime.KeepAlive(&s)
			return
		default:
			runtime.Gosched()
		}
	}
}

// Run with -race.
func TestConcurrentUse(t *testing.T) {
	var s kinds.StartedSignal
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 500 {
				var called atomic.Int64
				c := s.Connect(func(context.Context, kinds.Started) error { called.Add(1); return nil }, Priority(i%3))
				send(t, &s)
				if called.Load() == 0 {
					t.Error("a connected receiver was not called")
				}
				if !c.Disconnect() {
					t.Error("Disconnect returned false")
				}
			}
		})
	}
	group.Wait()
	if n := len(s.Receivers()); n != 0 {
		t.Errorf("%d receivers are left", n)
	}
}

func TestSendAllocatesNothing(t *testing.T) {
	if allocatesMore {
		t.Skip("does not apply: the address sanitizer allocates more")
	}
	for _, n := range []int{0, 1, 10, 1000} {
		var s kinds.StartedSignal
		for range n {
			s.Connect(func(context.Context, kinds.Started) error { return nil })
		}
		ctx := t.Context()
		if allocs := testing.AllocsPerRun(100, func() { _ = s.Send(ctx, kinds.Started{}) }); allocs != 0 {
			t.Errorf("%d receivers: %v allocations a send, want 0", n, allocs)
		}
	}
}

type listener struct{ n int }

func (l *listener) Started(context.Context, kinds.Started) error { l.n++; return errors.New("busy") }

var inlined int

func bump() error { inlined++; return nil }

// startsInlined begins with the code of bump.
func startsInlined(context.Context, kinds.Started) error { return bump() }

func TestReceiverInfo(t *testing.T) {
	connect := func(receiver func(context.Context, kinds.Started) error) ReceiverInfo {
		var s kinds.StartedSignal
		s.Connect(receiver) // the connecting line
		return s.Receivers()[0]
	}
	tests := []struct {
		name, file, text string
		info             ReceiverInfo
	}{
		{"startsInlined", "signal_test.go", "func startsInlined", connect(startsInlined)},
		{"(*listener).Started", "signal_test.go", "// the connecting line", connect((&listener{}).Started)},
		{"TestReceiverInfo.func2", "signal_test.go", "// the closure", connect(func(context.Context, kinds.Started) error { // the closure
			return errors.New("busy")
		})},
	}
	for _, test := range tests {
		if want := "github.com/signalgen/signalgen/runtime_test." + test.name; test.info.Name != want {
			t.Errorf("name %s, want %s", test.info.Name, want)
		}
		if file := filepath.Base(test.info.File); file != test.file {
			t.Errorf("%s: file %s, want %s", test.name, file, test.file)
		}
		if text := lineOf(t, test.info); !strings.Contains(text, test.text) {
			t.Errorf("%s: line %d is %q, want the one with %q", test.name, test.info.Line, text, test.text)
		}
	}
}

// lineOf returns the source line where info says that the receiver is.
func lineOf(t *testing.T, info ReceiverInfo) string {
	source, err := os.ReadFile(info.File)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(source), "\n")[info.Line-1]
}
