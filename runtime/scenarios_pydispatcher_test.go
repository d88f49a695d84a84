package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func TestScenarioOneSenderOnly(t *testing.T) {
	var s kinds.SavedSignal
	var heard []int
	mine, other := &kinds.Account{Name: "same"}, &kinds.Account{Name: "same"}
	c := s.ConnectFrom(mine, func(_ context.Context, data kinds.Saved) error {
		heard = append(heard, data.N)
		return nil
	})
	for n, sender := range []*kinds.Account{mine, other, nil, mine} {
		if err := s.Send(t.Context(), kinds.Saved{Sender: sender, N: n}); err != nil {
			t.Error(err)
		}
	}
	if want := []int{0, 3}; !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
	c.Disconnect()
	if err := s.Send(t.Context(), kinds.Saved{Sender: mine, N: 9}); err != nil || len(heard) != 2 || s.HasReceivers() {
		t.Errorf("heard %v after Disconnect, error %v", heard, err)
	}
}

func TestScenarioAnySender(t *testing.T) {
	var s kinds.TouchedSignal
	var heard []*kinds.Account
	c := s.Connect(func(_ context.Context, sender *kinds.Account) { heard = append(heard, sender) })
	sender := new(kinds.Account)
	s.Send(t.Context(), sender)
	s.Send(t.Context(), nil)
	if err := s.SendRobust(t.Context(), sender); err != nil {
		t.Error(err)
	}
	if want := []*kinds.Account{sender, nil, sender}; !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
	c.Disconnect()
	s.Send(t.Context(), sender)
	if len(heard) != 3 {
		t.Error("heard a send after Disconnect")
	}
}

// A nil sender is a sender like any other: a receiver that asks for it hears no other.
func TestScenarioNoSender(t *testing.T) {
	var s kinds.TouchedSignal
	n := 0
	s.ConnectFrom(nil, func(context.Context, *kinds.Account) { n++ })
	s.Send(t.Context(), new(kinds.Account))
	if n != 0 {
		t.Error("called for another sender")
	}
	s.Send(t.Context(), nil)
	if n != 1 {
		t.Errorf("called %d times for no sender, want once", n)
	}
}

