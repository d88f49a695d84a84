package observe_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	goruntime "runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/runtime"
)

// logger returns a logger that writes short lines: no times, no files and no stacks.
func logger(to *bytes.Buffer, level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		switch {
		case len(groups) == 0 && a.Key == slog.TimeKey, len(groups) > 0 && a.Key != "name" && a.Key != "overflow":
			return slog.Attr{}
		case a.Key == "stack":
			return slog.Bool("stack", strings.Contains(a.Value.String(), "observe_test.crash"))
		}
		return a
	}}))
}

// logged returns what is logged at a level while run sends on a signal with receivers.
func logged(level slog.Level, run func(s *kinds.StartedSignal), opts ...observe.SlogOption) string {
	var log bytes.Buffer
	s := new(kinds.StartedSignal)
	s.Configure(quiet(), runtime.Observe(observe.Slog(logger(&log, level), opts...)))
	run(s)
	return log.String()
}

// Each error is logged once, however the signal is sent.
func TestSlogErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		for mode, send := range map[string]func(s *kinds.StartedSignal){
			"sequential": func(s *kinds.StartedSignal) { send(ctx, s); s.Disconnect("a"); send(ctx, s) },
			"robust":     func(s *kinds.StartedSignal) { _ = s.SendRobust(ctx, kinds.Started{}) },
			"concurrent": func(s *kinds.StartedSignal) { _ = s.SendConcurrent(ctx, kinds.Started{}) },
			"lazy": func(s *kinds.StartedSignal) {
				defer func() { _ = recover() }()
				for _, err := range s.Each(ctx, kinds.Started{}) {
					_ = err
				}
			},
		} {
			got := logged(slog.LevelWarn, func(s *kinds.StartedSignal) {
				s.Connect(refuse, runtime.Name("a"), runtime.ID("a"))
				s.Connect(crash, runtime.Name("b"))
				send(s)
			})
			message := "panic: boom"
			if mode == "sequential" || mode == "lazy" {
				message = runtime.ErrUnwound.Error()
			}
			want := fmt.Sprintf(`level=ERROR msg="signal receiver failed" signal=kinds.started mode=%[1]s receiver.name=a error=veto
level=ERROR msg="signal receiver panicked" signal=kinds.started mode=%[1]s receiver.name=b error=%[2]q stack=true
`, mode, message)
			if got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		}
	})
}

// Errors of async receivers are logged, and what their queues drop.
func TestSlogAsync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := logged(slog.LevelWarn, func(s *kinds.StartedSignal) {
			conn := s.Connect(func(context.Context, kinds.Started) error { time.Sleep(time.Millisecond); return errVeto },
				runtime.Name("a"), runtime.Async(1, runtime.DropNewest))
			defer conn.Disconnect()
			for range 3 {
				send(t.Context(), s)
				synctest.Wait()
			}
			_ = conn.Drain(t.Context())
		})
		want := `level=WARN msg="signal dropped" signal=kinds.started receiver.name=a receiver.queue.overflow=DropNewest
level=ERROR msg="signal receiver failed" signal=kinds.started mode=async receiver.name=a receiver.queue.overflow=DropNewest error=veto
level=ERROR msg="signal receiver failed" signal=kinds.started mode=async receiver.name=a receiver.queue.overflow=DropNewest error=veto
`
		if got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	})
}

// A receiver that ends its goroutine is logged, and an ErrStop is not.
func TestSlogOfOtherEnds(t *testing.T) {
	stop := func(context.Context, kinds.Started) error { return runtime.ErrStop }
	got := logged(slog.LevelWarn, func(s *kinds.StartedSignal) {
		s.Connect(stop)
		send(t.Context(), s)
		for _, err := range s.Each(t.Context(), kinds.Started{}) {
			_ = err
		}
		s.DisconnectAll()
		s.Connect(func(context.Context, kinds.Started) error { goruntime.Goexit(); return nil }, runtime.Name("a"))
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = s.SendRobust(context.Background(), kinds.Started{})
		}()
		<-done
	})
	if want := `level=ERROR msg="signal receiver panicked" signal=kinds.started mode=robust receiver.name=a error="receiver ended its goroutine" stack=false
`; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// The error of a closed signal is not a receiver's.
func TestSlogOfClosed(t *testing.T) {
	got := logged(slog.LevelWarn, func(s *kinds.StartedSignal) {
		_ = s.Close(t.Context())
		send(t.Context(), s)
	})
	if want := `level=ERROR msg="signal failed" signal=kinds.started mode=sequential error="signal is closed"
`; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// Slow receivers are logged, others are not.
func TestSlogSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, slow := range []time.Duration{0, time.Second} {
			got := logged(slog.LevelWarn, func(s *kinds.StartedSignal) {
				s.Connect(func(context.Context, kinds.Started) error { time.Sleep(time.Second); return nil }, runtime.Name("a"))
				s.Connect(func(context.Context, kinds.Started) error { time.Sleep(1001 * time.Millisecond); return nil }, runtime.Name("b"))
				send(t.Context(), s)
			}, observe.Slow(slow))
			want := "level=WARN msg=\"signal receiver is slow\" signal=kinds.started mode=sequential receiver.name=b took=1.001s\n"
			if slow == 0 {
				want = ""
			}
			if got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		}
	})
}

// At level Debug, everything is logged.
func TestSlogDebug(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := logged(slog.LevelDebug, func(s *kinds.StartedSignal) {
			conn := s.Connect(func(context.Context, kinds.Started) error { time.Sleep(time.Second); return nil }, runtime.Name("a"))
			var none context.Context
			send(none, s)
			conn.Disconnect()
		})
		want := `level=DEBUG msg="signal receiver connected" signal=kinds.started receiver.name=a
level=DEBUG msg="signal received" signal=kinds.started mode=sequential receiver.name=a took=1s
level=DEBUG msg="signal sent" signal=kinds.started mode=sequential took=1s
level=DEBUG msg="signal receiver disconnected" signal=kinds.started receiver.name=a
`
		if got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	})
}

// The level may change while the program runs. Nothing is formatted unless it is
// logged.
func TestSlogLevels(t *testing.T) {
	var level slog.LevelVar
	var log bytes.Buffer
	var s kinds.StartedSignal
	s.Configure(runtime.Observe(observe.Slog(logger(&log, &level), observe.Slow(0))))
	s.Connect(hear)
	if n := testing.AllocsPerRun(100, func() { _ = s.Send(context.Background(), kinds.Started{}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	level.Set(slog.LevelDebug)
	send(t.Context(), &s)
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("got\n%s", log.String())
	}
}

func TestSlogRefuses(t *testing.T) {
	for _, call := range []func(){func() { observe.Slog(nil) }, func() { observe.Slow(-1) }} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("does not panic")
				}
			}()
			call()
		}()
	}
}
