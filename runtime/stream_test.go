package runtime_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func TestNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.QuotedSignal
		s.Connect(func(context.Context, string, ...int) (int, error) { return 0, errVeto })
		go func() {
			time.Sleep(time.Second)
			if !s.HasReceivers() || len(s.Receivers()) != 1 {
				t.Errorf("receivers while somebody waits: %v", s.Receivers())
			}
			_, _ = s.Send(t.Context(), "nail", 1, 2)
		}()
		args, err := s.Next(t.Context())
		if err != nil || args.Item != "nail" || !slices.Equal(args.Pieces, []int{1, 2}) {
			t.Errorf("got %+v, %v", args, err)
		}
	})
}

func TestNextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Next(ctx); !errors.Is(err, context.DeadlineExceeded) || s.HasReceivers() {
			t.Errorf("after its ctx: %v", err)
		}
		time.AfterFunc(time.Second, func() { _ = s.Close(t.Context()) })
		if _, err := s.Next(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
		if _, err := s.Next(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("of a closed signal: %v", err)
		}
	})
}

func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		stream := s.Events(t.Context(), 2)
		for i := range 5 {
			s.Send(t.Context(), i)
		}
		unmute := s.Mute()
		s.Send(t.Context(), 99)
		unmute()
		if stream.Dropped() != 3 {
			t.Errorf("%d dropped, want 3", stream.Dropped())
		}
		go func() {
			time.Sleep(time.Second)
			s.Send(t.Context(), 5)
			_ = s.Close(t.Context())
		}()
		var got []int
		for args := range stream.All() {
			got = append(got, args.N)
		}
		if want := []int{3, 4, 5}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// A stream ends with its ctx and by Close, but not with the loop over it.
func TestEventsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range s.Events(ctx, 1).All() {
			t.Error("got something")
		}
		if s.HasReceivers() {
			t.Error("connected after its ctx was done")
		}

		stream := s.Events(t.Context(), 5)
		for i := range 5 {
			s.Send(t.Context(), i)
		}
		for args := range stream.All() {
			if args.N == 1 {
				break
			}
		}
		for args := range stream.All() {
			if args.N != 2 {
				t.Errorf("went on with %d, want 2", args.N)
			}
			stream.Close()
		}
		stream.Close()
		if s.HasReceivers() {
			t.Error("connected after Close")
		}
		_ = s.Close(t.Context())
		for range s.Events(t.Context(), 1).All() {
			t.Error("a closed signal has events")
		}
	})
}

// A stream also works on a signal that has never been used.
func TestEventsOfEveryReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		stream := s.Events(t.Context(), 10)
		done := make(chan int)
		for range 3 {
			go func() {
				n := 0
				for range stream.All() {
					n++
				}
				done <- n
			}()
		}
		for i := range 30 {
			s.Send(t.Context(), i)
			synctest.Wait()
		}
		_ = s.Close(t.Context())
		if sum := <-done + <-done + <-done; sum != 30 {
			t.Errorf("%d of 30 sends were seen", sum)
		}
	})
}

func TestTap(t *testing.T) {
	var s kinds.CheckedSignal
	s.Connect(func(context.Context, string, int) error { return errVeto })
	var got []any
	c := s.Tap(func(_ context.Context, args any) { got = append(got, args) })
	if err := s.Send(t.Context(), "a", 1); !errors.Is(err, errVeto) {
		t.Error(err)
	}
	s.DisconnectAll()
	_ = s.SendRobust(t.Context(), "b", 2)
	if !c.Connected() || !c.Disconnect() || c.Disconnect() || c.Connected() {
		t.Error("the tap's connection is not as others")
	}
	_ = s.Send(t.Context(), "c", 3)
	if want := []any{kinds.CheckedArgs{ID: "a", Total: 1}, kinds.CheckedArgs{ID: "b", Total: 2}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A payload that is a nil interface is carried like any other.
func TestNilPayload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.NotedSignal
		hear := func(_ context.Context, data kinds.Noted) error {
			if data != nil {
				t.Errorf("a receiver heard %v", data)
			}
			return nil
		}
		s.Connect(hear)
		async := s.Connect(hear, Async(1, Block))
		defer async.Disconnect()
		stream := s.Events(t.Context(), 1)
		time.AfterFunc(time.Second, func() { _ = s.Send(t.Context(), nil) })
		if data, err := s.Next(t.Context()); data != nil || err != nil {
			t.Errorf("got %v, %v", data, err)
		}
		for data := range stream.All() {
			if data != nil {
				t.Errorf("the stream has %v", data)
			}
			break
		}
		if err := async.Drain(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Restoring a Checkpoint removes taps as it does receivers.
func TestCheckpointTakesTapsAway(t *testing.T) {
	var s kinds.StartedSignal
	before, during := 0, 0
	s.Tap(func(context.Context, any) { before++ })
	restore := Checkpoint(&s)
	s.Tap(func(context.Context, any) { during++ })
	restore()
	if _ = s.Send(t.Context(), kinds.Started{}); before != 1 || during != 0 {
		t.Errorf("heard %d and %d times", before, during)
	}
}

// A tap that panics does not keep the receivers of a robust send from being called.
func TestTapPanics(t *testing.T) {
	var s kinds.StartedSignal
	called := 0
	s.Tap(func(context.Context, any) { panic("tap") })
	s.Connect(func(context.Context, kinds.Started) error { called++; return nil })
	for name, send := range map[string]func(context.Context, kinds.Started) error{"robust": s.SendRobust, "concurrent": s.SendConcurrent} {
		var panicked *PanicError
		called = 0
		if err := send(t.Context(), kinds.Started{}); !errors.As(err, &panicked) || called != 1 {
			t.Errorf("%s: called %d, error %v", name, called, err)
		}
	}
	if value := recovered(func() { _ = s.Send(t.Context(), kinds.Started{}) }); value != "tap" {
		t.Errorf("Send: got the panic %v", value)
	}
}
