package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func TestCloseEndsTaps(t *testing.T) {
	var s kinds.CheckedSignal
	c := s.Tap(func(context.Context, any) {})
	if err := s.Close(t.Context()); err != nil || c.Connected() || c.Disconnect() {
		t.Errorf("error %v, connected %v", err, c.Connected())
	}
}

// A tap that is disconnected during a send hears no more of it.
func TestTapsAreDisconnectedForGood(t *testing.T) {
	var s kinds.TickedSignal
	var second *Connection
	var stream *Stream[kinds.TickedArgs]
	s.Tap(func(context.Context, any) { second.Disconnect(); stream.Close() })
	second = s.Tap(func(context.Context, any) { t.Error("called after Disconnect") })
	stream = s.Events(t.Context(), 1)
	s.Send(t.Context(), 1)
	for range stream.All() {
		t.Error("heard after Close")
	}
}

// An async receiver is never called by the goroutine that sends, even if a send is
// under way when it is connected.
func TestAsyncIsAlwaysQueued(t *testing.T) {
	var moved kinds.MovedSignal
	var checked kinds.CheckedSignal
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				_ = checked.Send(ctx, "", 0)
				_, _ = moved.Send(ctx, "", 0)
			}
		}
	}()
	for range 2000 {
		a := checked.Connect(func(ctx context.Context, _ string, _ int) error {
			if ctx.Done() != nil {
				t.Error("called with the sender's own ctx")
			}
			return nil
		}, Async(4, DropNewest))
		b := moved.ConnectFrom("", func(ctx context.Context, _ string, _ int) (bool, error) {
			if ctx.Done() != nil {
				t.Error("called with the sender's own ctx")
			}
			return true, nil
		}, Async(4, DropNewest))
		a.Disconnect()
		b.Disconnect()
	}
	close(stop)
	<-stopped
}

// node holds the signal that it receives and sends.
type node struct {
	touched kinds.TouchedSignal
	saved   kinds.SavedSignal
	account kinds.Account
}

func (n *node) hear(context.Context, *kinds.Account) {}

// A cleanup does not keep alive what it waits for.
func TestOwnersOfTheirOwnSignalAreCollected(t *testing.T) {
	gone := make(chan struct{}, 2)
	for _, connect := range []func(n *node){
		func(n *node) { kinds.ConnectTouchedWeakOn(&n.touched, n, (*node).hear) },
		func(n *node) {
			n.saved.ConnectFrom(&n.account, func(context.Context, kinds.Saved) error { return nil })
		},
	} {
		n := new(node)
		connect(n)
		runtime.AddCleanup(n, func(gone chan struct{}) { gone <- struct{}{} }, gone)
	}
	collected(t, "the owners", func() bool { return len(gone) == 2 })
}

// Connecting to and disconnecting from a living sender leaves nothing behind.
func TestSendersThatStay(t *testing.T) {
	sender := new(kinds.Account)
	var s kinds.TouchedSignal
	round := func() {
		for range 20_000 {
			s.ConnectFrom(sender, func(context.Context, *kinds.Account) {}).Disconnect()
		}
	}
	round()
	before := heap()
	round()
	if after := heap(); after > before+100_000 {
		t.Errorf("the heap grew from %.0f to %.0f bytes", before, after)
	}
	runtime.KeepAlive(sender)
	runtime.KeepAlive(&s)
}

// A merge of two lists does not keep alive what one of them has dropped.
func TestMergesKeepNothing(t *testing.T) {
	var s kinds.TouchedSignal
	sender := new(kinds.Account)
	s.ConnectFrom(sender, func(context.Context, *kinds.Account) {})
	gone := make(chan struct{}, 1)
	func() {
		captured := new([1 << 16]byte)
		runtime.AddCleanup(captured, func(gone chan struct{}) { gone <- struct{}{} }, gone)
		c := s.Connect(func(context.Context, *kinds.Account) { captured[0]++ })
		s.Send(t.Context(), sender)
		c.Disconnect()
	}()
	collected(t, "the receiver", func() bool { return len(gone) == 1 })
	runtime.KeepAlive(sender)
	runtime.KeepAlive(&s)
}

func TestDrainAfterDisconnect(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range 5000 {
		var s kinds.TickedSignal
		c := s.Connect(func(context.Context, int) {}, Async(4, Block))
		s.Send(ctx, 1)
		_ = c.Drain(ctx)
		s.Send(ctx, 2)
		c.Disconnect()
		if err := c.Drain(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// A panic before the receivers of a send or a connect are reached leaves nothing
// locked.
func TestNothingStaysLocked(t *testing.T) {
	var s kinds.CheckedSignal
	c := s.Connect(func(ctx context.Context, _ string, _ int) error { return nil }, Async(1, Block))
	var none context.Context
	if err := s.SendRobust(none, "", 0); err != nil {
		t.Errorf("without a ctx: %v", err)
	}
	_ = c.Drain(t.Context())
	c.Disconnect()

	var pinged kinds.PingedSignal
	_ = recovered(func() { pinged.ConnectFrom([]int{}, func(context.Context, any) {}) })
	if pinged.HasReceivers() {
		t.Error("it has receivers")
	}
}

func TestUntilStopsAQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		ctx, cancel := context.WithCancel(t.Context())
		heard := 0
		sent := make(chan struct{})
		c := s.Connect(func(context.Context, int) { <-sent; heard++; cancel() }, Async(100, Block), Until(ctx))
		for i := range 100 {
			s.Send(t.Context(), i)
		}
		close(sent)
		synctest.Wait()
		if heard != 1 || c.Dropped() != 99 {
			t.Errorf("%d heard after its ctx was done, %d dropped; want 1 and 99", heard, c.Dropped())
		}
	})
}

func TestCloseWaitsForAsyncOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		heard := 0
		s.Connect(func(context.Context, int) { time.Sleep(time.Second); heard++ }, Async(1, Block), Once())
		s.Send(t.Context(), 1)
		if err := s.Close(t.Context()); err != nil || heard != 1 {
			t.Errorf("error %v, %d heard", err, heard)
		}
	})
}

// A panic with ErrStop is still a panic.
func TestPanicWithErrStop(t *testing.T) {
	var s kinds.TickedSignal
	s.Connect(func(context.Context, int) { panic(fmt.Errorf("not meant so: %w", ErrStop)) })
	var p *PanicError
	if err := s.SendRobust(t.Context(), 0); !errors.As(err, &p) {
		t.Errorf("SendRobust: %v", err)
	}
	if err := s.SendConcurrent(t.Context(), 0); !errors.As(err, &p) {
		t.Errorf("SendConcurrent: %v", err)
	}
}

// Every start has an end, with the error that the sender gets.
func TestObserverIsToldOfPanics(t *testing.T) {
	var s kinds.TickedSignal
	var tr trace
	s.Connect(func(context.Context, int) { panic("boom") }, Name("bad"))
	s.Configure(Observe(tr.observer()))
	_ = s.SendRobust(t.Context(), 0)
	_ = s.SendConcurrent(t.Context(), 0)
	tr.want(t, `
start kinds.ticked robust
  bad send
  bad receive panic: boom
done send signal kinds.ticked: receiver bad: panic: boom
start kinds.ticked concurrent
  bad send
  bad receive panic: boom
done send signal kinds.ticked: receiver bad: panic: boom`)

	s.DisconnectAll()
	s.Connect(func(context.Context, int) { runtime.Goexit() }, Name("exit"))
	tr = nil
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.SendRobust(t.Context(), 0)
	}()
	<-done
	tr.want(t, `
start kinds.ticked robust
  exit send
  exit receive receiver ended its goroutine
done send receiver panicked or ended its goroutine`)

	defer s.Tap(func(context.Context, any) { panic("tap") }).Disconnect()
	if got := recovered(func() { s.Send(t.Context(), 0) }); got != "tap" {
		t.Errorf("recovered %v", got)
	}
	tr.want(t, `
start kinds.ticked sequential
done send receiver panicked or ended its goroutine`)
}

func TestNilSettings(t *testing.T) {
	var s kinds.TickedSignal
	s.Configure(ErrorHandler(nil), Observe(nil))
	_ = s.Close(t.Context())
	s.Send(t.Context(), 0) // is logged
	if got := recovered(func() { s.Tap(nil) }); got != "signalgen: a nil func was given to Tap" {
		t.Errorf("recovered %v", got)
	}
}

// A stream of a closed signal does not wait for its ctx.
func TestCloseForgetsTheContextOfEvents(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	gone := make(chan struct{}, 1)
	func() {
		set := new(kinds.Signals)
		runtime.AddCleanup(set, func(gone chan struct{}) { gone <- struct{}{} }, gone)
		set.Ticked.Events(ctx, 1)
		_ = set.Close(ctx)
	}()
	collected(t, "the set", func() bool { return len(gone) == 1 })
}

// HasReceivers respects Until for the receivers of one sender too.
func TestHasReceiversOfOneSender(t *testing.T) {
	var s kinds.MovedSignal
	ctx, cancel := context.WithCancel(t.Context())
	s.ConnectFrom("left", func(context.Context, string, int) (bool, error) { return true, nil }, Until(ctx))
	if !s.HasReceivers() || !s.HasReceiversFrom("left") || s.HasReceiversFrom("right") {
		t.Error("it has no receivers")
	}
	cancel()
	if s.HasReceivers() || s.HasReceiversFrom("left") {
		t.Error("it has receivers")
	}
}

// Each sends when it is ranged over, not before.
func TestEachOfOneSender(t *testing.T) {
	var s kinds.MovedSignal
	each := s.Each(t.Context(), "left", 1)
	s.ConnectFrom("left", func(context.Context, string, int) (bool, error) { return true, nil })
	for range 2 {
		n := 0
		for range each {
			n++
		}
		if n != 1 {
			t.Errorf("%d responses, want 1", n)
		}
	}
}
