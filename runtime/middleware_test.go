package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// traced returns middleware that logs when a call begins and ends.
func traced(log *[]string, name string) Middleware {
	return func(ctx context.Context, r ReceiverInfo, call func(context.Context) error) error {
		*log = append(*log, name+" before "+r.Name)
		err := call(ctx)
		*log = append(*log, fmt.Sprint(name, " behind ", r.Name, ": ", err))
		return err
	}
}

// Middleware of the set wraps that of the receiver, the first outermost, in every way
// to send.
func TestMiddlewareOrder(t *testing.T) {
	for mode, send := range map[string]func(*kinds.CheckedSignal, context.Context) error{
		"Send":           func(s *kinds.CheckedSignal, ctx context.Context) error { return s.Send(ctx, "", 1) },
		"SendRobust":     func(s *kinds.CheckedSignal, ctx context.Context) error { return s.SendRobust(ctx, "", 1) },
		"SendConcurrent": func(s *kinds.CheckedSignal, ctx context.Context) error { return s.SendConcurrent(ctx, "", 1) },
		"Each": func(s *kinds.CheckedSignal, ctx context.Context) (err error) {
			for _, failed := range s.Each(ctx, "", 1) {
				err = failed
			}
			return err
		},
	} {
		var s kinds.CheckedSignal
		var log []string
		s.Configure(Wrap(traced(&log, "set 1")), Wrap(traced(&log, "set 2")))
		s.Connect(func(context.Context, string, int) error { log = append(log, "call"); return errVeto }, Name("a"),
			Around(traced(&log, "own 1"), traced(&log, "own 2")))
		if err := send(&s, t.Context()); !errors.Is(err, errVeto) {
			t.Errorf("%s: got %v", mode, err)
		}
		want := "set 1 before a, set 2 before a, own 1 before a, own 2 before a, call, " +
			"own 2 behind a: veto, own 1 behind a: veto, set 2 behind a: veto, set 1 behind a: veto"
		if got := strings.Join(log, ", "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", mode, got, want)
		}
	}
}

// Middleware may call twice, or not at all, and change ctx and the error.
func TestMiddlewareDecides(t *testing.T) {
	type key struct{}
	var s kinds.QuotedSignal
	calls := 0
	receiver := func(ctx context.Context, _ string, _ ...int) (int, error) {
		calls++
		if calls == 1 {
			return -1, errVeto
		}
		return calls * ctx.Value(key{}).(int), nil
	}
	s.Connect(receiver, Around(func(ctx context.Context, _ ReceiverInfo, call func(context.Context) error) error {
		ctx = context.WithValue(ctx, key{}, 10)
		if err := call(ctx); err != nil {
			return call(ctx)
		}
		return nil
	}))
	s.Connect(receiver, Around(func(context.Context, ReceiverInfo, func(context.Context) error) error { return nil }))
	s.Connect(receiver, Around(func(context.Context, ReceiverInfo, func(context.Context) error) error { return errVeto }))
	responses, err := s.SendRobust(t.Context(), "item")
	if len(responses) != 3 || responses[0].Value != 20 || responses[1].Value != 0 || responses[2].Err != errVeto || !errors.Is(err, errVeto) || calls != 2 {
		t.Errorf("%d calls, got %+v, %v", calls, responses, err)
	}
}

// A panic of the receiver passes through the middleware, which may turn it into an
// error.
func TestMiddlewareRecovers(t *testing.T) {
	var s kinds.StartedSignal
	s.Connect(func(context.Context, kinds.Started) error { panic("boom") }, Around(
		func(ctx context.Context, _ ReceiverInfo, call func(context.Context) error) (err error) {
			defer func() { err = fmt.Errorf("recovered %v", recover()) }()
			return call(ctx)
		},
	))
	if err := s.Send(t.Context(), kinds.Started{}); errors.Unwrap(err).Error() != "recovered boom" {
		t.Errorf("got %v", err)
	}
}