func TestScenarioEverySignal(t *testing.T) {
	var set kinds.Signals
	var heard []string
	for s := range set.All() {
		s.Tap(func(_ context.Context, args any) { heard = append(heard, fmt.Sprintf("%s %v", s.Name(), args)) })
	}
	set.Ticked.Send(t.Context(), 1)
	set.Counted.Send(t.Context(), 2)
	if err := set.Checked.Send(t.Context(), "x", 3); err != nil {
		t.Error(err)
	}
	if want := []string{"kinds.ticked {1}", "kinds.counted {2}", "kinds.checked {x 3}"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}

func TestScenarioCollectedOwner(t *testing.T) {
	var s kinds.CountedSignal
	owner := &metronome{name: "four"}
	c := kinds.ConnectCountedWeakOn(&s, owner, (*metronome).Count)
	if got := s.Send(t.Context(), 1); !slices.Equal(got, []int{5}) {
		t.Errorf("Send returned %v while the owner lived, want [5]", got)
	}
	runtime.KeepAlive(owner)
	runtime.GC()
	if got := s.Send(t.Context(), 1); len(got) != 0 {
		t.Errorf("Send returned %v when the owner was collected", got)
	}
	if responses, err := s.SendConcurrent(t.Context(), 1); len(responses) != 0 || err != nil {
		t.Errorf("SendConcurrent returned %v and %v when the owner was collected", responses, err)
	}
	if c.Connected() || s.HasReceivers() || len(s.Receivers()) != 0 {
		t.Error("connected when the owner was collected")
	}
}

// Each Connect makes a connection, unless its ID says that it is the same one.
func TestScenarioConnectedSixTimes(t *testing.T) {
	var s kinds.CountedSignal
	count := func(_ context.Context, from int) int { return from }
	first := s.Connect(count, ID("count"))
	for range 5 {
		if again := s.Connect(count, ID("count")); again != first {
			t.Error("a further Connect returned another connection")
		}
	}
	if got := s.Send(t.Context(), 3); !slices.Equal(got, []int{3}) {
		t.Errorf("Send returned %v, want [3]", got)
	}
	first.Disconnect()
	if s.HasReceivers() {
		t.Error("connected after one Disconnect")
	}
	for range 6 {
		s.Connect(count)
	}
	if got := s.Send(t.Context(), 3); len(got) != 6 {
		t.Errorf("%d responses without an ID, want 6", len(got))
	}
}

func TestScenarioRobustReturnsTheErrors(t *testing.T) {
	var s kinds.QuotedSignal
	s.Connect(func(context.Context, string, ...int) (int, error) {
		return 0, &fs.PathError{Op: "open", Path: "/prices", Err: fs.ErrNotExist}
	}, Name("lost"))
	s.Connect(func(context.Context, string, ...int) (int, error) { panic("no ink") }, Name("dry"))
	s.Connect(func(context.Context, string, ...int) (int, error) { return 5, nil }, Name("fine"))
	responses, err := s.SendRobust(t.Context(), "chair")
	if got, want := textOf(responses), "lost 0 open /prices: file does not exist; dry 0 panic: no ink; fine 5 <nil>; "; got != want {
		t.Errorf("responses %s, want %s", got, want)
	}
	var lost *fs.PathError
	if !errors.As(err, &lost) || lost.Path != "/prices" {
		t.Errorf("the error %v does not hold what the receiver returned", err)
	}
	var dry *PanicError
	if !errors.As(err, &dry) || !strings.Contains(string(dry.Stack), "TestScenarioRobustReturnsTheErrors") {
		t.Errorf("the error %v does not hold the panic's stack", err)
	}
	want := "signal kinds.quoted: receiver lost: open /prices: file does not exist\nsignal kinds.quoted: receiver dry: panic: no ink"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestScenarioDisconnectUnknown(t *testing.T) {
	var s kinds.TickedSignal
	if s.Disconnect("nobody") || s.HasReceivers() {
		t.Error("an unused signal had a receiver to disconnect")
	}
	n := 0
	c := s.Connect(func(context.Context, int) { n++ }, ID("counter"))
	other := s.Connect(func(context.Context, int) {}, Name("without an id"))
	if s.Disconnect("nobody") || s.Disconnect("") {
		t.Error("Disconnect of an unknown id returned true")
	}
	if !c.Disconnect() || c.Disconnect() || s.Disconnect("counter") {
		t.Error("want true for the first Disconnect, and false for every further one")
	}
	s.Send(t.Context(), 1)
	if n != 0 || !other.Connected() {
		t.Error("called after Disconnect, or another one was disconnected")
	}
}

func TestScenarioFurtherArguments(t *testing.T) {
	var s kinds.QuotedSignal
	s.Connect(func(_ context.Context, item string, pieces ...int) (int, error) { return len(item) + len(pieces), nil })
	for want, send := range map[int]func() ([]int, error){
		5: func() ([]int, error) { return s.Send(t.Context(), "chair") },
		7: func() ([]int, error) { return s.Send(t.Context(), "chair", 1, 2) },
		8: func() ([]int, error) { return s.Send(t.Context(), "chair", []int{1, 2, 3}...) },
	} {
		if got, err := send(); err != nil || !slices.Equal(got, []int{want}) {
			t.Errorf("got %v and %v, want %d", got, err, want)
		}
	}
}

// Every weak receiver with a living owner is called. The others end, and observers are
// told of each.
func TestScenarioThousandsOfWeakReceivers(t *testing.T) {
	var s kinds.TickedSignal
	var gone atomic.Int32
	s.Configure(Observe(&Observer{Disconnected: func(AnySignal, ReceiverInfo) { gone.Add(1) }}))
	var kept []*metronome
	for i := range 5000 {
		owner := &metronome{name: fmt.Sprint(i)}
		kinds.ConnectTickedWeakOn(&s, owner, (*metronome).Tick)
		if i%2 == 0 {
			kept = append(kept, owner)
		}
	}
	for start := time.Now(); gone.Load() < 2500 && time.Since(start) < time.Minute; runtime.Gosched() {
		runtime.GC()
	}
	s.Send(t.Context(), 1)
	for _, owner := range kept {
		if len(owner.beats) != 1 {
			t.Fatalf("%s was called %d times, want once", owner.name, len(owner.beats))
		}
	}
	if n, left := gone.Load(), len(s.Receivers()); n != 2500 || left != 2500 {
		t.Errorf("%d receivers went and %d are left, want 2500 of each", n, left)
	}
}

func TestScenarioWeakReceiverIsNamed(t *testing.T) {
	var s kinds.TickedSignal
	owner := &metronome{name: "named"}
	kinds.ConnectTickedWeakOn(&s, owner, (*metronome).Tick)
	if got, want := s.Receivers()[0].Name, "github.com/signalgen/signalgen/runtime_test.(*metronome).Tick"; got != want {
		t.Errorf("name %s, want %s", got, want)
	}
	runtime.KeepAlive(owner)
}
