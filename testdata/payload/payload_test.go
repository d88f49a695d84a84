package payload

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/signalgen/signalgen/runtime"
)

type name string

func (n name) Name() string { return string(n) }

// heard checks that what is sent is what a receiver gets.
func heard[T any](
	t *testing.T,
	connect func(func(context.Context, T) error, ...runtime.ConnectOption) *runtime.Connection,
	send func(context.Context, T) error,
	data T,
) {
	t.Helper()
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "value")
	var got []T
	c := connect(func(ctx context.Context, data T) error {
		if ctx.Value(key{}) != "value" {
			t.Errorf("%T: the receiver has another ctx", data)
		}
		got = append(got, data)
		return nil
	})
	if err := send(ctx, data); err != nil {
		t.Error(err)
	}
	if !reflect.DeepEqual(got, []T{data}) {
		t.Errorf("heard %v, want %v", got, data)
	}
	c.Disconnect()
	cause := errors.New("cause")
	defer connect(func(context.Context, T) error { return cause }).Disconnect()
	if err := send(ctx, data); !errors.Is(err, cause) {
		t.Errorf("%T: sending returned %v, want %v", data, err, cause)
	}
}

func TestHeard(t *testing.T) {
	heard(t, ConnectStarted, SendStarted, Started{Addr: ":80"})
	heard(t, ConnectNode, SendNode, Node{Next: &Node{}, Names: &[]string{"a"}})
	heard(t, ConnectMoved, SendMoved, Moved{Host: "example.com"})
	heard(t, ConnectLoaded, SendLoaded, Loaded{Value: "v"})
	heard(t, ConnectLines, SendLines, Lines{"a", "b"})
	heard(t, ConnectPorts, SendPorts, Ports{"http": 80})
	heard(t, ConnectNamed, SendNamed, Named(name("n")))
	heard(t, ConnectTopic, SendTopic, "topic")
	heard(t, ConnectLink, SendLink, Link(&Node{}))
	heard(t, ConnectFeed, SendFeed, make(Feed))
	heard(t, ConnectGrid, SendGrid, Grid{1: {2: 3}})
}

func TestSetsAreIsolated(t *testing.T) {
	var set Signals
	set.Topic.Connect(func(context.Context, Topic) error { return errors.New("heard") })
	if err := SendTopic(t.Context(), "default"); err != nil {
		t.Error(err)
	}
	if err := set.Topic.Send(t.Context(), "own"); err == nil {
		t.Error("the set's own receiver was not called")
	}
}
