package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// slow connects an async receiver that takes a second for each send and keeps
// what it has heard.
func slow(s *kinds.CheckedSignal, size int, overflow Overflow) (*Connection, *[]int) {
	var heard []int
	return s.Connect(func(_ context.Context, _ string, total int) error {
		time.Sleep(time.Second)
		heard = append(heard, total)
		return nil
	}, Async(size, overflow), Name("slow")), &heard
}

// When the others of six sends come, one is being heard and two are queued.
func TestOverflow(t *testing.T) {
	for _, test := range []struct {
		overflow Overflow
		heard    []int
		failed   []int
		took     time.Duration
	}{
		{Block, []int{0, 1, 2, 3, 4, 5}, nil, 3 * time.Second},
		{DropNewest, []int{0, 1, 2}, nil, 0},
		{DropOldest, []int{0, 4, 5}, nil, 0},
		{Fail, []int{0, 1, 2}, []int{3, 4, 5}, 0},
	} {
		t.Run(fmt.Sprint(test.overflow), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var s kinds.CheckedSignal
				c, heard := slow(&s, 2, test.overflow)
				start := time.Now()
				var failed []int
				for i := range 6 {
					if err := s.Send(t.Context(), "", i); err != nil {
						if !errors.Is(err, ErrQueueFull) {
							t.Errorf("send %d: %v", i, err)
						}
						failed = append(failed, i)
					}
					synctest.Wait() // the first is taken from the queue
				}
				if took := time.Since(start); took != test.took {
					t.Errorf("sending took %v, want %v", took, test.took)
				}
				if err := c.Drain(t.Context()); err != nil {
					t.Error(err)
				}
				if !slices.Equal(*heard, test.heard) || !slices.Equal(failed, test.failed) {
					t.Errorf("heard %v, failed %v; want %v and %v", *heard, failed, test.heard, test.failed)
				}
				if dropped := c.Dropped(); dropped != uint64(6-len(*heard)) {
					t.Errorf("%d heard, %d dropped", len(*heard), dropped)
				}
				c.Disconnect()
			})
		})
	}
}

func TestBlockUntilContextIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		c, _ := slow(&s, 1, Block)
		defer func() {
			c.Disconnect()
			_ = c.Drain(t.Context()) // the call that runs
		}()
		_ = s.Send(t.Context(), "", 0)
		synctest.Wait()
		_ = s.Send(t.Context(), "", 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		err := s.Send(ctx, "", 2)
		var failed *ReceiverError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &failed) || failed.Receiver.Name != "slow" {
			t.Errorf("got %v", err)
		}
		if c.Dropped() != 1 {
			t.Errorf("%d dropped, want 1", c.Dropped())
		}
	})
}

func TestDisconnectDropsWhatIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		c, heard := slow(&s, 10, Block)
		for i := range 5 {
			_ = s.Send(t.Context(), "", i)
		}
		synctest.Wait()
		c.Disconnect()
		if c.Dropped() != 4 {
			t.Errorf("%d dropped, want 4", c.Dropped())
		}
		if err := c.Drain(t.Context()); err != nil || !slices.Equal(*heard, []int{0}) {
			t.Errorf("heard %v, error %v", *heard, err)
		}
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		c, heard := slow(&s, 10, Block)
		defer c.Disconnect()
		if err := c.Drain(t.Context()); err != nil {
			t.Errorf("with nothing sent: %v", err)
		}
		_ = s.Send(t.Context(), "", 1)
		_ = s.Send(t.Context(), "", 2)
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		if err := c.Drain(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("drained early: %v", err)
		}
		if err := c.Drain(t.Context()); err != nil || len(*heard) != 2 {
			t.Errorf("heard %v, error %v", *heard, err)
		}
		sync := s.Connect(func(context.Context, string, int) error { return nil })
		if err := sync.Drain(t.Context()); err != nil || sync.Dropped() != 0 {
			t.Errorf("of a receiver without a queue: %v", err)
		}
	})
}

// The receiver's ctx has the values of the sender's, but not its cancellation.
func TestAsyncContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		type key struct{}
		var heard []context.Context
		c := s.Connect(func(ctx context.Context, _ string, _ int) error { heard = append(heard, ctx); return nil }, Async(2, Block))
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "v"))
		_ = s.Send(ctx, "", 0)
		cancel()
		_ = c.Drain(t.Context())
		if got := heard[0]; got.Value(key{}) != "v" || got.Err() != nil || got.Done() != nil {
			t.Errorf("value %v, error %v", got.Value(key{}), got.Err())
		}
		c.Disconnect()
	})
}

