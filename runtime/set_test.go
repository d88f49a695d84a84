package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func TestSets(t *testing.T) {
	found := make(map[AnySignal]bool)
	for set := range Sets() {
		for s := range set.All() {
			found[s] = true
		}
	}
	if !found[&kinds.DefaultSignals.Started.Signal] || !found[&order.DefaultSignals.Placed.Signal] {
		t.Errorf("the default sets are not all there: %d signals", len(found))
	}
	var names []string
	for s := range kinds.DefaultSignals.All() {
		names = append(names, s.Name())
	}
	want := "kinds.started kinds.ticked kinds.checked kinds.counted kinds.quoted kinds.saved kinds.moved kinds.touched kinds.noted kinds.kept kinds.asked kinds.pinged kinds.pointed"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got %s", got)
	}
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var set kinds.Signals
		var errs []string
		set.Configure(ErrorHandler(func(_ context.Context, err *ReceiverError) { errs = append(errs, err.Error()) }))
		checked, heard := slow(&set.Checked, 10, Block)
		for i := range 3 {
			_ = set.Checked.Send(t.Context(), "", i)
		}
		started := set.Started.Connect(func(context.Context, kinds.Started) error { return nil })
		if err := set.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if len(*heard) != 3 || checked.Connected() || started.Connected() {
			t.Errorf("heard %v", *heard)
		}
		if err := set.Close(t.Context()); err != nil {
			t.Errorf("the second Close: %v", err)
		}

		if err := set.Started.Send(t.Context(), kinds.Started{}); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if err := set.Ticked.SendRobust(t.Context(), 0); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if _, err := set.Quoted.SendConcurrent(t.Context(), ""); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		for r := range set.Counted.Each(t.Context(), 0) {
			if !errors.Is(r.Err, ErrClosed) {
				t.Error(r.Err)
			}
		}
		set.Ticked.Send(t.Context(), 0)
		if got := set.Counted.Send(t.Context(), 0); got != nil {
			t.Errorf("got %v", got)
		}
		want := []string{"signal kinds.ticked: signal is closed", "signal kinds.counted: signal is closed"}
		if !slices.Equal(errs, want) {
			t.Errorf("the error handler got %q, want %q", errs, want)
		}
		c := set.Started.Connect(func(context.Context, kinds.Started) error { return nil })
		if c.Connected() || c.Disconnect() || set.Started.HasReceivers() {
			t.Error("a closed signal connects")
		}
	})
}

func TestCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		c, _ := slow(&s, 10, Block)
		for i := range 5 {
			_ = s.Send(t.Context(), "", i)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		err := s.Close(ctx)
		want := "signal kinds.checked: closed with 3 queued signals not delivered: context deadline exceeded"
		if !errors.Is(err, context.DeadlineExceeded) || err.Error() != want || c.Dropped() != 3 {
			t.Errorf("got  %v\nwant %s\n%d dropped", err, want, c.Dropped())
		}
		_ = c.Drain(t.Context())
	})
}

func TestCloseGivesUpOnCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		c := s.Connect(func(context.Context, string, int) error {
			time.Sleep(time.Second)
			return nil
		}, Async(1, Block), Name("slow"))
		_ = s.Send(t.Context(), "", 0)
		synctest.Wait() // the receiver runs, and nothing is queued
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		err := s.Close(ctx)
		want := "signal kinds.checked: receiver slow has not finished: context deadline exceeded"
		if !errors.Is(err, context.DeadlineExceeded) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		_ = c.Drain(t.Context())
	})
}

func TestDefaultErrorHandlerLogs(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	defer slog.SetDefault(old)
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	var s kinds.CheckedSignal
	c := s.Connect(func(context.Context, string, int) error { panic(errVeto) }, Async(1, Block), Name("bad"))
	_ = s.Send(t.Context(), "", 0)
	_ = c.Drain(t.Context())
	c.Disconnect()
	for _, want := range []string{"level=ERROR", "signal=kinds.checked", "receiver=bad", `error="panic: veto"`, "stack="} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %s:\n%s", want, log.String())
		}
	}
}

// trace is an observer that records its calls.
type trace []string

func (tr *trace) observer() *Observer {
	var mu sync.Mutex // an async receiver is observed in its own goroutine
	note := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		*tr = append(*tr, fmt.Sprintf(format, args...))
	}
	type key struct{}
	return &Observer{
		SendStart: func(ctx context.Context, s SendInfo) context.Context {
			note("start %s %s", s.Signal.Name(), s.Mode)
			return context.WithValue(ctx, key{}, "send")
		},
		SendDone: func(ctx context.Context, s SendInfo, err error) { note("done %s %v", ctx.Value(key{}), err) },
		ReceiveStart: func(ctx context.Context, s SendInfo, r ReceiverInfo) context.Context {
			note("  %s %s", r.Name, ctx.Value(key{}))
			return context.WithValue(ctx, key{}, "receive")
		},
		ReceiveDone: func(ctx context.Context, s SendInfo, r ReceiverInfo, err error) {
			note("  %s %s %v", r.Name, ctx.Value(key{}), err)
		},
		Connected:    func(s AnySignal, r ReceiverInfo) { note("connected %s %s", s.Name(), r.Name) },
		Disconnected: func(s AnySignal, r ReceiverInfo) { note("disconnected %s %s", s.Name(), r.Name) },
		Dropped:      func(s AnySignal, r ReceiverInfo) { note("dropped %s %s", s.Name(), r.Name) },
	}
}

