package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func hearNothing(context.Context, kinds.Started) error { return nil }

// An invalid option is refused at once, with the name of the signal.
func TestInvalidOptions(t *testing.T) {
	var none context.Context
	for wanted, opt := range map[string]ConnectOption{
		"found a nil option":                      nil,
		"Until has a nil ctx":                     Until(none),
		"Async has the size 0;":                   Async(0, Block),
		"Async has the size -1;":                  Async(-1, Block),
		"Async has the size 9223372036854775807;": Async(math.MaxInt, Block),
		"Async has the overflow 7;":               Async(1, 7),
		"Async has the overflow -1;":              Async(1, -1),
	} {
		var s kinds.StartedSignal
		panicked := fmt.Sprint(recovered(func() { s.Connect(hearNothing, opt) }))
		if !strings.HasPrefix(panicked, "signalgen: connecting to kinds.started: "+wanted) {
			t.Errorf("want %q, got %s", wanted, panicked)
		}
		if s.HasReceivers() {
			t.Errorf("%s: the receiver is connected", wanted)
		}
	}
	if text := Overflow(7).String(); text != "Overflow(7)" {
		t.Errorf("an unknown overflow is called %s", text)
	}
}

// A sender that cannot be looked up is heard by those who hear every sender. To
// connect to it is refused.
func TestSendersThatAreNoKeys(t *testing.T) {
	type odd struct{ v any }
	var s kinds.PingedSignal
	heard := 0
	s.Connect(func(context.Context, any) { heard++ })
	s.ConnectFrom("someone", func(context.Context, any) { t.Error("another sender was heard") })
	for i, sender := range []any{[]int{1}, odd{[]int{1}}, map[string]int{}, func() {}, math.NaN(), nil} {
		s.Send(t.Context(), sender)
		if err := s.SendRobust(t.Context(), sender); err != nil {
			t.Errorf("%T: %v", sender, err)
		}
		if want := 2 * (i + 1); heard != want {
			t.Errorf("%T: heard %d sends, want %d", sender, heard, want)
		}
		if sender == nil {
			continue
		}
		panicked := fmt.Sprint(recovered(func() { s.ConnectFrom(sender, func(context.Context, any) {}) }))
		if !strings.HasPrefix(panicked, "signalgen: connecting to kinds.pinged: found the sender ") {
			t.Errorf("%T: got %s", sender, panicked)
		}
	}
}

// A pointer to a small object without pointers, which shares its block of memory with
// others, is collected as any other sender is.
func TestSmallSendersAreCollected(t *testing.T) {
	const senders = 200
	var s kinds.PointedSignal
	collected := make(chan struct{}, senders)
	for range senders {
		sender := new(int64)
		s.ConnectFrom(sender, func(context.Context, *int64) {})
		runtime.AddCleanup(sender, func(struct{}) { collected <- struct{}{} }, struct{}{})
	}
	found := 0
	for deadline := time.After(10 * time.Second); found < senders*9/10; {
		runtime.GC()
		select {
		case <-collected:
			found++
		case <-deadline:
			t.Fatalf("%d of %d senders were collected", found, senders)
		}
	}
}

// A Once receiver that is async is not called after Disconnect or DisconnectAll has
// returned, though the send that has disconnected it has queued it.
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

// A handler that panics is not called with its own panic, and its receiver goes on.
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

// A tap that panics keeps no receiver of a robust send from being called.
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

// A Connect that panics because an observer does leaves no receiver that nobody can
// disconnect.
func TestConnectedPanics(t *testing.T) {
	var s kinds.StartedSignal
	s.Configure(Observe(&Observer{Connected: func(AnySignal, ReceiverInfo) { panic("observer") }}))
	if value := recovered(func() { s.Connect(hearNothing) }); value != "observer" {
		t.Errorf("got the panic %v", value)
	}
	if s.HasReceivers() {
		t.Error("the receiver is connected")
	}
}

// The goroutine of an async receiver has not the labels of the send that has started
// it: what it does later is no matter of that.
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

// A receiver that is connected outside a bubble may be sent to inside one, and is
// disconnected there.
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

// ownContext is a ctx of a type that package context does not know.
type ownContext struct{ context.Context }

func (c ownContext) Value(any) any { return nil } // so that it hides what it is made of

// However many receivers end with a ctx of one's own, one goroutine waits for it.
func TestUntilWithAContextOfOnesOwn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var s kinds.StartedSignal
	before := runtime.NumGoroutine()
	for range 50 {
		s.Connect(hearNothing, Until(ownContext{ctx}))
	}
	if n := runtime.NumGoroutine() - before; n > 1 {
		t.Errorf("%d goroutines wait", n)
	}
	cancel()
	for s.HasReceivers() {
		runtime.Gosched()
	}
	first := s.Connect(hearNothing, Until(uncomparable{ctx, nil}))
	if s.HasReceivers() || first.Connected() {
		t.Error("it is connected although its ctx is done")
	}
}

// uncomparable is a ctx that is no key.
type uncomparable struct {
	context.Context
	_ []int
}

type (
	promoting struct{ promoted }
	promoted  struct{ _ int }
)

func (*promoted) Hear(context.Context, kinds.Started) error { return nil }

// A promoted method is a func that the compiler makes: where it is connected is told.
func TestInfoOfPromotedMethods(t *testing.T) {
	var s kinds.StartedSignal
	p := new(promoting)
	s.Connect(p.Hear)
	s.Connect(p.Hear, Annotated((*promoting).Hear, p))
	kinds.ConnectStartedWeakOn(&s, p, (*promoting).Hear)
	for _, info := range s.Receivers() {
		if !strings.HasSuffix(info.File, "faults_test.go") || info.Line == 0 {
			t.Errorf("got %+v", info)
		}
	}
	runtime.KeepAlive(p)
}

// A Checkpoint opens what has been closed since.
func TestCheckpointUndoesClose(t *testing.T) {
	var s kinds.StartedSignal
	for range 2 {
		restore := Checkpoint(&s)
		heard := 0
		s.Connect(func(context.Context, kinds.Started) error { heard++; return nil })
		if err := s.Send(t.Context(), kinds.Started{}); err != nil || heard != 1 {
			t.Errorf("heard %d, %v", heard, err)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		restore()
	}
}