// Errors, panics and Goexit go to the error handler; the next send is heard.
func TestAsyncFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		var errs []error
		s.Configure(ErrorHandler(func(_ context.Context, err *ReceiverError) { errs = append(errs, err) }))
		heard := 0
		c := s.Connect(func(_ context.Context, id string, _ int) error {
			heard++
			switch id {
			case "error":
				return errVeto
			case "panic":
				panic("boom")
			case "goexit":
				runtime.Goexit()
			case "stop":
				return ErrStop
			}
			return nil
		}, Async(10, Block))
		for _, id := range []string{"error", "panic", "goexit", "stop", "ok"} {
			if err := s.Send(t.Context(), id, 0); err != nil {
				t.Error(err)
			}
		}
		_ = c.Drain(t.Context())
		var p *PanicError
		if len(errs) != 3 || !errors.Is(errs[0], errVeto) || !errors.As(errs[1], &p) || !errors.Is(errs[2], ErrGoexit) || heard != 5 {
			t.Errorf("%d heard, errors %v", heard, errs)
		}
		c.Disconnect()
	})
}

// An async receiver adds no response. A full queue is an error.
func TestAsyncResponses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.QuotedSignal
		a := s.Connect(func(context.Context, string, ...int) (int, error) { time.Sleep(time.Second); return 1, nil }, Async(1, Fail))
		s.Connect(func(context.Context, string, ...int) (int, error) { return 2, nil })
		for i, want := range []string{"[2] <nil>", "[2] <nil>", "[] queue is full"} {
			responses, err := s.Send(t.Context(), "")
			if got := fmt.Sprint(responses, " ", errors.Unwrap(err)); got != want {
				t.Errorf("send %d: %s, want %s", i, got, want)
			}
			synctest.Wait()
		}
		responses, err := s.SendRobust(t.Context(), "")
		if len(responses) != 2 || responses[0].Err != ErrQueueFull || responses[1].Value != 2 || !errors.Is(err, ErrQueueFull) {
			t.Errorf("got %v, %v", responses, err)
		}
		a.Disconnect()
		_ = a.Drain(t.Context()) // the call that runs
	})
}

func TestAsyncOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		var heard []int
		c := s.Connect(func(_ context.Context, _ string, total int) error { heard = append(heard, total); return nil }, Async(4, Block), Once())
		for i := range 3 {
			_ = s.Send(t.Context(), "", i)
		}
		_ = c.Drain(t.Context())
		if !slices.Equal(heard, []int{0}) || c.Connected() {
			t.Errorf("heard %v, connected %v", heard, c.Connected())
		}
	})
}

func TestUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		var called calls
		ctx, cancel := context.WithCancel(t.Context())
		c := s.Connect(called.receiver("until"), Until(ctx))
		send(t, &s)
		cancel()
		if c.Connected() || s.HasReceivers() || len(s.Receivers()) != 0 {
			t.Error("connected after its ctx was done")
		}
		send(t, &s)
		called.want(t, "until")
		synctest.Wait()
		if c.Disconnect() {
			t.Error("was not disconnected when its ctx was done")
		}
		if s.Connect(called.receiver("late"), Until(ctx)).Connected() {
			t.Error("connected with a ctx that is done")
		}
		send(t, &s)
		called.want(t)
	})
}

// What waits for a ctx ends with the connection.
func TestUntilIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var called calls
		first := s.Connect(called.receiver("first"), ID("x"), Until(ctx))
		if s.Connect(called.receiver("second"), ID("x"), Until(ctx)) != first {
			t.Error("the id was not respected")
		}
		first.Disconnect()
		c := s.Connect(called.receiver("third"), ID("x"))
		cancel()
		synctest.Wait()
		if !c.Connected() {
			t.Error("a ctx disconnected another connection of its id")
		}
	})
}

// A waiting send continues as soon as there is one place, whatever the receiver does
// next.
func TestBlockTakesTheFirstPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		conn, heard := slow(&s, 8, Block)
		began := time.Now()
		for n := range 10 { // the first is being heard, eight wait
			if err := s.Send(t.Context(), "", n); err != nil {
				t.Error(err)
			}
			synctest.Wait()
		}
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("the tenth waited %v, want 1s", waited)
		}
		if err := conn.Drain(t.Context()); err != nil || !slices.IsSorted(*heard) || len(*heard) != 10 {
			t.Errorf("heard %v, %v", *heard, err)
		}
		conn.Disconnect()
	})
}

// An error handler that ends its goroutine, as that of a test may, does not end a
// queue.
func TestErrorHandlerEndsItsGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, receiver := range map[string]func(context.Context, kinds.Started) error{
			"error": func(context.Context, kinds.Started) error { return errVeto },
			"panic": func(context.Context, kinds.Started) error { panic(errVeto) },
		} {
			var s kinds.StartedSignal
			handled := 0
			s.Configure(ErrorHandler(func(_ context.Context, err *ReceiverError) {
				handled++
				runtime.Goexit()
			}))
			conn := s.Connect(receiver, Async(2, Block))
			for range 3 {
				_ = s.Send(t.Context(), kinds.Started{})
			}
			if err := conn.Drain(t.Context()); err != nil || handled < 3 {
				t.Errorf("%s: handled %d, %v", name, handled, err)
			}
			conn.Disconnect()
		}
	})
}

