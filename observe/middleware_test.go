package observe_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/runtime"
)

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		began := time.Now()
		s.Connect(func(ctx context.Context, _ kinds.Started) error { <-ctx.Done(); return ctx.Err() },
			runtime.Around(observe.Timeout(2*time.Second)))
		err := s.Send(t.Context(), kinds.Started{})
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took != 2*time.Second {
			t.Errorf("got %v after %v", err, took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Send(ctx, kinds.Started{}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// An async receiver has no other deadline.
func TestTimeoutOfAsync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		var deadline time.Time
		conn := s.Connect(func(ctx context.Context, _ kinds.Started) error { deadline, _ = ctx.Deadline(); return nil },
			runtime.Async(1, runtime.Block), runtime.Around(observe.Timeout(time.Second)))
		send(t.Context(), &s)
		_ = conn.Drain(t.Context())
		conn.Disconnect()
		if !deadline.Equal(time.Now().Add(time.Second)) {
			t.Errorf("got %v", deadline)
		}
	})
}

// A receiver is called again until it succeeds, after growing pauses. Observers are
// told of each call.
func TestRetry(t *testing.T) {
	for fails := range 5 {
		synctest.Test(t, func(t *testing.T) {
			var s kinds.StartedSignal
			var at []time.Time
			var told []error
			s.Configure(runtime.Observe(&runtime.Observer{ReceiveDone: func(_ context.Context, _ runtime.SendInfo, _ runtime.ReceiverInfo, err error) {
				told = append(told, err)
			}}))
			s.Connect(func(context.Context, kinds.Started) error {
				if at = append(at, time.Now()); len(at) <= fails {
					return errVeto
				}
				return nil
			}, runtime.Around(observe.Retry(4, time.Second)))
			err := s.Send(t.Context(), kinds.Started{})
			if calls := min(fails+1, 4); len(at) != calls || len(told) != calls || (err != nil) != (fails == 4) {
				t.Errorf("%d failures: %d calls, %d told, %v", fails, len(at), len(told), err)
			}
			for i, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
				if i+1 < len(at) && (at[i+1].Sub(at[i]) < wait/2 || at[i+1].Sub(at[i]) > wait) {
					t.Errorf("call %d came after %v, want up to %v", i+2, at[i+1].Sub(at[i]), wait)
				}
			}
		})
	}
}

// Nothing is tried again after ErrStop, or if ctx is done.
func TestRetryGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, receiver := range map[string]func(cancel func()) error{
			"stop":                func(func()) error { return fmt.Errorf("enough: %w", runtime.ErrStop) },
			"done":                func(cancel func()) error { cancel(); return errVeto },
			"done during a pause": func(cancel func()) error { time.AfterFunc(time.Millisecond, cancel); return errVeto },
		} {
			var s kinds.StartedSignal
			calls := 0
			ctx, cancel := context.WithCancel(t.Context())
			s.Connect(func(context.Context, kinds.Started) error { calls++; return receiver(cancel) }, runtime.Around(observe.Retry(3, time.Second)))
			err := s.Send(ctx, kinds.Started{})
			if calls != 1 || name != "stop" && !errors.Is(err, errVeto) {
				t.Errorf("%s: %d calls, %v", name, calls, err)
			}
			cancel()
		}
	})
}

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		var running, most atomic.Int32
		limit := observe.Limit(3)
		receiver := func(context.Context, kinds.Started) error {
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(time.Second)
			running.Add(-1)
			return nil
		}
		s.Connect(receiver, runtime.Around(limit))
		s.Connect(receiver, runtime.Around(limit))
		began := time.Now()
		for range 6 {
			go send(t.Context(), &s)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		synctest.Wait()
		if err := s.Send(ctx, kinds.Started{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		time.Sleep(10 * time.Second)
		if err := s.Send(ctx, kinds.Started{}); err != nil {
			t.Errorf("a free place is not taken: %v", err)
		}
		if most.Load() != 3 || running.Load() != 0 || time.Since(began) != 12500*time.Millisecond {
			t.Errorf("%d at once, %d running, %v", most.Load(), running.Load(), time.Since(began))
		}
	})
}

// A call that panics frees its place.
func TestLimitAfterPanic(t *testing.T) {
	var s kinds.StartedSignal
	s.Connect(crash, runtime.Around(observe.Limit(1)))
	for range 3 {
		if err := s.SendRobust(t.Context(), kinds.Started{}); err == nil {
			t.Error("the panic is gone")
		}
	}
}

func TestMiddlewareOfNilContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		var none context.Context
		limit, calls := observe.Limit(1), 0
		s.Connect(func(context.Context, kinds.Started) error {
			if calls++; calls < 3 {
				return errVeto
			}
			return nil
		}, runtime.Around(observe.Retry(3, time.Second), limit, observe.Timeout(time.Second)))
		if err := s.Send(none, kinds.Started{}); err != nil {
			t.Error(err)
		}
	})
}

func TestMiddlewareRefuses(t *testing.T) {
	for i, call := range []func(){
		func() { observe.Timeout(0) },
		func() { observe.Retry(0, time.Second) },
		func() { observe.Retry(1, -1) },
		func() { observe.Limit(0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d does not panic", i)
				}
			}()
			call()
		}()
	}
}
