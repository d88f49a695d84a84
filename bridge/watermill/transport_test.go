package watermillbridge_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"go.uber.org/goleak"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	. "github.com/signalgen/signalgen/bridge/watermill"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The suite of all transports, over a Pub/Sub of Watermill that keeps no order and
// hands over as much as one takes, and over one that does as those of logs and
// queues do: in order, and the next when the last is settled.
func TestConform(t *testing.T) {
	t.Run("gochannel", func(t *testing.T) {
		bridgetest.Conform(t, func(t testing.TB) bridge.Transport { return over(t, newChannels(t)) },
			bridgetest.AnyOrder(), bridgetest.Letters(letters, replay))
	})
	t.Run("queues", func(t *testing.T) {
		bridgetest.Conform(t, func(t testing.TB) bridge.Transport { return over(t, new(queues)) },
			bridgetest.OneAtATime(), bridgetest.Letters(letters, replay))
	})
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
	transport := New(b, b.of, opts...)
	w := newWatch(t, b)
	t.Cleanup(func() {
		if err := transport.Close(); err != nil {
			t.Error(err)
		}
	})
	return &tested{transport, w}
}

// deadTopic is the default.
func deadTopic(typ, group string) string {
	return strings.ReplaceAll(typ, "/", "__") + "." + group + ".dead"
}

func letters(_ testing.TB, of bridge.Transport, typ, group string) []string {
	return of.(*tested).watch.ids(deadTopic(typ, group))
}

// replay replays what there is by now, and what comes within a moment.
func replay(t testing.TB, of bridge.Transport, typ, group string) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	n, err := of.(*tested).Replay(ctx, typ, group)
	if err != nil || n != 1 {
		t.Errorf("replayed %d, %v, want 1", n, err)
	}
	of.(*tested).watch.forget(deadTopic(typ, group))
}

// What is no event becomes a dead letter, and so does an event of another type; none
// of it holds up what is behind it.
func TestPoison(t *testing.T) {
	q := new(queues)
	transport := over(t, q)
	good := &bridge.Envelope{ID: "1", Source: "/", Type: "shop/placed", Data: []byte("good")}
	for _, m := range []*message.Message{
		message.NewMessage(watermill.NewUUID(), []byte("no headers")), // several errors, on one line
		event("2", "shop/other"),
	} {
		if err := q.Publish("shop__placed", m); err != nil {
			t.Fatal(err)
		}
	}
	if err := transport.Publish(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	heard := make(chan string)
	if err := transport.Subscribe(ctx, "shop/placed", "mailer", func(d bridge.Delivery) {
		d.Settle(nil)
		heard <- d.Envelope.ID
	}); err != nil {
		t.Fatal(err)
	}
	if id := <-heard; id != "1" {
		t.Errorf("heard %s", id)
	}
	leave()
	var why []string
	for _, m := range q.published("shop__placed.mailer.dead") {
		why = append(why, m.Metadata.Get(DeadReason))
	}
	if len(why) != 2 || strings.Contains(why[0], "\n") || !strings.Contains(why[0], "no header ce-id") || !strings.Contains(why[1], `type "shop/other" on topic shop__placed, wanted shop/placed`) {
		t.Errorf("dead letters: %q", why)
	}
}

// event returns the message of an event.
func event(id, typ string) *message.Message {
	m := message.NewMessage(watermill.NewUUID(), nil)
	for name, value := range (&bridge.Envelope{ID: id, Source: "/", Type: typ, Key: "a b"}).Headers() {
		m.Metadata.Set(name, value)
	}
	return m
}

var errBroker = errors.New("broker is down")

// A dead letter that cannot be published stays where it was, and is reported.
func TestNoDeadLetter(t *testing.T) {
	q := &queues{refuse: "dead for"}
	reported := make(chan error, 100)
	transport := over(t, q,
		Topic(func(typ string) string { return "topic of " + typ }),
		DeadTopic(func(topic, group string) string { return topic + ", dead for " + group }),
		ErrorHandler(func(err error) { reported <- err; q.accept() }),
		MaxAttempts(0),
	)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	handed := 0
	second := make(chan struct{})
	if err := transport.Subscribe(ctx, "placed", "mailer", func(d bridge.Delivery) {
		if handed++; handed == 2 {
			defer close(second)
		}
		d.Settle(errBroker)
	}); err != nil {
		t.Fatal(err)
	}
	if err := transport.Publish(t.Context(), &bridge.Envelope{ID: "1", Source: "/", Type: "placed"}); err != nil {
		t.Fatal(err)
	}
	<-second
	err := <-reported
	if !errors.Is(err, errBroker) || !strings.Contains(err.Error(), "no dead letter on topic topic of placed, dead for mailer: broker is down") {
		t.Errorf("reported %v", err)
	}
	if n := len(q.published("topic of placed, dead for mailer")); n != 1 {
		t.Errorf("%d dead letters, want one", n)
	}
}

// Publish ends with its ctx, whatever the publisher does.
func TestPublishEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		transport := New(slow{release}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		e := &bridge.Envelope{ID: "1", Source: "/", Type: "placed"}
		if err := transport.Publish(ctx, e); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		close(release)
		if err := transport.Publish(context.Background(), e); !errors.Is(err, errBroker) {
			t.Errorf("got %v", err)
		}
	})
}