// An async Once receiver that is disconnected before it is queued is forgotten.
func TestOnceThatIsNotQueuedIsForgotten(t *testing.T) {
	var s kinds.StartedSignal
	var conn *Connection
	s.Configure(Observe(&Observer{Disconnected: func(AnySignal, ReceiverInfo) { conn.Disconnect() }}))
	for range 5 {
		conn = s.Connect(hearNothing, Once(), Async(1, Block))
		_ = s.Send(t.Context(), kinds.Started{})
	}
	if n := Ending(&s); n != 0 {
		t.Errorf("%d are kept", n)
	}
}

// An async Once receiver is not called after Disconnect or DisconnectAll has returned,
// even though the send that disconnected it has queued it.
func TestOnceIsNotCalledAfterDisconnect(t *testing.T) {
	for name, end := range map[string]func(*kinds.StartedSignal, *Connection){
		"Disconnect":    func(_ *kinds.StartedSignal, c *Connection) { c.Disconnect() },
		"DisconnectAll": func(s *kinds.StartedSignal, _ *Connection) { s.DisconnectAll() },
	} {
		late := 0
		for range 500 {
			var s kinds.StartedSignal
			ended, calls := make(chan struct{}), make(chan bool, 1)
			conn := s.Connect(func(context.Context, kinds.Started) error {
				select {
				case <-ended:
					calls <- true
				default:
					calls <- false
				}
				return nil
			}, Once(), Async(1, Block))
			_ = s.Send(t.Context(), kinds.Started{})
			end(&s, conn)
			close(ended)
			_ = conn.Drain(t.Context())
			select {
			case after := <-calls:
				if after {
					late++ // it may have been entered just before
				}
			default:
				if conn.Dropped() != 1 {
					t.Fatalf("%s: neither called nor dropped", name)
				}
			}
		}
		if late > 250 {
			t.Errorf("%s: %d of 500 were called afterwards", name, late)
		}
	}
}

// A handler that panics is not called with its own panic, and its receiver continues.
func TestErrorHandlerPanics(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		handled, heard := 0, 0
		s.Configure(ErrorHandler(func(context.Context, *ReceiverError) { handled++; panic("handler") }))
		conn := s.Connect(func(_ context.Context, data kinds.Started) error {
			if heard++; data.N == 1 {
				panic("receiver")
			}
			return errors.New("failed")
		}, Async(4, Block))
		defer conn.Disconnect()
		for n := range 3 {
			_ = s.Send(t.Context(), kinds.Started{N: int64(n)})
		}
		if err := conn.Drain(t.Context()); err != nil || handled != 3 || heard != 3 {
			t.Errorf("%d handled, %d heard, %v; want 3 of each", handled, heard, err)
		}
	})
	if n := strings.Count(log.String(), "panic: handler"); n != 3 {
		t.Errorf("%d panics were logged, want 3:\n%s", n, &log)
	}
}

// The goroutine of an async receiver does not have the labels of the send that started
// it: its later calls have nothing to do with that send.
func TestWorkerHasNoLabels(t *testing.T) {
	var s kinds.StartedSignal
	profiles := make(chan string, 1)
	conn := s.Connect(func(context.Context, kinds.Started) error {
		var text bytes.Buffer
		err := pprof.Lookup("goroutine").WriteTo(&text, 1)
		profiles <- text.String()
		return err
	}, Async(1, Block))
	defer conn.Disconnect()
	labels := pprof.Labels("sent-by", "TestWorkerHasNoLabels")
	pprof.Do(t.Context(), labels, func(ctx context.Context) { _ = s.Send(ctx, kinds.Started{}) })
	if text := <-profiles; strings.Contains(text, "TestWorkerHasNoLabels\"}") {
		t.Errorf("the goroutine has the sender's labels:\n%s", text)
	}
}

// A receiver that is connected outside a bubble may be called and disconnected inside
// one.
func TestConnectedOutsideTheBubble(t *testing.T) {
	var s kinds.StartedSignal
	heard := 0
	conn := s.Connect(func(context.Context, kinds.Started) error { heard++; return nil }, Async(1, Block))
	synctest.Test(t, func(t *testing.T) {
		for range 3 {
			_ = s.Send(t.Context(), kinds.Started{})
		}
		synctest.Wait()
		if heard != 3 {
			t.Errorf("heard %d, want 3", heard)
		}
		conn.Disconnect()
	})
}
