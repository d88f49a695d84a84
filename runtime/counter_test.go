package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// picker is an observer of one in so many sends and calls.
func picker(log *[]string, sends, calls int) *Observer {
	o := &Observer{Sends: new(Counter), Calls: new(Counter)}
	o.SendStart = func(ctx context.Context, _ SendInfo) context.Context {
		*log = append(*log, fmt.Sprint("send ", o.Sends.Load()))
		o.Sends.Skip(sends - 1)
		return ctx
	}
	o.ReceiveStart = func(ctx context.Context, _ SendInfo, r ReceiverInfo) context.Context {
		*log = append(*log, fmt.Sprint(r.Name, " ", o.Calls.Load()))
		o.Calls.Skip(calls - 1)
		return ctx
	}
	return o
}

// An observer with counters is notified of some sends, and of some calls in them.
func TestCounterPicks(t *testing.T) {
	var s kinds.StartedSignal
	var log []string
	o := picker(&log, 4, 3)
	s.Configure(Observe(o))
	s.Connect(hearNothing, Name("a"))
	s.Connect(hearNothing, Name("b"))
	for range 10 {
		send(t, &s)
	}
	if got := strings.Join(log, ", "); got != "send 1, a 1, send 5, b 4, send 9" {
		t.Errorf("got %s", got)
	}
	if o.Sends.Load() != 10 || o.Calls.Load() != 6 {
		t.Errorf("%d sends, %d calls", o.Sends.Load(), o.Calls.Load())
	}
}

// Each send is counted once, whatever happens to it.
func TestCounterCountsOnce(t *testing.T) {
	account := new(kinds.Account)
	ways := map[string]func(s *kinds.SavedSignal){
		"plain":  func(s *kinds.SavedSignal) { s.Connect(func(context.Context, kinds.Saved) error { return nil }) },
		"nobody": func(*kinds.SavedSignal) {},
		"one sender": func(s *kinds.SavedSignal) {
			s.ConnectFrom(account, func(context.Context, kinds.Saved) error { return nil })
		},
		"both": func(s *kinds.SavedSignal) {
			s.Connect(func(context.Context, kinds.Saved) error { return nil })
			s.ConnectFrom(account, func(context.Context, kinds.Saved) error { return nil })
		},
		"priorities": func(s *kinds.SavedSignal) {
			s.Connect(func(context.Context, kinds.Saved) error { return nil })
			s.Connect(func(context.Context, kinds.Saved) error { return nil }, Priority(1))
		},
		"once":  func(s *kinds.SavedSignal) { s.Connect(func(context.Context, kinds.Saved) error { return nil }, Once()) },
		"tap":   func(s *kinds.SavedSignal) { s.Tap(func(context.Context, any) {}) },
		"muted": func(s *kinds.SavedSignal) { s.Mute() },
	}
	sends := []func(s *kinds.SavedSignal) error{
		func(s *kinds.SavedSignal) error { return s.Send(context.Background(), kinds.Saved{Sender: account}) },
		func(s *kinds.SavedSignal) error {
			return s.SendRobust(context.Background(), kinds.Saved{Sender: account})
		},
		func(s *kinds.SavedSignal) error {
			return s.SendConcurrent(context.Background(), kinds.Saved{Sender: account})
		},
		func(s *kinds.SavedSignal) error {
			for _, err := range s.Each(context.Background(), kinds.Saved{Sender: account}) {
				_ = err
			}
			return nil
		},
		func(s *kinds.SavedSignal) error {
			return Deliver(context.Background(), s, kinds.Saved{Sender: account}, account)
		},
	}
	for name, prepare := range ways {
		for _, picked := range []bool{true, false} {
			var s kinds.SavedSignal
			told := 0
			o := &Observer{Sends: new(Counter), SendDone: func(context.Context, SendInfo, error) { told++ }}
			s.Configure(Observe(o))
			prepare(&s)
			want := 2 * len(sends)
			if !picked {
				o.Sends.Skip(-1)
				want = 0
			}
			for _, send := range slices.Concat(sends, sends) {
				if err := send(&s); err != nil {
					t.Error(err)
				}
			}
			if n := o.Sends.Load(); n != uint64(2*len(sends)) || told != want {
				t.Errorf("%s: %d sends counted, %d told, want %d", name, n, told, want)
			}
		}
	}
}

// If one observer is notified of every send, so are all others.
func TestCounterBesideAnotherObserver(t *testing.T) {
	var s kinds.StartedSignal
	var log []string
	rare, sends := picker(&log, 1000, 1000), 0
	s.Configure(Observe(rare), Observe(&Observer{SendDone: func(context.Context, SendInfo, error) { sends++ }}))
	s.Connect(hearNothing, Name("a"))
	for range 3 {
		send(t, &s)
	}
	if got := strings.Join(log, ", "); sends != 3 || got != "send 1, a 1, send 2, send 3" {
		t.Errorf("%d sends, got %s", sends, got)
	}
}

// The calls of async receivers are counted and picked like those of others.
func TestCounterOfAsync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, opts := range [][]ConnectOption{nil, {Around(traced(new([]string), ""))}} {
			var s kinds.StartedSignal
			var log []string
			o := picker(&log, 1000, 4)
			s.Configure(Observe(o))
			conn := s.Connect(hearNothing, append(opts, Name("a"), Async(20, Block))...)
			for range 10 {
				send(t, &s)
			}
			_ = conn.Drain(t.Context())
			if got := strings.Join(log, ", "); got != "send 1, a 1, a 5, a 9" || o.Calls.Load() != 10 {
				t.Errorf("%d calls, got %s", o.Calls.Load(), got)
			}
			conn.Disconnect()
		}
	})
}

