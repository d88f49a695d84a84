package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func TestScenarioTemporaryConnection(t *testing.T) {
	var s kinds.MovedSignal
	var heard []int
	receiver := func(_ context.Context, _ string, n int) (bool, error) { heard = append(heard, n); return true, nil }
	send := func(sender string, n int) {
		if _, err := s.Send(t.Context(), sender, n); err != nil {
			t.Error(err)
		}
	}
	send("left", 1)
	func() {
		defer s.Connect(receiver).Disconnect()
		send("left", 2)
		send("right", 3)
	}()
	func() {
		defer s.ConnectFrom("left", receiver).Disconnect()
		send("left", 4)
		send("right", 5)
	}()
	send("left", 6)
	if want := []int{2, 3, 4}; !slices.Equal(heard, want) || s.HasReceivers() {
		t.Errorf("heard %v, want %v and no receiver left", heard, want)
	}
}

// The permanent connection of the same receiver stays.
func TestScenarioTemporaryConnectionEndsByPanic(t *testing.T) {
	var s kinds.CountedSignal
	receiver := func(_ context.Context, from int) int { return from }
	s.Connect(receiver)
	func() {
		defer func() {
			if got := recover(); got != "boom" {
				t.Errorf("recovered %v, want boom", got)
			}
		}()
		defer s.Connect(receiver).Disconnect()
		if got := s.Send(t.Context(), 1); !slices.Equal(got, []int{1, 1}) {
			t.Errorf("got %v while both were connected, want [1 1]", got)
		}
		panic("boom")
	}()
	if got := s.Send(t.Context(), 1); !slices.Equal(got, []int{1}) {
		t.Errorf("got %v after the panic, want [1]", got)
	}
}

func TestScenarioObserverHearsOfConnections(t *testing.T) {
	var s kinds.TouchedSignal
	var told []string
	s.Configure(Observe(&Observer{
		Connected:    func(s AnySignal, r ReceiverInfo) { told = append(told, "+"+s.Name()+" "+r.Name) },
		Disconnected: func(s AnySignal, r ReceiverInfo) { told = append(told, "-"+s.Name()+" "+r.Name) },
	}))
	sender := new(kinds.Account)
	all := s.Connect(func(context.Context, *kinds.Account) {}, Name("all"), ID("all"))
	s.Connect(func(context.Context, *kinds.Account) {}, Name("again"), ID("all"))
	one := s.ConnectFrom(sender, func(context.Context, *kinds.Account) {}, Name("one"))
	s.Connect(func(context.Context, *kinds.Account) {}, Name("once"), Once())
	s.Send(t.Context(), sender)
	one.Disconnect()
	one.Disconnect()
	all.Disconnect()
	want := []string{
		"+kinds.touched all", "+kinds.touched one", "+kinds.touched once",
		"-kinds.touched once", "-kinds.touched one", "-kinds.touched all",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q\nwant %q", told, want)
	}
}

// The observer is also told of those that are collected.
func TestScenarioObserverHearsOfTheCollected(t *testing.T) {
	var s kinds.TouchedSignal
	var gone atomic.Int32
	s.Configure(Observe(&Observer{Disconnected: func(AnySignal, ReceiverInfo) { gone.Add(1) }}))
	func() {
		owner, sender := &kinds.Account{Name: "owner"}, &kinds.Account{Name: "sender"}
		kinds.ConnectTouchedWeakOn(&s, owner, func(*kinds.Account, context.Context, *kinds.Account) {})
		s.ConnectFrom(sender, func(context.Context, *kinds.Account) {})
		if n := len(s.Receivers()); n != 2 {
			t.Errorf("%d receivers are connected, want 2", n)
		}
		runtime.KeepAlive(owner)
		runtime.KeepAlive(sender)
	}()
	for start := time.Now(); gone.Load() < 2 && time.Since(start) < time.Minute; runtime.Gosched() {
		runtime.GC()
	}
	if n := gone.Load(); n != 2 {
		t.Errorf("told of %d, want 2", n)
	}
	runtime.KeepAlive(&s) // nothing is reported for a collected signal
}

// A signal does not grow with the senders that it had in the past.
func TestScenarioNothingIsLeftOfOldSenders(t *testing.T) {
	var s kinds.MovedSignal
	var p kinds.TouchedSignal
	living := new(kinds.Account)
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	for i := range 20_000 {
		s.ConnectFrom(strconv.Itoa(i), func(context.Context, string, int) (bool, error) { return true, nil }).Disconnect()
		p.ConnectFrom(living, func(context.Context, *kinds.Account) {}).Disconnect()
	}
	if grown := heap() - before; grown > 1<<20 {
		t.Errorf("%d bytes are left of 40,000 connections", grown)
	}
	runtime.KeepAlive(&s)
	runtime.KeepAlive(&p)
	runtime.KeepAlive(living)
}

