package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// The scenarios are those that the test suites of Python's dispatchers check, one file
// for each suite: aio-pydispatch here. What several suites check is in the file of the
// first.

// metronome is the owner of weak receivers.
type metronome struct {
	name  string
	beats []int
}

func (m *metronome) Tick(_ context.Context, n int) { m.beats = append(m.beats, n) }

func (m *metronome) Count(_ context.Context, from int) int { return from + len(m.name) }

func TestScenarioReceiversComeAndGo(t *testing.T) {
	var s kinds.TickedSignal
	first, second := &metronome{name: "first"}, &metronome{name: "second"}
	kinds.ConnectTickedWeakOn(&s, first, (*metronome).Tick)
	kinds.ConnectTickedWeakOn(&s, second, (*metronome).Tick)
	c := s.Connect(func(context.Context, int) {})
	s.Connect(func(context.Context, int) {}, Async(1, Block))
	if n := len(s.Receivers()); n != 4 {
		t.Errorf("%d receivers are connected, want 4", n)
	}
	runtime.KeepAlive(first)
	runtime.KeepAlive(second)
	runtime.GC()
	if n := len(s.Receivers()); n != 2 {
		t.Errorf("%d receivers are left when the owners are collected, want 2", n)
	}
	c.Disconnect()
	if n := len(s.Receivers()); n != 1 {
		t.Errorf("%d receivers are left after Disconnect, want 1", n)
	}
	s.DisconnectAll()
	if n := len(s.Receivers()); n != 0 {
		t.Errorf("%d receivers are left after DisconnectAll", n)
	}
}

func TestScenarioSendReturnsResponses(t *testing.T) {
	var s kinds.CountedSignal
	s.Connect(func(_ context.Context, from int) int { return from + 1 }, Name("one"))
	s.Connect(func(_ context.Context, from int) int { return from + 2 }, Name("two"))
	if got, want := s.Send(t.Context(), 10), []int{11, 12}; !slices.Equal(got, want) {
		t.Errorf("Send returned %v, want %v", got, want)
	}
	responses, err := s.SendRobust(t.Context(), 20)
	if err != nil {
		t.Errorf("SendRobust: %v", err)
	}
	if got, want := textOf(responses), "one 21 <nil>; two 22 <nil>; "; got != want {
		t.Errorf("SendRobust returned %s, want %s", got, want)
	}
}

// textOf writes responses in one line.
func textOf[R any](responses []Response[R]) (text string) {
	for _, r := range responses {
		text += fmt.Sprintf("%s %v %v; ", r.Receiver.Name, r.Value, r.Err)
	}
	return text
}

func TestScenarioFailuresAreLoggedUnlessIgnored(t *testing.T) {
	var s kinds.CheckedSignal
	var log []string
	s.Configure(Observe(&Observer{ReceiveDone: func(_ context.Context, send SendInfo, r ReceiverInfo, err error) {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			log = append(log, fmt.Sprintf("%s: %s: %v", send.Signal.Name(), r.Name, err))
		}
	}}))
	s.Connect(func(context.Context, string, int) error { return fs.ErrNotExist }, Name("ignored"))
	s.Connect(func(context.Context, string, int) error { return errors.New("no paper") }, Name("printer"))
	s.Connect(func(context.Context, string, int) error { return nil }, Name("fine"))
	if err := s.SendRobust(t.Context(), "a", 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("SendRobust returned %v, want the ignored error as well", err)
	}
	if want := []string{"kinds.checked: printer: no paper"}; !slices.Equal(log, want) {
		t.Errorf("logged %q, want %q", log, want)
	}
}

func TestScenarioAsyncReceiverDoesNotRespond(t *testing.T) {
	var s kinds.QuotedSignal
	var heard atomic.Int32
	s.Connect(func(context.Context, string, ...int) (int, error) { return 1, nil })
	c := s.Connect(func(context.Context, string, ...int) (int, error) { heard.Add(1); return 2, nil }, Async(1, Block))
	defer c.Disconnect()
	prices, err := s.Send(t.Context(), "chair")
	if err != nil || !slices.Equal(prices, []int{1}) {
		t.Errorf("Send returned %v and %v, want [1] and no error", prices, err)
	}
	if err := c.Drain(t.Context()); err != nil {
		t.Error(err)
	}
	if n := heard.Load(); n != 1 {
		t.Errorf("the async receiver was called %d times, want once", n)
	}
}

func TestScenarioAsyncFailureGoesToTheHandler(t *testing.T) {
	var s kinds.CheckedSignal
	var handled []string // written before Drain returns
	s.Configure(ErrorHandler(func(_ context.Context, err *ReceiverError) { handled = append(handled, err.Error()) }))
	c := s.Connect(func(_ context.Context, _ string, total int) error {
		if total > 1 {
			panic("on fire")
		}
		return errors.New("no paper")
	}, Name("printer"), Async(2, Block))
	defer c.Disconnect()
	for total := range 2 {
		if err := s.Send(t.Context(), "a", total+1); err != nil {
			t.Errorf("Send: %v", err)
		}
	}
	if err := c.Drain(t.Context()); err != nil {
		t.Error(err)
	}
	want := []string{"signal kinds.checked: receiver printer: no paper", "signal kinds.checked: receiver printer: panic: on fire"}
	if !slices.Equal(handled, want) {
		t.Errorf("handled %q, want %q", handled, want)
	}
}

// greeted is connected where it is declared, as with a decorator.
var greeted = greetings.Ticked.Connect(func(_ context.Context, n int) { lastGreeting = n })

var (
	greetings    kinds.Signals
	lastGreeting int
)

func TestScenarioConnectedWhereItIsDeclared(t *testing.T) {
	greetings.Ticked.Send(t.Context(), 7)
	if lastGreeting != 7 || !greeted.Connected() || len(greetings.Ticked.Receivers()) != 1 {
		t.Errorf("heard %d, want 7 by one receiver", lastGreeting)
	}
}