// Arguments stay unchanged for a call that the middleware makes later.
func TestMiddlewareCallsLater(t *testing.T) {
	var s kinds.CheckedSignal
	var heard []int
	var later []func(context.Context) error
	s.Connect(func(_ context.Context, _ string, n int) error { heard = append(heard, n); return nil },
		Around(func(_ context.Context, _ ReceiverInfo, call func(context.Context) error) error {
			later = append(later, call)
			return nil
		}))
	for n := range 3 {
		if err := s.Send(t.Context(), "", n); err != nil {
			t.Error(err)
		}
	}
	for _, call := range later {
		if err := call(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if fmt.Sprint(heard) != "[0 1 2]" {
		t.Errorf("heard %v", heard)
	}
}

// For an async receiver, middleware runs in its goroutine, and its error goes to the
// error handler. So does that of a signal without errors.
func TestMiddlewareOfErrorsThatNobodyGets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var handled []error
		handle := ErrorHandler(func(_ context.Context, err *ReceiverError) { handled = append(handled, err.Err) })
		fail := func(context.Context, ReceiverInfo, func(context.Context) error) error { return errVeto }
		var async kinds.StartedSignal
		async.Configure(handle)
		conn := async.Connect(hearNothing, Async(1, Block), Around(fail))
		_ = async.Send(t.Context(), kinds.Started{})
		_ = conn.Drain(t.Context())
		var ticked kinds.TickedSignal
		ticked.Configure(handle, Wrap(fail))
		ticked.Connect(func(context.Context, int) {})
		ticked.Send(t.Context(), 1)
		if fmt.Sprint(handled) != "[veto veto]" {
			t.Errorf("handled %v", handled)
		}
		conn.Disconnect()
	})
}

// Observers are notified of each call, inside the middleware.
func TestMiddlewareIsNotObserved(t *testing.T) {
	var s kinds.CheckedSignal
	var log []string
	s.Configure(Wrap(traced(&log, "set")), Observe(&Observer{
		ReceiveStart: func(ctx context.Context, _ SendInfo, _ ReceiverInfo) context.Context {
			log = append(log, "start")
			return ctx
		},
		ReceiveDone: func(_ context.Context, _ SendInfo, _ ReceiverInfo, err error) {
			log = append(log, fmt.Sprint("done ", err))
		},
	}))
	s.Connect(func(context.Context, string, int) error { return nil }, Name("a"), Around(
		func(ctx context.Context, _ ReceiverInfo, call func(context.Context) error) error {
			return errors.Join(call(ctx), call(ctx), errVeto)
		},
	))
	_ = s.Send(t.Context(), "", 1)
	if got := strings.Join(log, ", "); got != "set before a, start, done <nil>, start, done <nil>, set behind a: veto" {
		t.Errorf("got %s", got)
	}
}

// Disconnect and Once work as without middleware.
func TestMiddlewareOfOnce(t *testing.T) {
	var s kinds.StartedSignal
	calls := 0
	count := func(ctx context.Context, _ ReceiverInfo, call func(context.Context) error) error {
		calls++
		return call(ctx)
	}
	s.Connect(hearNothing, Once(), Around(count))
	conn := s.Connect(hearNothing, Around(count))
	send(t, &s)
	conn.Disconnect()
	send(t, &s)
	if calls != 2 {
		t.Errorf("%d calls, want 2", calls)
	}
}

func TestNilMiddleware(t *testing.T) {
	var s kinds.StartedSignal
	for _, call := range []func(){
		func() { s.Connect(hearNothing, Around(nil)) },
		func() { s.Configure(Wrap(nil)) },
	} {
		if text := fmt.Sprint(recovered(call)); !strings.Contains(text, "nil middleware") {
			t.Errorf("got %s", text)
		}
	}
	s.Connect(hearNothing, Around())
	send(t, &s)
}
