package runtime_test

import (
	"context"
	"math"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// listening has methods that receive.
type listening struct {
	heard int
	bulk  [64]byte
}

func (l *listening) Started(context.Context, kinds.Started) error { l.heard++; return nil }

func (l *listening) Quoted(context.Context, string, ...int) (int, error) {
	return int(l.bulk[0]) + 1, nil
}

func (l *listening) Counted(context.Context, int) int { return 1 }

// collected runs the garbage collector until done returns true, for at most a minute.
func collected(t *testing.T, what string, done func() bool) {
	t.Helper()
	for start := time.Now(); time.Since(start) < time.Minute; runtime.Gosched() { // cleanups have a goroutine of their own
		if runtime.GC(); done() {
			return
		}
	}
	t.Errorf("%s: not collected", what)
}

func TestWeakReceiver(t *testing.T) {
	var s kinds.StartedSignal
	owner := new(listening)
	c := kinds.ConnectStartedWeakOn(&s, owner, (*listening).Started)
	send(t, &s)
	runtime.GC()
	send(t, &s)
	if owner.heard != 2 || !c.Connected() {
		t.Errorf("heard %d, connected %v", owner.heard, c.Connected())
	}
	if info := s.Receivers()[0]; info.Name != "github.com/signalgen/signalgen/runtime_test.(*listening).Started" {
		t.Errorf("name %s", info.Name)
	}
	runtime.KeepAlive(owner)
	collected(t, "the owner", func() bool { return !c.Connected() && !s.HasReceivers() && !c.Disconnect() })
	send(t, &s)
}

// A weak receiver whose owner has been collected adds no response.
func TestWeakReceiverResponds(t *testing.T) {
	var quoted kinds.QuotedSignal
	var counted kinds.CountedSignal
	owner := new(listening)
	c := kinds.ConnectQuotedWeakOn(&quoted, owner, (*listening).Quoted)
	kinds.ConnectCountedWeakOn(&counted, owner, (*listening).Counted)
	if got, err := quoted.Send(t.Context(), ""); len(got) != 1 || got[0] != 1 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if got := counted.Send(t.Context(), 0); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	runtime.KeepAlive(owner)
	collected(t, "the owner", func() bool { return !c.Connected() })
	if got, err := quoted.SendRobust(t.Context(), ""); len(got) != 0 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if got := counted.Send(t.Context(), 0); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestWeakWithOptions(t *testing.T) {
	var s kinds.StartedSignal
	owner := new(listening)
	first := kinds.ConnectStartedWeakOn(&s, owner, (*listening).Started, ID("x"))
	if kinds.ConnectStartedWeakOn(&s, new(listening), (*listening).Started, ID("x")) != first {
		t.Error("the id was not respected")
	}
	runtime.GC()
	runtime.GC()
	if send(t, &s); owner.heard != 1 {
		t.Error("the owner that was refused took the connection of the first with it")
	}
	for name, connect := range map[string]func(){
		"owner":  func() { kinds.ConnectStartedWeakOn(&s, (*listening)(nil), (*listening).Started) },
		"method": func() { kinds.ConnectStartedWeakOn[listening](&s, owner, nil) },
	} {
		if got := recovered(connect); got != "signalgen: a nil owner or method was connected to kinds.started" {
			t.Errorf("nil %s: %v", name, got)
		}
	}
}

// A sender that is a pointer is not kept alive, and its receivers end with it.
func TestPointerSender(t *testing.T) {
	var s kinds.SavedSignal
	sender, other := &kinds.Account{Name: "ann"}, &kinds.Account{Name: "bob"}
	heard := 0
	c := s.ConnectFrom(sender, func(context.Context, kinds.Saved) error { heard++; return nil })
	_ = s.Send(t.Context(), kinds.Saved{Sender: sender})
	_ = s.Send(t.Context(), kinds.Saved{Sender: other})
	_ = s.Send(t.Context(), kinds.Saved{})
	if heard != 1 || !s.HasReceiversFrom(sender) || s.HasReceiversFrom(other) || !s.HasReceivers() {
		t.Errorf("heard %d", heard)
	}
	runtime.KeepAlive(sender)
	collected(t, "the sender", func() bool { return !c.Connected() && !s.HasReceivers() })
}

// The queue of an idle async receiver keeps nothing of a send.
func TestQueuesKeepNothing(t *testing.T) {
	for name, queue := range map[string]ConnectOption{
		"heard":      Async(8, Block),
		"overflowed": Async(1, DropOldest),
		"panicked":   Async(8, Block),
	} {
		var s kinds.TouchedSignal
		s.Configure(ErrorHandler(func(context.Context, *ReceiverError) {}))
		c := s.Connect(func(context.Context, *kinds.Account) {
			if name == "panicked" {
				panic(name)
			}
		}, queue)
		gone := make(chan struct{}, 20)
		for range cap(gone) {
			sender := new(kinds.Account)
			runtime.AddCleanup(sender, func(gone chan struct{}) { gone <- struct{}{} }, gone)
			s.Send(t.Context(), sender)
		}
		if err := c.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		collected(t, name, func() bool { return len(gone) == cap(gone) })
		c.Disconnect()
	}
}

// heap returns the bytes that stay on the heap.
func heap() float64 {
	var stats runtime.MemStats
	least := math.Inf(1)
	for range 20 {
		runtime.GC()
		runtime.Gosched() // for cleanups
		runtime.ReadMemStats(&stats)
		least = min(least, float64(stats.HeapAlloc))
	}
	return least
}

// Weak receivers and senders come and go by the hundred thousand.
func TestNothingIsLeft(t *testing.T) {
	n := 100_000
	if raceEnabled || testing.Short() {
		n = 10_000
	}
	var started kinds.StartedSignal
	var saved kinds.SavedSignal
	round := func() {
		owners := make([]*listening, n)
		senders := make([]*kinds.Account, n)
		for i := range n {
			owners[i], senders[i] = new(listening), new(kinds.Account)
			kinds.ConnectStartedWeakOn(&started, owners[i], (*listening).Started)
			saved.ConnectFrom(senders[i], func(context.Context, kinds.Saved) error { return nil }, ID("x"))
		}
		_ = started.Send(t.Context(), kinds.Started{})
		_ = saved.Send(t.Context(), kinds.Saved{Sender: senders[n/2]})
		if owners[n/2].heard != 1 {
			t.Error("not heard")
		}
		runtime.KeepAlive(owners)
		runtime.KeepAlive(senders)
	}
	gone := func() bool { return !started.HasReceivers() && !saved.HasReceivers() }
	round()
	collected(t, "the first round", gone)
	before := heap()
	round()
	collected(t, "the second round", gone)
	after := heap()
	t.Logf("the heap was %.0f bytes, and is %.0f", before, after)
	if after > before*1.05 {
		t.Errorf("the heap grew from %.0f to %.0f bytes", before, after)
	}
	if n := Held(&started) + Held(&saved); n != 0 {
		t.Errorf("%d entries are left in the tables", n)
	}
}

// With one million senders, the cost of one does not depend on the others.
func TestAMillionSenders(t *testing.T) {
	n := 1_000_000
	if raceEnabled || testing.Short() {
		n = 100_000 // otherwise it takes half a minute
	}
	var s kinds.MovedSignal
	senders := make([]string, n)
	heard := 0
	for i := range senders {
		senders[i] = string([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
		s.ConnectFrom(senders[i], func(context.Context, string, int) (bool, error) { heard++; return true, nil })
	}
	for i := 0; i < n; i += 1000 {
		if got, err := s.Send(t.Context(), senders[i], 1); len(got) != 1 || err != nil {
			t.Fatalf("got %v, %v", got, err)
		}
	}
	if heard != n/1000 {
		t.Errorf("heard %d, want %d", heard, n/1000)
	}
	s.DisconnectAll()
	if s.HasReceivers() {
		t.Error("receivers are left")
	}
}

// What a receiver has captured is released by Disconnect, even if its Connection stays.
func TestDisconnectReleases(t *testing.T) {
	for name, opt := range map[string]ConnectOption{
		"plain": Priority(0), "once": Once(), "until": Until(context.Background()), "async": Async(4, Block),
	} {
		var s kinds.StartedSignal
		account, gone := watched()
		conn := s.Connect(func(context.Context, kinds.Started) error { account.Name = ""; return nil }, opt)
		conn.Disconnect()
		collected(t, name, gone)
		runtime.KeepAlive(conn)
	}
}

// watched returns an account, and a func that reports whether it has been collected.
func watched() (*kinds.Account, func() bool) {
	account := &kinds.Account{Name: "watched"}
	var gone atomic.Bool
	runtime.AddCleanup(account, func(gone *atomic.Bool) { gone.Store(true) }, &gone)
	return account, gone.Load
}

// A queue does not keep what it has dropped: what was queued when its receiver was
// disconnected, and what had to make room.
func TestQueueReleasesWhatItDrops(t *testing.T) {
	queued := func(opt ConnectOption) (s *kinds.SavedSignal, conn *Connection, gone func() bool, release func()) {
		s = new(kinds.SavedSignal)
		began, hold := make(chan struct{}, 8), make(chan struct{})
		conn = s.Connect(func(context.Context, kinds.Saved) error { began <- struct{}{}; <-hold; return nil }, opt)
		_ = s.Send(t.Context(), kinds.Saved{})
		<-began
		account, gone := watched()
		_ = s.Send(t.Context(), kinds.Saved{Sender: account})
		return s, conn, gone, func() { close(hold) }
	}
	_, conn, gone, release := queued(Async(4, Block))
	conn.Disconnect()
	release()
	collected(t, "disconnected", gone)
	runtime.KeepAlive(conn)

	s, conn, gone, release := queued(Async(3, DropOldest))
	for range 3 {
		_ = s.Send(t.Context(), kinds.Saved{})
	}
	collected(t, "dropped", gone)
	conn.Disconnect()
	release()
}