func TestScenarioSetsAreNamespaces(t *testing.T) {
	var mine, other kinds.Signals
	heard := 0
	mine.Ticked.Connect(func(context.Context, int) { heard++ })
	other.Ticked.Send(t.Context(), 1)
	kinds.SendTicked(t.Context(), 1)
	if heard != 0 {
		t.Error("heard a send of another set")
	}
	mine.Ticked.Send(t.Context(), 1)
	if heard != 1 {
		t.Errorf("heard %d sends of its own set, want one", heard)
	}
	names := make(map[string]bool)
	for s := range mine.All() {
		names[s.Name()] = true
	}
	for s := range other.All() {
		if !names[s.Name()] {
			t.Errorf("%s is in one of the sets only", s.Name())
		}
		delete(names, s.Name())
	}
	if len(names) != 0 {
		t.Errorf("%v are in one of the sets only, or twice", names)
	}
}

// Send calls a receiver and queues for an async one, without wrapping either.
func TestScenarioBothKindsOfReceivers(t *testing.T) {
	var s kinds.StartedSignal
	var heard atomic.Int32
	receiver := func(context.Context, kinds.Started) error { heard.Add(1); return nil }
	c := s.Connect(receiver, Async(1, Block))
	defer c.Disconnect()
	s.Connect(receiver)
	if err := errors.Join(s.Send(t.Context(), kinds.Started{}), c.Drain(t.Context())); err != nil {
		t.Error(err)
	}
	if n := heard.Load(); n != 2 {
		t.Errorf("%d receivers were called, want 2", n)
	}
}

func TestScenarioDisconnectAndReconnect(t *testing.T) {
	var s kinds.MovedSignal
	var heard []string
	receiver := func(_ context.Context, sender string, _ int) (bool, error) {
		heard = append(heard, sender)
		return true, nil
	}
	sendBoth := func(want ...string) {
		t.Helper()
		for _, sender := range []string{"left", "right"} {
			if _, err := s.Send(t.Context(), sender, 1); err != nil {
				t.Error(err)
			}
		}
		if !slices.Equal(heard, want) {
			t.Errorf("heard %v, want %v", heard, want)
		}
		heard = nil
	}
	c := s.ConnectFrom("left", receiver, ID("r"))
	sendBoth("left")
	c.Disconnect()
	sendBoth()
	s.ConnectFrom("left", receiver, ID("r"))
	s.ConnectFrom("right", receiver, ID("r"))
	sendBoth("left", "right")
	s.Disconnect("r")
	sendBoth()
}

// A receiver connected for any sender and for one has two connections, and each is
// called.
func TestScenarioConnectedForAnyAndForOneSender(t *testing.T) {
	var s kinds.MovedSignal
	heard := 0
	receiver := func(context.Context, string, int) (bool, error) { heard++; return true, nil }
	s.Connect(receiver)
	c := s.ConnectFrom("left", receiver)
	if _, err := s.Send(t.Context(), "left", 1); err != nil || heard != 2 {
		t.Errorf("called %d times, want 2; error %v", heard, err)
	}
	c.Disconnect()
	if _, err := s.Send(t.Context(), "left", 1); err != nil || heard != 3 {
		t.Errorf("called %d times after one Disconnect, want once more; error %v", heard, err)
	}
}

func TestScenarioHasReceiversOfWeakOwner(t *testing.T) {
	var s kinds.TouchedSignal
	sender := new(kinds.Account)
	owner := &kinds.Account{Name: "owner"}
	kinds.ConnectTouchedWeakOn(&s, owner, func(*kinds.Account, context.Context, *kinds.Account) {})
	if !s.HasReceivers() || !s.HasReceiversFrom(sender) || !s.HasReceiversFrom(nil) {
		t.Error("no receivers while the owner lives")
	}
	runtime.KeepAlive(owner)
	runtime.GC()
	if s.HasReceivers() || s.HasReceiversFrom(sender) || s.HasReceiversFrom(nil) {
		t.Error("receivers when the owner is collected")
	}
	s.Connect(func(context.Context, *kinds.Account) {})
	runtime.GC()
	if !s.HasReceivers() || !s.HasReceiversFrom(sender) {
		t.Error("a func is not kept")
	}
}

func TestScenarioNameAndDoc(t *testing.T) {
	var s kinds.TickedSignal
	if got, want := s.Name(), "kinds.ticked"; got != want {
		t.Errorf("name %q, want %q", got, want)
	}
	if got, want := s.Doc(), "Ticked has receivers that return nothing."; got != want {
		t.Errorf("doc %q, want %q", got, want)
	}
	if got, want := fmt.Sprint(Sequential, Robust, Concurrent, Lazy, Queued), "sequential robust concurrent lazy async"; got != want {
		t.Errorf("modes %q, want %q", got, want)
	}
}

// An inner unmute does not undo the outer mute.
func TestScenarioMute(t *testing.T) {
	var s kinds.CountedSignal
	s.Connect(func(_ context.Context, from int) int { return from })
	outer := s.Mute()
	inner := s.Mute()
	if got := s.Send(t.Context(), 1); len(got) != 0 || s.HasReceivers() || len(s.Receivers()) != 0 {
		t.Errorf("got %v while muted", got)
	}
	inner()
	inner()
	if got := s.Send(t.Context(), 2); len(got) != 0 {
		t.Errorf("got %v while the outer mute lasts", got)
	}
	outer()
	if got := s.Send(t.Context(), 3); !slices.Equal(got, []int{3}) {
		t.Errorf("got %v after all mutes, want [3]", got)
	}
}
