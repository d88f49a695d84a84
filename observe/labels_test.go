package observe_test

import (
	"bytes"
	"context"
	"runtime/pprof"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/runtime"
)

// labels returns the lines of the goroutine profile that have labels.
func labels(t *testing.T) (found []string) {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(profile.String()) {
		if _, labels, ok := strings.Cut(line, "# labels: "); ok {
			found = append(found, strings.TrimSpace(labels))
		}
	}
	return found
}

// The goroutine of an async receiver has the labels of its signal, and none of the
// sender.
func TestLabels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, opts := range [][]observe.LabelsOption{nil, {observe.LabelAll()}} {
			var s kinds.StartedSignal
			s.Configure(runtime.Observe(observe.Labels(opts...)))
			begin, calls := make(chan struct{}), 0
			conn := s.Connect(func(context.Context, kinds.Started) error {
				<-begin // the sender no longer has labels
				calls++
				if got := labels(t); len(got) != 1 || got[0] != `{"receiver":"a", "signal":"kinds.started"}` {
					t.Errorf("got %v", got)
				}
				return nil
			}, runtime.Name("a"), runtime.Async(2, runtime.Block))
			pprof.Do(t.Context(), pprof.Labels("sender", "x"), func(ctx context.Context) {
				for range 2 {
					send(ctx, &s)
				}
			})
			close(begin)
			_ = conn.Drain(t.Context())
			conn.Disconnect()
			synctest.Wait() // until its goroutine has ended
			if calls != 2 {
				t.Errorf("%d calls", calls)
			}
		}
	})
}

// With LabelAll, all receivers have labels, and those of the sender. The sender has
// only its own again afterwards.
func TestLabelAll(t *testing.T) {
	var s kinds.StartedSignal
	s.Configure(runtime.Observe(observe.Labels(observe.LabelAll())))
	var inside []string
	s.Connect(func(ctx context.Context, _ kinds.Started) error {
		if label, _ := pprof.Label(ctx, "signal"); label != "kinds.started" {
			t.Errorf("the ctx has the label %q", label)
		}
		inside = labels(t)
		panic("boom")
	}, runtime.Name("a"))
	pprof.Do(t.Context(), pprof.Labels("sender", "x"), func(ctx context.Context) {
		send(ctx, &s)
		if got := labels(t); len(got) != 1 || got[0] != `{"sender":"x"}` {
			t.Errorf("behind the send, got %v", got)
		}
	})
	if len(inside) != 1 || inside[0] != `{"receiver":"a", "sender":"x", "signal":"kinds.started"}` {
		t.Errorf("got %v", inside)
	}
	var none context.Context
	send(none, &s)
	if len(inside) != 1 || inside[0] != `{"receiver":"a", "signal":"kinds.started"}` || labels(t) != nil {
		t.Errorf("got %v", inside)
	}
}
