package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

var errVeto = errors.New("veto")

// quotes connects receivers that return 1, an error, 3, a panic and 5.
func quotes(s *kinds.QuotedSignal) {
	for i := 1; i <= 5; i++ {
		s.Connect(func(context.Context, string, ...int) (int, error) {
			switch i {
			case 2:
				return 0, errVeto
			case 4:
				panic("four")
			default:
				return i, nil
			}
		}, Name(fmt.Sprint("r", i)))
	}
}

func wantFive(t *testing.T, responses []Response[int], err error) {
	t.Helper()
	if len(responses) != 5 {
		t.Fatalf("%d responses, want 5: %v", len(responses), responses)
	}
	for i, r := range responses {
		if want := fmt.Sprint("r", i+1); r.Receiver.Name != want {
			t.Errorf("response %d is of %s, want %s", i, r.Receiver.Name, want)
		}
	}
	var p *PanicError
	if responses[0].Value != 1 || responses[2].Value != 3 || responses[4].Value != 5 ||
		responses[1].Err != errVeto || !errors.As(responses[3].Err, &p) || p.Value != "four" {
		t.Errorf("responses %v", responses)
	}
	if !strings.Contains(string(p.Stack), "quotes") {
		t.Errorf("the stack does not show the receiver:\n%s", p.Stack)
	}
	want := "signal kinds.quoted: receiver r2: veto\nsignal kinds.quoted: receiver r4: panic: four"
	if !errors.Is(err, errVeto) || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestResponsesOfEveryReceiver(t *testing.T) {
	var s kinds.QuotedSignal
	quotes(&s)
	responses, err := s.SendRobust(t.Context(), "nail", 1, 2)
	wantFive(t, responses, err)
	responses, err = s.SendConcurrent(t.Context(), "nail", 1, 2)
	wantFive(t, responses, err)
}

func TestResponsesUpToTheFirstError(t *testing.T) {
	var s kinds.QuotedSignal
	quotes(&s)
	responses, err := s.Send(t.Context(), "nail")
	if !slices.Equal(responses, []int{1}) || !errors.Is(err, errVeto) {
		t.Errorf("got %v, %v", responses, err)
	}
	defer s.Tap(func(context.Context, any) {}).Disconnect() // and by the runtime's own loop
	responses, err = s.Send(t.Context(), "nail")
	if !slices.Equal(responses, []int{1}) || !errors.Is(err, errVeto) {
		t.Errorf("got %v, %v", responses, err)
	}
}

func TestEachCallsOnDemand(t *testing.T) {
	var s kinds.CountedSignal
	called := 0
	for i := range 5 {
		s.Connect(func(_ context.Context, from int) int { called++; return from + i }, Name(fmt.Sprint(i)))
	}
	sum := 0
	for r := range s.Each(t.Context(), 10) {
		if sum += r.Value; r.Receiver.Name == "2" {
			break
		}
	}
	if called != 3 || sum != 33 {
		t.Errorf("called %d, sum %d", called, sum)
	}
}

func TestEachOfErrors(t *testing.T) {
	var s kinds.CheckedSignal
	s.Connect(func(context.Context, string, int) error { return nil }, Name("a"))
	s.Connect(func(context.Context, string, int) error { return errVeto }, Name("b"))
	s.Connect(func(context.Context, string, int) error { return ErrStop }, Name("c"))
	s.Connect(func(context.Context, string, int) error { return nil }, Name("d"))
	var got []string
	for info, err := range s.Each(t.Context(), "", 0) {
		got = append(got, fmt.Sprint(info.Name, err))
	}
	if want := []string{"a<nil>", "bveto"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// stopping returns how many of three receivers each way of sending calls if the second
// one stops the send.
func TestErrStop(t *testing.T) {
	var s kinds.CheckedSignal
	called := 0
	for i := range 3 {
		s.Connect(func(context.Context, string, int) error {
			called++
			if i == 1 {
				return fmt.Errorf("enough: %w", ErrStop)
			}
			return nil
		})
	}
	for _, observed := range []bool{false, true} {
		if observed {
			defer s.Tap(func(context.Context, any) {}).Disconnect()
		}
		for name, send := range map[string]func() error{
			"Send":       func() error { return s.Send(t.Context(), "", 0) },
			"SendRobust": func() error { return s.SendRobust(t.Context(), "", 0) },
		} {
			called = 0
			if err := send(); err != nil || called != 2 {
				t.Errorf("%s: %d called, error %v; want 2 and none", name, called, err)
			}
		}
	}
	var q kinds.QuotedSignal
	q.Connect(func(context.Context, string, ...int) (int, error) { return 0, ErrStop })
	q.Connect(func(context.Context, string, ...int) (int, error) { return 2, nil })
	if responses, err := q.Send(t.Context(), ""); len(responses) != 0 || err != nil {
		t.Errorf("Send: %v, %v", responses, err)
	}
	if responses, err := q.SendConcurrent(t.Context(), ""); len(responses) != 2 || err != nil {
		t.Errorf("SendConcurrent: %v, %v", responses, err)
	}
}

func TestSignalsChain(t *testing.T) {
	var a, b kinds.CheckedSignal
	a.Connect(b.Send)
	b.Connect(func(_ context.Context, id string, total int) error {
		return fmt.Errorf("%s %d: %w", id, total, errVeto)
	})
	if err := a.Send(t.Context(), "x", 7); !errors.Is(err, errVeto) || !strings.HasSuffix(err.Error(), "x 7: veto") {
		t.Errorf("got %v", err)
	}
}

func TestGenericSignals(t *testing.T) {
	var s kinds.StoredSignal[string, int]
	var got kinds.Stored[string, int]
	s.Connect(func(_ context.Context, data kinds.Stored[string, int]) error { got = data; return nil })
	if err := s.Send(t.Context(), kinds.Stored[string, int]{Key: "k", Value: 1}); err != nil || got.Key != "k" {
		t.Errorf("got %v, error %v", got, err)
	}
	var l kinds.LookedSignal[int]
	l.Connect(func(_ context.Context, key int) (bool, error) { return key == 3, nil })
	if found, err := l.SendRobust(t.Context(), 3); err != nil || !found[0].Value {
		t.Errorf("got %v, error %v", found, err)
	}
	if s.Name() != "kinds.stored" || l.Doc() != "Looked is generic, and a signature." {
		t.Errorf("name %q, doc %q", s.Name(), l.Doc())
	}
}

// Panics of every kind in the middle of 100 receivers.
func TestPanics(t *testing.T) {
	causes := map[string]func(){
		"nil":   func() { panic(nil) },
		"error": func() { panic(errVeto) },
		"value": func() { panic(42) },
		"index": func() { _ = []int{}[len(causeless)] },
	}
	for name, cause := range causes {
		t.Run(name, func(t *testing.T) {
			var s kinds.TickedSignal
			called := make([]bool, 100)
			for i := range called {
				s.Connect(func(context.Context, int) {
					called[i] = true
					if i == 50 {
						cause()
					}
				})
			}
			for _, observed := range []bool{false, true} {
				if observed {
					defer s.Tap(func(context.Context, any) {}).Disconnect()
				}
				for variant, send := range map[string]func() error{
					"SendRobust":     func() error { return s.SendRobust(t.Context(), 0) },
					"SendConcurrent": func() error { return s.SendConcurrent(t.Context(), 0) },
				} {
					clear(called)
					err := send()
					var p *PanicError
					if !errors.As(err, &p) || slices.Contains(called, false) {
						t.Errorf("%s: error %v, called %v", variant, err, called)
					}
					if name == "error" && !errors.Is(err, errVeto) {
						t.Errorf("%s: the panic's error is not wrapped", variant)
					}
				}
				clear(called)
				if value := recovered(func() { s.Send(t.Context(), 0) }); value == nil || called[51] {
					t.Errorf("Send: recovered %v, next called: %v", value, called[51])
				}
				if value := recovered(func() { drainEach(s.Each(t.Context(), 0)) }); value == nil {
					t.Error("Each: no panic")
				}
			}
		})
	}
}

var causeless []int

func recovered(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func drainEach(seq func(func(ReceiverInfo, error) bool)) {
	for _, err := range seq {
		_ = err
	}
}

// A receiver that ends its goroutine is an error when the goroutine is its own,
// and ends the caller otherwise.
func TestGoexit(t *testing.T) {
	var s kinds.CheckedSignal
	called := 0
	s.Connect(func(context.Context, string, int) error { runtime.Goexit(); return nil })
	s.Connect(func(context.Context, string, int) error { called++; return nil })
	if err := s.SendConcurrent(t.Context(), "", 0); !errors.Is(err, ErrGoexit) || called != 1 {
		t.Errorf("SendConcurrent: error %v, %d called", err, called)
	}
	for name, send := range map[string]func(){
		"Send":       func() { _ = s.Send(t.Context(), "", 0) },
		"SendRobust": func() { _ = s.SendRobust(t.Context(), "", 0) },
	} {
		returned := false
		done := make(chan struct{})
		go func() {
			defer close(done)
			send()
			returned = true
		}()
		<-done
		if returned || called != 1 {
			t.Errorf("%s: returned %v, %d called", name, returned, called)
		}
	}
}

// Whatever a receiver does to the signal that calls it, nothing deadlocks and the next
// send works.
func TestReentrantMutations(t *testing.T) {
	variants := map[string]func(*kinds.CheckedSignal) error{
		"Send":       func(s *kinds.CheckedSignal) error { return s.Send(t.Context(), "outer", 0) },
		"SendRobust": func(s *kinds.CheckedSignal) error { return s.SendRobust(t.Context(), "outer", 0) },
		"Each": func(s *kinds.CheckedSignal) error {
			drainEach(s.Each(t.Context(), "outer", 0))
			return nil
		},
	}
	for name, send := range variants {
		t.Run(name, func(t *testing.T) {
			var s kinds.CheckedSignal
			var called calls
			note := func(name string) kinds.Checked {
				return func(_ context.Context, id string, _ int) error {
					called = append(called, name+" "+id)
					return nil
				}
			}
			var previous, self, next *Connection
			previous = s.Connect(note("previous"))
			self = s.Connect(func(ctx context.Context, id string, total int) error {
				called = append(called, "self "+id)
				self.Disconnect()
				next.Disconnect()
				previous.Disconnect()
				s.Connect(note("new"), Priority(1))
				unmute := s.Mute()
				_ = s.Send(ctx, "muted", 0)
				unmute()
				unmute()
				return s.Send(ctx, "inner", total)
			})
			next = s.Connect(note("next"))
			s.Connect(note("last"))
			if err := send(&s); err != nil {
				t.Error(err)
			}
			called.want(t, "previous outer", "self outer", "new inner", "last inner", "last outer")

			s.Connect(func(ctx context.Context, _ string, _ int) error { return s.Close(ctx) }, Priority(9))
			_ = send(&s)
			called.want(t) // Close disconnects those that have not been called
			if err := s.Send(t.Context(), "", 0); !errors.Is(err, ErrClosed) {
				t.Errorf("after Close: %v", err)
			}
		})
	}
}

// Sends to receivers that are called in a loop, and to weak ones, which are not.
func TestNothingIsAllocated(t *testing.T) {
	if allocatesMore {
		t.Skip("does not apply: the address sanitizer allocates more")
	}
	ctx := context.Background()
	ann, bob := &kinds.Account{}, &kinds.Account{}
	owner := new(node)
	for _, n := range []int{0, 1, 10, 1000} {
		var started kinds.StartedSignal
		var weakly kinds.TouchedSignal
		var ticked kinds.TickedSignal
		var checked kinds.CheckedSignal
		var saved kinds.SavedSignal
		var touched kinds.TouchedSignal
		for i := range n {
			started.Connect(func(context.Context, kinds.Started) error { return nil }, Priority(i%3))
			kinds.ConnectTouchedWeakOn(&weakly, owner, (*node).hear)
			ticked.Connect(func(context.Context, int) {})
			checked.Connect(func(context.Context, string, int) error { return nil })
			saved.Connect(func(context.Context, kinds.Saved) error { return nil })
			saved.ConnectFrom(ann, func(context.Context, kinds.Saved) error { return nil }, Priority(i%3))
			touched.ConnectFrom(bob, func(context.Context, *kinds.Account) {})
		}
		for name, send := range map[string]func(){
			"started": func() { _ = started.Send(ctx, kinds.Started{}) },
			"started robust": func() {
				_ = started.SendRobust(ctx, kinds.Started{})
			},
			"ticked":         func() { ticked.Send(ctx, n) },
			"ticked robust":  func() { _ = ticked.SendRobust(ctx, n) },
			"checked":        func() { _ = checked.Send(ctx, "id", n) },
			"checked robust": func() { _ = checked.SendRobust(ctx, "id", n) },
			"saved":          func() { _ = saved.Send(ctx, kinds.Saved{Sender: ann}) },
			"saved robust":   func() { _ = saved.SendRobust(ctx, kinds.Saved{Sender: ann}) },
			"saved other":    func() { _ = saved.Send(ctx, kinds.Saved{Sender: bob}) },
			"touched":        func() { touched.Send(ctx, bob) },
			"touched robust": func() { _ = touched.SendRobust(ctx, ann) },
			"weak":           func() { weakly.Send(ctx, bob) },
			"weak robust":    func() { _ = weakly.SendRobust(ctx, bob) },
		} {
			if allocs := testing.AllocsPerRun(100, send); allocs != 0 {
				t.Errorf("%s, %d receivers: %v allocations a send, want 0", name, n, allocs)
			}
		}
		runtime.KeepAlive(ann)
		runtime.KeepAlive(owner)
	}
}
