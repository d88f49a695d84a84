package watermillbridge_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	. "github.com/signalgen/signalgen/bridge/watermill"
	"github.com/signalgen/signalgen/internal/leak"
)

func TestMain(m *testing.M) {
	code := m.Run()
	removeServers()
	os.Exit(leak.Check(code))
}

// The suite of all transports: over a Pub/Sub of Watermill that keeps no order and hands
// over as much as one takes, over one that does as those of logs and queues do, in order,
// and the next when the last is settled, and over a database and Redis.
func TestConform(t *testing.T) {
	t.Run("gochannel", func(t *testing.T) {
		bridgetest.Conform(t, func(t testing.TB) bridge.Transport { return over(t, newChannels(t), soon) },
			bridgetest.AnyOrder(), bridgetest.Letters(letters, replay))
	})
	t.Run("queues", func(t *testing.T) {
		bridgetest.Conform(t, func(t testing.TB) bridge.Transport { return over(t, new(queues), soon) },
			bridgetest.OneAtATime(), bridgetest.Letters(letters, replay))
	})
	for _, b := range servers {
		t.Run(b.name, func(t *testing.T) {
			bridgetest.Conform(t, func(t testing.TB) bridge.Transport { return over(t, b.open(t), soon) },
				bridgetest.OneAtATime(), bridgetest.Letters(letters, replay))
		})
	}
}

// soon is for tests in which no time is to be lost.
func soon(t *Transport) {
	Backoff(10 * time.Millisecond)(t)
	MaxDeliver(5)(t)
}

// A broker is a Pub/Sub with groups.
type broker interface {
	message.Publisher
	of(group string) (message.Subscriber, error)
}

// tested is a transport that knows its broker.
type tested struct {
	*Transport
	watch *watch
}

// over returns a transport over a broker until the end of the test.
func over(t testing.TB, b broker, opts ...Option) *tested {
	t.Helper()
	transport := New(b, b.of, opts...)
	w := newWatch(t, b)
	t.Cleanup(func() {
		if err := transport.Close(); err != nil {
			t.Error(err)
		}
	})
	return &tested{transport, w}
}

// deadTopic is the default for names of letters, digits, dots, hyphens and slashes.
func deadTopic(typ, group string) string {
	return Shortened(strings.ReplaceAll(typ, "/", "__")+"_dead_"+group, 45)
}

func letters(_ testing.TB, of bridge.Transport, typ, group string) []string {
	return of.(*tested).watch.ids(deadTopic(typ, group))
}

// replay replays one dead letter. Without order its end may be seen too early.
func replay(t testing.TB, of bridge.Transport, typ, group string) {
	t.Helper()
	err := eventually(func() error {
		n, err := of.(*tested).ReplayAll(t.Context(), bridge.DeadFilter{Signal: typ, Group: group})
		if err == nil && n != 1 {
			err = errors.New("nothing replayed")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	of.(*tested).watch.forget(deadTopic(typ, group))
}

var errBroker = errors.New("broker is down")

func envelope(id, typ string) *bridge.Envelope {
	return &bridge.Envelope{ID: id, Source: "/", Type: typ, Key: "a b"}
}

// event returns the message of an event.
func event(id, typ string) *message.Message {
	m := message.NewMessage("message "+id, nil)
	for name, value := range envelope(id, typ).Headers() {
		m.Metadata.Set(name, value)
	}
	return m
}

func TestPartitionKey(t *testing.T) {
	if key := PartitionKey(event("1", "placed")); key != "a%20b" {
		t.Errorf("key %q", key)
	}
}

// An option that Watermill does not support is an error that says what to set instead.
func TestUnsupportedOptions(t *testing.T) {
	q := new(queues)
	transport := over(t, q)
	for name, opts := range map[string]bridge.SubscribeOptions{
		"FromNow":   {FromNow: true},
		"Broadcast": {Broadcast: true},
		"AckWait":   {AckWait: time.Second},
	} {
		err := transport.SubscribeWith(t.Context(), "placed", "mailer", opts, func(bridge.Delivery) {})
		if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "option "+name+": ") || !strings.Contains(err.Error(), "the broker") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// What cannot be closed is an error of Close, whether its subscription has ended or not.
func TestCloseErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := New(nil, func(string) (message.Subscriber, error) { return new(unclosable), nil })
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		for _, ctx := range []context.Context{ctx, t.Context()} {
			if err := transport.Subscribe(ctx, "placed", "mailer", func(bridge.Delivery) {}); err != nil {
				t.Fatal(err)
			}
		}
		leave()
		synctest.Wait()
		if err := transport.Close(); !errors.Is(err, errBroker) || strings.Count(err.Error(), errBroker.Error()) != 2 {
			t.Errorf("got %v", err)
		}
		if err := transport.Subscribe(t.Context(), "placed", "mailer", func(bridge.Delivery) {}); err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("subscribed to a closed transport: %v", err)
		}
	})
}

// unclosable is a subscriber with one subscription and no messages.
type unclosable struct{}

func (*unclosable) Subscribe(ctx context.Context, _ string) (<-chan *message.Message, error) {
	messages := make(chan *message.Message)
	context.AfterFunc(ctx, func() { close(messages) })
	return messages, nil
}
func (*unclosable) Close() error { return errBroker }
