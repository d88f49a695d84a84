package runtime_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// One receiver fails and one does not, in the two ways to send that continue. Both are
// called. The failure is logged once, unless it is of a kind that must not be logged,
// and is returned in any case.
func TestScenarioSendCatchLog(t *testing.T) {
	errDivision := errors.New("division by zero")
	ways := map[string]func(*kinds.QuotedSignal, context.Context, string, ...int) ([]Response[int], error){
		"SendRobust":     (*kinds.QuotedSignal).SendRobust,
		"SendConcurrent": (*kinds.QuotedSignal).SendConcurrent,
	}
	for name, send := range ways {
		for _, dontLog := range []error{nil, errDivision} {
			var s kinds.QuotedSignal
			var mu sync.Mutex
			var log []string
			s.Configure(Observe(&Observer{ReceiveDone: func(_ context.Context, _ SendInfo, r ReceiverInfo, err error) {
				if err != nil && !errors.Is(err, dontLog) {
					mu.Lock()
					defer mu.Unlock()
					log = append(log, r.Name)
				}
			}}))
			s.Connect(func(context.Context, string, ...int) (int, error) { return 0, errDivision }, Name("failing"))
			s.Connect(func(context.Context, string, ...int) (int, error) { return 7, nil }, Name("fine"))
			responses, err := send(&s, t.Context(), "chair")
			if got, want := textOf(responses), "failing 0 division by zero; fine 7 <nil>; "; got != want {
				t.Errorf("%s returned %s, want %s", name, got, want)
			}
			if !errors.Is(err, errDivision) {
				t.Errorf("%s returned the error %v, want %v", name, err, errDivision)
			}
			if logged := slices.Equal(log, []string{"failing"}); logged != (dontLog == nil) || len(log) > 1 {
				t.Errorf("%s: logged %v when %v is not to be logged", name, log, dontLog)
			}
		}
	}
}

// Close waits until an async receiver has heard everything.
func TestScenarioAsyncReceiverHearsAllBeforeTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var set kinds.Signals
		var items []int
		set.Ticked.Connect(func(_ context.Context, n int) { time.Sleep(time.Second); items = append(items, n) }, Async(3, Block))
		for n := range 10 {
			set.Ticked.Send(t.Context(), n)
		}
		if err := set.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}; !slices.Equal(items, want) {
			t.Errorf("heard %v, want %v", items, want)
		}
	})
}

func TestScenarioDisconnectAll(t *testing.T) {
	var s kinds.MovedSignal
	heard := 0
	receiver := func(context.Context, string, int) (bool, error) { heard++; return true, nil }
	for range 6 {
		s.Connect(receiver)
		s.ConnectFrom("left", receiver)
	}
	if _, err := s.Send(t.Context(), "left", 1); err != nil || heard != 12 {
		t.Errorf("called %d receivers, want 12; error %v", heard, err)
	}
	s.DisconnectAll()
	if _, err := s.Send(t.Context(), "left", 1); err != nil || heard != 12 || s.HasReceivers() {
		t.Errorf("called %d receivers after DisconnectAll; error %v", heard-12, err)
	}
}

func TestScenarioWaitForTheNextSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		got := make(chan kinds.CheckedArgs, 1)
		go func() {
			args, err := s.Next(t.Context())
			if err != nil {
				t.Error(err)
			}
			got <- args
		}()
		synctest.Wait()
		for total := range 3 {
			if err := s.Send(t.Context(), "a", total); err != nil {
				t.Error(err)
			}
		}
		if args := <-got; args != (kinds.CheckedArgs{ID: "a", Total: 0}) {
			t.Errorf("got %+v, want the first send", args)
		}
		synctest.Wait()
		if s.HasReceivers() {
			t.Error("waits after the first send")
		}
	})
}

func TestScenarioWaitNoLongerThan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := s.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
		if took := time.Since(start); took != time.Minute || s.HasReceivers() {
			t.Errorf("waited for %v, want a minute", took)
		}
	})
}
