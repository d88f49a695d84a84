package runtime_test

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

type (
	promoting struct{ promoted }
	promoted  struct{ _ int }
)

func (*promoted) Hear(context.Context, kinds.Started) error { return nil }

// The compiler makes the func of a promoted method, so the info has the place of the
// connect.
func TestInfoOfPromotedMethods(t *testing.T) {
	var s kinds.StartedSignal
	p := new(promoting)
	s.Connect(p.Hear)
	s.Connect(p.Hear, Annotated((*promoting).Hear, p))
	kinds.ConnectStartedWeakOn(&s, p, (*promoting).Hear)
	for _, info := range s.Receivers() {
		if !strings.HasSuffix(info.File, "info_test.go") || info.Line == 0 {
			t.Errorf("got %+v", info)
		}
	}
	runtime.KeepAlive(p)
}

// The info of a receiver has what its queue holds and has dropped, also in a log.
func TestInfoOfQueues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		var log bytes.Buffer
		slow := s.Connect(func(context.Context, int) { time.Sleep(time.Second) }, Async(2, DropNewest), ID("x"), Priority(3), Name("slow"))
		s.Connect(func(context.Context, int) {})
		for n := range 5 {
			s.Send(t.Context(), n)
			synctest.Wait()
		}
		infos := s.Receivers()
		if q := infos[0].Queue; q == nil || *q != (QueueInfo{Len: 2, Size: 2, Overflow: DropNewest, Dropped: 2}) || infos[1].Queue != nil {
			t.Errorf("got %+v and %+v", q, infos[1].Queue)
		}
		slog.New(slog.NewTextHandler(&log, nil)).Info("", "receiver", infos[0])
		for _, want := range []string{"receiver.name=slow", "info_test.go:", "receiver.priority=3", "receiver.id=x", "receiver.queue.len=2 receiver.queue.size=2 receiver.queue.overflow=DropNewest receiver.queue.dropped=2"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s is not in %s", want, &log)
			}
		}
		slow.Disconnect()
		_ = slow.Drain(t.Context())
	})
}

// A receiver with a given name also has the name of its func.
func TestInfoOfNamed(t *testing.T) {
	var s kinds.StartedSignal
	s.Connect(panicking, Name("named"))
	s.Connect(panicking)
	const fn = "github.com/signalgen/signalgen/runtime_test.panicking"
	if infos := s.Receivers(); infos[0].Name != "named" || infos[0].Func != fn || infos[1].Name != fn || infos[1].Func != fn {
		t.Errorf("got %+v", infos)
	}
}