// A send that is counted but not picked does not allocate.
func TestCounterAllocates(t *testing.T) {
	var s kinds.StartedSignal
	o := picker(new([]string), 1, 1)
	o.Sends.Skip(-1)
	s.Configure(Observe(o))
	s.Connect(hearNothing)
	if n := testing.AllocsPerRun(100, func() { _ = s.Send(context.Background(), kinds.Started{}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// For gives each signal its own observer, or none.
func TestObserverFor(t *testing.T) {
	var set kinds.Signals
	told := make(map[string]int)
	set.Configure(Observe(&Observer{For: func(s AnySignal) *Observer {
		name := s.Name()
		if name == "" || s.Doc() == "" {
			t.Error("a signal has no name, or no doc")
		}
		if name == "kinds.ticked" {
			return nil
		}
		return &Observer{SendStart: func(ctx context.Context, _ SendInfo) context.Context { told[name]++; return ctx }}
	}}))
	_ = set.Started.Send(t.Context(), kinds.Started{})
	_ = set.Checked.Send(t.Context(), "", 1)
	set.Ticked.Send(t.Context(), 1)
	var own kinds.StartedSignal
	own.Configure(Observe(&Observer{For: func(s AnySignal) *Observer {
		return &Observer{Failed: func(AnySignal, ReceiverInfo, error) { told[s.Name()]++ }}
	}}))
	own.Connect(func(context.Context, kinds.Started) error { return errVeto })
	_ = own.Send(t.Context(), kinds.Started{})
	if told["kinds.started"]--; len(told) != 2 || told["kinds.started"] != 1 || told["kinds.checked"] != 1 {
		t.Errorf("told %v", told)
	}
}

// Failed is called once for each error, even if the send is not picked.
func TestObserverFailed(t *testing.T) {
	for mode, send := range map[string]func(*kinds.CheckedSignal) error{
		"Send":           func(s *kinds.CheckedSignal) error { return s.Send(context.Background(), "", 1) },
		"SendRobust":     func(s *kinds.CheckedSignal) error { return s.SendRobust(context.Background(), "", 1) },
		"SendConcurrent": func(s *kinds.CheckedSignal) error { return s.SendConcurrent(context.Background(), "", 1) },
		"Each": func(s *kinds.CheckedSignal) (err error) {
			for _, failed := range s.Each(context.Background(), "", 1) {
				err = failed
			}
			return err
		},
	} {
		for _, picked := range []bool{true, false} {
			var s kinds.CheckedSignal
			var failed []string
			o := &Observer{
				Sends: new(Counter), SendDone: func(context.Context, SendInfo, error) {},
				Failed: func(_ AnySignal, r ReceiverInfo, err error) { failed = append(failed, fmt.Sprint(r.Name, " ", err)) },
			}
			if !picked {
				o.Sends.Skip(-1)
			}
			s.Configure(Observe(o))
			s.Connect(func(context.Context, string, int) error { return nil }, Name("a"))
			s.Connect(func(context.Context, string, int) error { return errVeto }, Name("b"))
			s.Connect(func(context.Context, string, int) error { return ErrStop }, Name("c"))
			if err := send(&s); !errors.Is(err, errVeto) || fmt.Sprint(failed) != "[b veto]" {
				t.Errorf("%s: %v, told of %v", mode, err, failed)
			}
		}
	}
}

// A panic that reaches the sender is reported if the call is observed; other panics
// always are.
func TestObserverFailedOfPanic(t *testing.T) {
	var s kinds.StartedSignal
	var failed []error
	o := &Observer{
		Sends: new(Counter), ReceiveDone: func(context.Context, SendInfo, ReceiverInfo, error) {},
		Failed: func(_ AnySignal, _ ReceiverInfo, err error) { failed = append(failed, err) },
	}
	s.Configure(Observe(o))
	s.Connect(func(context.Context, kinds.Started) error { panic("boom") })
	for _, skipped := range []int{0, -1} {
		o.Sends.Skip(skipped)
		if recovered(func() { _ = s.Send(t.Context(), kinds.Started{}) }) != "boom" {
			t.Error("the panic is gone")
		}
		_ = s.SendRobust(t.Context(), kinds.Started{})
	}
	if len(failed) != 3 || failed[0] != ErrUnwound {
		t.Fatalf("told of %v", failed)
	}
	for _, err := range failed[1:] {
		if p, ok := err.(*PanicError); !ok || p.Value != "boom" {
			t.Errorf("told of %v", err)
		}
	}
}

// WorkerStart is called once in each goroutine of an async receiver. Its panic is an
// error of the receiver.
func TestObserverWorkerStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		var log []string
		s.Configure(
			ErrorHandler(func(_ context.Context, err *ReceiverError) { log = append(log, err.Error()) }),
			Observe(&Observer{WorkerStart: func(s AnySignal, r ReceiverInfo) {
				log = append(log, s.Name()+" "+r.Name)
				panic("boom")
			}}),
		)
		conn := s.Connect(func(context.Context, kinds.Started) error { log = append(log, "heard"); return nil }, Async(2, Block), Name("a"))
		for range 2 {
			send(t, &s)
		}
		_ = conn.Drain(t.Context())
		conn.Disconnect()
		if got := strings.Join(log, ", "); got != "kinds.started a, signal kinds.started: receiver a: panic: boom, heard, heard" {
			t.Errorf("got %s", got)
		}
	})
}
