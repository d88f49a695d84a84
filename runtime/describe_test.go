package runtime_test

import (
	"context"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func TestDescribe(t *testing.T) {
	var s kinds.SavedSignal
	owner := new(kinds.Account)
	receiver := func(context.Context, kinds.Saved) error { return nil }
	s.Configure(Wrap(traced(new([]string), "")))
	s.Connect(receiver, Once(), Until(t.Context()))
	s.ConnectFrom(owner, receiver, ID("own"), Around(traced(new([]string), "")))
	kinds.ConnectSavedWeakOn(&s, owner, func(*kinds.Account, context.Context, kinds.Saved) error { return nil })
	s.Connect(receiver, Async(4, Fail), Workers(3))
	s.Connect(receiver, Async(4, Block))
	defer s.DisconnectAll()
	s.Mute()
	d := Describe(&s)
	if !d.Muted || d.Closed || len(d.Receivers) != 5 {
		t.Fatalf("got %+v", d)
	}
	want := []ConnectionInfo{
		{Once: true, Until: true, Middleware: 1},
		{One: true, Middleware: 2},
		{Weak: true, Middleware: 1},
		{Workers: 3, Middleware: 1},
		{Workers: 1, Middleware: 1},
	}
	for i, r := range d.Receivers {
		if want[i].ReceiverInfo = r.ReceiverInfo; r != want[i] || r.Name == "" {
			t.Errorf("got %+v\nwant %+v", r, want[i])
		}
	}
	_ = s.Close(t.Context())
	if d := Describe(&s); !d.Closed || len(d.Receivers) != 0 {
		t.Errorf("got %+v", d)
	}
}

// For a signal that is not generated, or has not been used, there is less to say.
func TestDescribeOthers(t *testing.T) {
	var s kinds.StartedSignal
	if d := Describe(&s.Signal); len(d.Receivers) != 0 || d.Muted {
		t.Errorf("got %+v", d)
	}
	s.Connect(hearNothing, Name("a"))
	if d := Describe(struct{ AnySignal }{&s}); len(d.Receivers) != 1 || d.Receivers[0].Name != "a" {
		t.Errorf("got %+v", d)
	}
}