func (tr *trace) want(t *testing.T, want string) {
	t.Helper()
	if got := strings.Join(*tr, "\n"); got != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", got, strings.TrimSpace(want))
	}
	*tr = nil
}

func TestObserver(t *testing.T) {
	var s kinds.CheckedSignal
	var tr trace
	s.Configure(Observe(&Observer{}), Observe(tr.observer()))
	ok := s.Connect(func(ctx context.Context, _ string, _ int) error { return nil }, Name("ok"))
	s.Connect(func(ctx context.Context, _ string, total int) error {
		if total == 2 {
			panic("boom")
		}
		return errVeto
	}, Name("bad"))
	ok.Disconnect()
	tr.want(t, `
connected kinds.checked ok
connected kinds.checked bad
disconnected kinds.checked ok`)

	_ = s.Send(t.Context(), "", 1)
	_ = s.SendRobust(t.Context(), "", 1)
	tr.want(t, `
start kinds.checked sequential
  bad send
  bad receive veto
done send signal kinds.checked: receiver bad: veto
start kinds.checked robust
  bad send
  bad receive veto
done send signal kinds.checked: receiver bad: veto`)

	_ = recovered(func() { _ = s.Send(t.Context(), "", 2) })
	drainEach(s.Each(t.Context(), "", 1))
	_ = s.SendConcurrent(t.Context(), "", 1)
	tr.want(t, `
start kinds.checked sequential
  bad send
  bad receive receiver panicked or ended its goroutine
done send receiver panicked or ended its goroutine
start kinds.checked lazy
  bad send
  bad receive veto
done send <nil>
start kinds.checked concurrent
  bad send
  bad receive veto
done send signal kinds.checked: receiver bad: veto`)

	_ = s.Close(t.Context())
	_ = s.Send(t.Context(), "", 1)
	tr.want(t, `
disconnected kinds.checked bad
start kinds.checked sequential
done send signal kinds.checked: signal is closed`)
}

func TestObserverOfAsync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.CheckedSignal
		var tr trace
		s.Configure(Observe(tr.observer()), ErrorHandler(func(context.Context, *ReceiverError) {}))
		c := s.Connect(func(context.Context, string, int) error { time.Sleep(time.Second); return errVeto }, Name("a"), Async(1, DropNewest))
		_ = s.Send(t.Context(), "", 1)
		_ = c.Drain(t.Context())
		tr.want(t, `
connected kinds.checked a
start kinds.checked sequential
done send <nil>
  a send
  a receive veto`)
		_ = s.Send(t.Context(), "", 1)
		synctest.Wait()
		_ = s.Send(t.Context(), "", 2)
		_ = s.Send(t.Context(), "", 3)
		c.Disconnect()
		_ = c.Drain(t.Context())
		tr.want(t, `
start kinds.checked sequential
done send <nil>
  a send
start kinds.checked sequential
done send <nil>
start kinds.checked sequential
dropped kinds.checked a
done send <nil>
dropped kinds.checked a
disconnected kinds.checked a
  a receive veto`)
	})
}

// The package's Configure reaches existing signals and sets that were never used, but
// none with settings of its own.
func TestConfigureAll(t *testing.T) {
	var before, own kinds.CheckedSignal
	var muted kinds.TickedSignal
	before.Connect(func(context.Context, string, int) error { return nil }, Name("r"))
	own.Configure(ErrorHandler(func(context.Context, *ReceiverError) {}))
	muted.Mute()()
	muted.Send(t.Context(), 0)
	var tr trace
	defer ResetDefaults()
	Configure(Observe(&Observer{SendStart: tr.observer().SendStart}))
	var after kinds.StoredSignal[int, int]
	_ = before.Send(t.Context(), "", 0)
	_ = after.Send(t.Context(), kinds.Stored[int, int]{})
	own.Configure(Observe(&Observer{}))
	_ = own.Send(t.Context(), "", 0)
	muted.Send(t.Context(), 0)
	tr.want(t, `
start kinds.checked sequential
start kinds.stored sequential
start kinds.ticked sequential`)
}

func TestNameAndDoc(t *testing.T) {
	var s AnySignal = &kinds.DefaultSignals.Saved
	if s.Name() != "kinds.saved" || s.Doc() != "Saved has a sender that is a pointer." {
		t.Errorf("name %q, doc %q", s.Name(), s.Doc())
	}
	for mode, want := range map[SendMode]string{Sequential: "sequential", Robust: "robust", Concurrent: "concurrent", Lazy: "lazy", Queued: "async"} {
		if mode.String() != want {
			t.Errorf("got %s, want %s", mode, want)
		}
	}
}