// slow is a publisher that waits.
type slow struct{ release chan struct{} }

func (s slow) Publish(string, ...*message.Message) error { <-s.release; return errBroker }
func (slow) Close() error                                { return nil }

func TestErrors(t *testing.T) {
	q := new(queues)
	refusing := New(q, func(string) (message.Subscriber, error) { return nil, errBroker })
	handle := func(bridge.Delivery) {}
	if err := refusing.Subscribe(t.Context(), "placed", "mailer", handle); !errors.Is(err, errBroker) || !strings.Contains(err.Error(), "subscriber of group mailer") {
		t.Errorf("got %v", err)
	}
	if _, err := refusing.Replay(t.Context(), "placed", "mailer"); !errors.Is(err, errBroker) {
		t.Errorf("got %v", err)
	}
	failing := New(q, func(string) (message.Subscriber, error) { return failingSubscriber{}, nil })
	if err := failing.Subscribe(t.Context(), "a/b", "mailer", handle); !errors.Is(err, errBroker) || !strings.Contains(err.Error(), "subscribe to a__b as group mailer") {
		t.Errorf("got %v", err)
	}
	if _, err := failing.Replay(t.Context(), "a/b", "mailer"); !errors.Is(err, errBroker) {
		t.Errorf("got %v", err)
	}
	if err := failing.Close(); !errors.Is(err, errBroker) {
		t.Errorf("got %v", err)
	}
	if err := failing.Subscribe(t.Context(), "a/b", "mailer", handle); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("got %v", err)
	}
}

type failingSubscriber struct{}

func (failingSubscriber) Subscribe(context.Context, string) (<-chan *message.Message, error) {
	return nil, errBroker
}
func (failingSubscriber) Close() error { return errBroker }

// A replay that cannot publish leaves the dead letter where it is.
func TestReplayFails(t *testing.T) {
	q := &queues{refuse: "placed"}
	letter := event("1", "placed")
	letter.Metadata.Set(DeadReason, "x")
	_ = q.Publish("letters", letter)
	replayed := New(q, q.of, DeadTopic(func(string, string) string { return "letters" }))
	if n, err := replayed.Replay(t.Context(), "placed", "mailer"); n != 0 || err == nil || !strings.Contains(err.Error(), "replay placed for group mailer: broker is down") {
		t.Errorf("replayed %d, %v", n, err)
	}
	q.accept()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if n, err := replayed.Replay(ctx, "placed", "mailer"); n != 1 || err != nil {
		t.Errorf("replayed %d, %v", n, err)
	}
}

func TestPartitionKey(t *testing.T) {
	if key := PartitionKey(event("1", "placed")); key != "a%20b" {
		t.Errorf("key %q", key)
	}
}

// No two names have one topic.
func TestDefaultTopics(t *testing.T) {
	names := []string{"a/b", "a_b", "a__b", "a_ub", "a/_b", "a_/b", "a.b", "a-b", "a_u_b", "a_uub"}
	q := new(queues)
	transport := New(q, q.of)
	for _, name := range names {
		if err := transport.Publish(t.Context(), &bridge.Envelope{ID: "1", Source: "/", Type: name}); err != nil {
			t.Fatal(err)
		}
	}
	topics := q.topics()
	if len(topics) != len(names) || slices.ContainsFunc(topics, func(topic string) bool { return strings.Contains(topic, "/") }) {
		t.Errorf("topics %q", topics)
	}
}

// What a bridge gives back unbegun, because it is closed, has not failed.
func TestGivenBack(t *testing.T) {
	q := new(queues)
	transport := over(t, q, MaxAttempts(1), DeadTopic(func(topic, group string) string { return topic + " dead for " + group }))
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	handed := 0
	heard := make(chan struct{})
	if err := transport.Subscribe(ctx, "placed", "mailer", func(d bridge.Delivery) {
		if handed++; handed <= 3 {
			d.Settle(bridge.ErrClosed)
			return
		}
		d.Settle(nil)
		close(heard)
	}); err != nil {
		t.Fatal(err)
	}
	if err := transport.Publish(t.Context(), &bridge.Envelope{ID: "1", Source: "/", Type: "placed"}); err != nil {
		t.Fatal(err)
	}
	<-heard
	if n := len(q.published("placed dead for mailer")); n != 0 {
		t.Errorf("%d dead letters, want none", n)
	}
}
