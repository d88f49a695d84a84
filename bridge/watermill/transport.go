package watermillbridge

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
)

// A Transport carries envelopes by a publisher and subscribers of Watermill.
type Transport struct {
	publisher   message.Publisher
	subscriber  func(group string) (message.Subscriber, error)
	topic       func(typ string) string
	deadTopic   func(topic, group string) string
	maxAttempts int
	report      func(err error)

	mu          sync.Mutex // guards what follows
	closed      bool
	subscribers map[string]message.Subscriber // by group
}

// New returns a transport that publishes by publisher, and that has subscriber make
// a subscriber for each group, when it is first needed. The publisher is the
// caller's to close, after the bridge.
func New(publisher message.Publisher, subscriber func(group string) (message.Subscriber, error), opts ...Option) *Transport {
	t := &Transport{
		publisher:   publisher,
		subscriber:  subscriber,
		topic:       defaultTopic,
		deadTopic:   defaultDeadTopic,
		maxAttempts: 5,
		report:      logError,
		subscribers: make(map[string]message.Subscriber),
	}
	for _, opt := range opts {
		opt(t)
	}
	return t
}

// Publish publishes an envelope. When ctx is done it returns, and does not wait for
// the publisher any longer, which may publish it all the same.
func (t *Transport) Publish(ctx context.Context, e *bridge.Envelope) error {
	m := message.NewMessage(watermill.NewUUID(), e.Data)
	for name, value := range e.Headers() {
		m.Metadata.Set(name, value)
	}
	return t.publish(ctx, t.topic(e.Type), m)
}

// publish ends with ctx, which a publisher need not look at.
func (t *Transport) publish(ctx context.Context, topic string, m *message.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.SetContext(ctx)
	if ctx.Done() == nil {
		return t.publisher.Publish(topic, m)
	}
	published := make(chan error, 1)
	go func() { published <- t.publisher.Publish(topic, m) }()
	select {
	case err := <-published:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close closes the subscribers, after the bridge. Messages that are not settled come
// again when somebody of their group listens.
func (t *Transport) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	var errs []error
	for _, s := range t.subscribers {
		errs = append(errs, s.Close())
	}
	clear(t.subscribers)
	return errors.Join(errs...)
}

// of returns the subscriber of a group.
func (t *Transport) of(group string) (message.Subscriber, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, errors.New("watermill bridge: transport is closed")
	}
	if s := t.subscribers[group]; s != nil {
		return s, nil
	}
	s, err := t.subscriber(group)
	if err != nil {
		return nil, fmt.Errorf("watermill bridge: subscriber of group %s: %w", group, err)
	}
	t.subscribers[group] = s
	return s, nil
}
