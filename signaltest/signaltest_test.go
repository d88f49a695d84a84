package signaltest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/runtime"
	"github.com/signalgen/signalgen/signaltest"
)

func TestRecorderOn(t *testing.T) {
	var s kinds.StartedSignal
	t.Run("inner", func(t *testing.T) {
		rec := signaltest.Record[kinds.Started](t)
		rec.On(s.Connect, runtime.Priority(3), runtime.ID("rec"))
		go func() {
			for i := range 3 {
				_ = s.Send(t.Context(), kinds.Started{N: int64(i)})
			}
		}()
		want := []kinds.Started{{N: 0}, {N: 1}, {N: 2}}
		if got := rec.Wait(3); !slices.Equal(got, want) {
			t.Errorf("heard %v, want %v", got, want)
		}
		if infos := s.Receivers(); len(infos) != 1 || infos[0].Priority != 3 || infos[0].ID != "rec" {
			t.Errorf("receivers: %+v", infos)
		}
		rec.Reset()
		if got := rec.Heard(); len(got) != 0 {
			t.Errorf("heard %v after Reset", got)
		}
	})
	if s.HasReceivers() {
		t.Error("the recorder is connected after its test")
	}
}

func TestRecorderOnPackageLevelFunc(t *testing.T) {
	rec := signaltest.Record[kinds.Started](t)
	rec.On(kinds.ConnectStarted)
	_ = kinds.SendStarted(t.Context(), kinds.Started{Addr: ":80"})
	if got := rec.Wait(1); got[0].Addr != ":80" {
		t.Errorf("heard %v", got)
	}
}

func TestRecorderListensToSignatures(t *testing.T) {
	var set kinds.Signals
	set.Quoted.Connect(func(context.Context, string, ...int) (int, error) { return 0, errors.New("no") })
	rec := signaltest.Record[kinds.QuotedArgs](t)
	rec.Listen(&set.Quoted)
	_, _ = set.Quoted.Send(t.Context(), "nail", 1, 2)
	if got := rec.Wait(1)[0]; got.Item != "nail" || !slices.Equal(got.Pieces, []int{1, 2}) {
		t.Errorf("heard %+v", got)
	}
}

func TestWaitInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		rec := signaltest.Record[kinds.Started](t)
		rec.On(s.Connect)
		time.AfterFunc(time.Second, func() { _ = s.Send(context.Background(), kinds.Started{}) })
		start := time.Now()
		rec.Wait(1)
		if waited := time.Since(start); waited != time.Second {
			t.Errorf("waited %v, want 1s of the bubble's time", waited)
		}
	})
}

// fatal is a test that records how it ends.
type fatal struct {
	*testing.T
	message string
}

func (f *fatal) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	panic(f)
}

func TestWaitLosesPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		f := &fatal{T: t}
		rec := signaltest.Record[kinds.TickedArgs](f)
		rec.Listen(&s)
		s.Send(t.Context(), 7)
		defer func() {
			want := "heard 1 sends within 10s, want 2: [{N:7}]"
			if recover() != f || f.message != want {
				t.Errorf("failed with %q, want %q", f.message, want)
			}
		}()
		rec.Wait(2)
		t.Error("Wait returned")
	})
}

func TestIsolate(t *testing.T) {
	var set kinds.Signals
	none := func(context.Context, kinds.Started) error { return nil }
	set.Started.Connect(none, runtime.Name("before"))
	t.Run("inner", func(t *testing.T) {
		signaltest.Isolate(t, &set)
		set.Configure(runtime.Observe(&runtime.Observer{SendStart: func(ctx context.Context, _ runtime.SendInfo) context.Context {
			t.Error("observed after the test")
			return ctx
		}}))
		set.Started.Connect(none, runtime.Name("during"), runtime.Priority(1))
		set.Ticked.Connect(func(context.Context, int) {})
		set.Saved.ConnectFrom(&kinds.Account{}, func(context.Context, kinds.Saved) error { return nil })
	})
	if infos := set.Started.Receivers(); len(infos) != 1 || infos[0].Name != "before" {
		t.Errorf("receivers: %+v", infos)
	}
	_ = set.Started.Send(t.Context(), kinds.Started{})
	if set.Ticked.HasReceivers() || set.Saved.HasReceivers() {
		t.Error("what was connected during the test is connected after it")
	}
}

// When the last recorder has heard a send, all others have too.
func TestOnLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.StartedSignal
		rec := signaltest.Record[kinds.Started](t)
		rec.OnLast(s.Connect)
		done := false
		s.Connect(func(context.Context, kinds.Started) error {
			time.Sleep(time.Second)
			done = true
			return nil
		}, runtime.Priority(math.MinInt+1))
		go func() { _ = s.Send(t.Context(), kinds.Started{}) }()
		if rec.Wait(1); !done {
			t.Error("Wait returned before another receiver did")
		}
	})
}

// A parallel test cannot disconnect what others connect.
func TestIsolateRefusesParallelTests(t *testing.T) {
	t.Run("parallel", func(t *testing.T) {
		t.Parallel()
		defer func() {
			if recover() == nil {
				t.Error("it is isolated")
			}
		}()
		var set kinds.Signals
		signaltest.Isolate(t, &set)
	})
}

// A program that closes its set can be tested again.
func TestIsolateOpens(t *testing.T) {
	var set kinds.Signals
	for range 2 {
		t.Run("", func(t *testing.T) {
			signaltest.Isolate(t, &set)
			if err := set.Started.Send(t.Context(), kinds.Started{}); err != nil {
				t.Error(err)
			}
			if err := set.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestIsolateSignal(t *testing.T) {
	var s kinds.StartedSignal
	before := s.Connect(func(context.Context, kinds.Started) error { return nil })
	t.Run("connects", func(t *testing.T) {
		signaltest.IsolateSignal(t, &s)
		s.Connect(func(context.Context, kinds.Started) error { return nil })
	})
	if n := len(s.Receivers()); n != 1 || !before.Connected() {
		t.Errorf("%d receivers, want the one from before", n)
	}
}
