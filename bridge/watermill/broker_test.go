package watermillbridge_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"

	"github.com/signalgen/signalgen/bridge"
)

// channels is Watermill's gochannel with groups: the members of one read from one
// subscription, which lasts as long as the test.
type channels struct {
	*gochannel.GoChannel

	ctx    context.Context
	mu     sync.Mutex // guards groups
	groups map[[2]string]<-chan *message.Message
}

func newChannels(t testing.TB) *channels {
	ctx, cancel := context.WithCancel(context.Background())
	c := &channels{
		GoChannel: gochannel.NewGoChannel(gochannel.Config{Persistent: true}, nil),
		ctx:       ctx, groups: make(map[[2]string]<-chan *message.Message),
	}
	t.Cleanup(func() {
		cancel()
		_ = c.GoChannel.Close()
	})
	return c
}

func (c *channels) of(group string) (message.Subscriber, error) { return channelMember{c, group}, nil }

// channelMember subscribes for a group.
type channelMember struct {
	*channels
	group string
}

func (m channelMember) Close() error { return nil }

func (m channelMember) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := [2]string{topic, m.group}
	from := m.groups[key]
	if from == nil {
		var err error
		if from, err = m.GoChannel.Subscribe(m.ctx, topic); err != nil {
			return nil, err
		}
		m.groups[key] = from
	}
	to := make(chan *message.Message)
	go forward(ctx, from, to)
	return to, nil
}

// forward passes messages on until ctx is done.
func forward(ctx context.Context, from <-chan *message.Message, to chan<- *message.Message) {
	defer close(to)
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-from:
			if m == nil {
				return
			}
			select {
			case to <- m:
			case <-ctx.Done():
				m.Nack() // another member's
				return
			}
		}
	}
}

// queues is a broker as most are: it keeps order, and hands a member the next
// message when the last is settled.
type queues struct {
	mu     sync.Mutex // guards what follows
	change *sync.Cond
	refuse string // in the names of topics that are not published to; empty for none
	except string // in the names of topics that are published to all the same
	all    map[string][]*message.Message
	groups map[[2]string]*queue
}

// A queue is what a group has yet to hear.
type queue struct{ waiting []*message.Message }

func (q *queues) lock() (unlock func()) {
	q.mu.Lock()
	if q.change == nil {
		q.change = sync.NewCond(&q.mu)
		q.all = make(map[string][]*message.Message)
		q.groups = make(map[[2]string]*queue)
	}
	return func() {
		q.change.Broadcast()
		q.mu.Unlock()
	}
}

func (q *queues) Publish(topic string, messages ...*message.Message) error {
	defer q.lock()()
	for _, m := range messages {
		if q.refuse != "" && strings.Contains(topic, q.refuse) && (q.except == "" || !strings.Contains(topic, q.except)) {
			return errBroker
		}
		q.all[topic] = append(q.all[topic], m)
		for key, of := range q.groups {
			if key[0] == topic {
				of.waiting = append(of.waiting, m)
			}
		}
	}
	return nil
}

// refusing has topics refused whose name has one in it, and not the other.
func (q *queues) refusing(part, except string) {
	defer q.lock()()
	q.refuse, q.except = part, except
}

// accept ends refuse.
func (q *queues) accept() {
	defer q.lock()()
	q.refuse = ""
}

func (q *queues) published(topic string) []*message.Message {
	defer q.lock()()
	return slices.Clone(q.all[topic])
}

func (q *queues) topics() []string {
	defer q.lock()()
	return slices.Collect(maps.Keys(q.all))
}

func (*queues) Close() error { return nil }

func (q *queues) of(group string) (message.Subscriber, error) { return queueMember{q, group}, nil }

type queueMember struct {
	*queues
	group string
}

func (m queueMember) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	defer m.lock()()
	key := [2]string{topic, m.group}
	if m.groups[key] == nil {
		m.groups[key] = &queue{slices.Clone(m.all[topic])}
	}
	context.AfterFunc(ctx, func() { m.lock()() })
	to := make(chan *message.Message)
	go m.serve(ctx, m.groups[key], to)
	return to, nil
}

// serve hands messages over, one at a time, until ctx is done.
func (m queueMember) serve(ctx context.Context, from *queue, to chan<- *message.Message) {
	defer close(to)
	for next := m.next(ctx, from); next != nil; next = m.next(ctx, from) {
		copied := next.Copy()
		select {
		case to <- copied:
		case <-ctx.Done():
			m.putBack(from, next)
			return
		}
		select {
		case <-copied.Acked():
		case <-copied.Nacked():
			m.putBack(from, next)
		case <-ctx.Done():
			select {
			case <-copied.Acked():
			default:
				m.putBack(from, next)
			}
			return
		}
	}
}

// next waits for the next message; it returns nil when ctx is done.
func (m queueMember) next(ctx context.Context, from *queue) (next *message.Message) {
	defer m.lock()()
	for ctx.Err() == nil {
		if len(from.waiting) > 0 {
			next, from.waiting = from.waiting[0], from.waiting[1:]
			return next
		}
		m.change.Wait()
	}
	return nil
}

func (m queueMember) putBack(to *queue, next *message.Message) {
	defer m.lock()()
	to.waiting = slices.Insert(to.waiting, 0, next)
}

// watch collects the ids on the topics that it is asked for.
type watch struct {
	t      testing.TB
	broker broker

	mu   sync.Mutex // guards seen
	seen map[string][]string
}

func newWatch(t testing.TB, b broker) *watch {
	return &watch{t: t, broker: b, seen: make(map[string][]string)}
}

// ids returns the ids of the events that have been published to a topic.
func (w *watch) ids(topic string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, watched := w.seen[topic]; !watched {
		w.seen[topic] = nil
		w.begin(topic)
	}
	return slices.Clone(w.seen[topic])
}

func (w *watch) begin(topic string) {
	ctx, cancel := context.WithCancel(context.Background())
	w.t.Cleanup(cancel)
	subscriber, _ := w.broker.of("watch")
	messages, err := subscriber.Subscribe(ctx, topic)
	if err != nil {
		w.t.Error(err)
		return
	}
	go func() {
		for m := range messages {
			if e, err := bridge.ParseHeaders(maps.All(m.Metadata), m.Payload); err == nil {
				w.add(topic, e.ID)
			}
			m.Ack()
		}
	}()
}

func (w *watch) add(topic, id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[topic] = append(w.seen[topic], id)
}

// forget forgets what has been seen on a topic.
func (w *watch) forget(topic string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[topic] = nil
}
