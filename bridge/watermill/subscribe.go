package watermillbridge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
)

// Subscribe has handle called in a goroutine of its own. When ctx is done it hands
// over nothing more, and gives the broker back what it holds; the broker's own
// subscription ends when all that was handed over is settled.
func (t *Transport) Subscribe(ctx context.Context, typ, group string, handle bridge.Handler) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	subscriber, err := t.of(group)
	if err != nil {
		return err
	}
	topic := t.topic(typ)
	open, leave := context.WithCancel(context.WithoutCancel(ctx))
	messages, err := subscriber.Subscribe(open, topic)
	if err != nil {
		leave()
		return fmt.Errorf("watermill bridge: subscribe to %s as group %s: %w", topic, group, err)
	}
	s := &subscription{
		transport: t, typ: typ, topic: topic, group: group, handle: handle,
		attempts: make(map[attempted]int),
	}
	go s.serve(ctx, messages, leave)
	return nil
}

// A subscription is one Subscribe.
type subscription struct {
	transport         *Transport
	typ, topic, group string
	handle            bridge.Handler
	hand              sync.WaitGroup // what is handed over and not settled; added to by serve alone

	mu       sync.Mutex // guards attempts
	attempts map[attempted]int
}

// attempted names an event that has failed.
type attempted struct{ source, id string }

// maxAttempted bounds the events that are counted, some of which may since have been
// settled by another process.
const maxAttempted = 10_000

// serve hands over until ctx is done, or the broker ends it.
func (s *subscription) serve(ctx context.Context, messages <-chan *message.Message, leave context.CancelFunc) {
	for more := true; more; {
		select {
		case <-ctx.Done():
			more = false
		case m, open := <-messages:
			switch {
			case !open:
				more = false
			case ctx.Err() != nil:
				m.Nack()
			default:
				s.hand.Add(1)
				s.take(m)
			}
		}
	}
	s.hand.Wait() // an acknowledgement reaches the broker only as long as its subscription is open
	leave()
	for m := range messages {
		m.Nack()
	}
}

// take hands one message over, unless it is for another group or no event.
func (s *subscription) take(m *message.Message) {
	if only := m.Metadata.Get(replayedFor); only != "" && only != s.group {
		s.ack(m)
		return
	}
	e, err := bridge.ParseHeaders(maps.All(m.Metadata), m.Payload)
	if err == nil && e.Type != s.typ {
		err = bridge.Poison(fmt.Errorf("found an event of type %q on topic %s, wanted %s", e.Type, s.topic, s.typ))
	}
	if err != nil {
		s.bury(m, err)
		return
	}
	s.handle(bridge.Delivery{Envelope: e, Settle: func(err error) { s.settle(m, e, err) }})
}

// settle ends a delivery.
func (s *subscription) settle(m *message.Message, e *bridge.Envelope, err error) {
	event := attempted{e.Source, e.ID}
	switch {
	case err == nil:
		s.forget(event)
		s.ack(m)
	case errors.Is(err, bridge.ErrClosed):
		s.nack(m) // it has not begun
	case bridge.IsPoison(err) || s.failed(event) >= s.transport.maxAttempts:
		s.forget(event)
		s.bury(m, err)
	default:
		s.nack(m)
	}
}

func (s *subscription) ack(m *message.Message) {
	m.Ack()
	s.hand.Done()
}

func (s *subscription) nack(m *message.Message) {
	m.Nack()
	s.hand.Done()
}

// failed counts a failure, and returns how many there were.
func (s *subscription) failed(event attempted) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.attempts) >= maxAttempted {
		clear(s.attempts)
	}
	s.attempts[event]++
	return s.attempts[event]
}

func (s *subscription) forget(event attempted) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.attempts, event)
}

// bury makes a message a dead letter. It stays where it is if that fails.
func (s *subscription) bury(m *message.Message, why error) {
	topic := s.transport.deadTopic(s.topic, s.group)
	letter := m.Copy()
	letter.Metadata.Set(DeadReason, strings.ReplaceAll(why.Error(), "\n", "; ")) // some brokers have metadata in headers
	if err := s.transport.publish(context.Background(), topic, letter); err != nil {
		s.transport.report(fmt.Errorf("no dead letter on topic %s: %w", topic, errors.Join(err, why)))
		s.nack(m)
		return
	}
	s.ack(m)
}
