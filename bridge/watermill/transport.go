package watermillbridge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
)

// A Transport carries envelopes by a publisher and subscribers of Watermill. It is safe for
// use by several goroutines.
type Transport struct {
	publisher  message.Publisher
	subscriber func(group string) (message.Subscriber, error)
	topic      func(typ string) string
	deadTopic  func(topic, group string) string
	topicLimit int
	maxDeliver int
	backoff    []time.Duration
	report     func(err error)

	owners sync.Map // of topics, by name: the signal, or the group whose dead letters it has (string to string)

	mu            sync.Mutex // guards what follows
	closed        bool
	subscriptions map[*subscription]struct{} // those that have not ended
	errs          []error                    // of those that have ended; some are nil
}

var _ bridge.TransportWithOptions = (*Transport)(nil)

// New returns a transport that publishes by publisher. It calls subscriber for each
// subscription and closes the subscriber at its end, so subscriber must return a new one
// each time, whose Close closes nothing that others use. The caller closes publisher, after
// the transport.
func New(publisher message.Publisher, subscriber func(group string) (message.Subscriber, error), opts ...Option) *Transport {
	t := &Transport{
		publisher:     publisher,
		subscriber:    subscriber,
		topic:         escaped,
		deadTopic:     defaultDeadTopic,
		topicLimit:    defaultLimit,
		maxDeliver:    bridge.DefaultMaxDeliver,
		backoff:       bridge.DefaultBackoff(),
		report:        logError,
		subscriptions: make(map[*subscription]struct{}),
	}
	for _, opt := range opts {
		opt(t)
	}
	return t
}

// Subscribe is SubscribeWith without options.
func (t *Transport) Subscribe(ctx context.Context, typ, group string, handle bridge.Handler) error {
	return t.SubscribeWith(ctx, typ, group, bridge.SubscribeOptions{}, handle)
}

// SubscribeWith calls handle in a new goroutine. If the broker refuses the subscription, it
// retries until ctx is done, and calls the [ErrorHandler] with each error. An error made by
// [bridge.Poison] is returned at once. If the broker ends the subscription, it subscribes
// again.
//
// When ctx is done, it calls handle no more and returns the messages that wait to the
// broker. The subscription at the broker ends when all deliveries are settled.
//
// The supported options are MaxDeliver and Backoff.
func (t *Transport) SubscribeWith(ctx context.Context, typ, group string, opts bridge.SubscribeOptions, handle bridge.Handler) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, err := t.newSubscription(ctx, typ, group, opts, handle)
	if err != nil {
		return fmt.Errorf("watermill bridge: subscribe to %s as group %s: %w", typ, group, err)
	}
	if err := s.open(); err != nil {
		s.leave()
		t.remove(s)
		return fmt.Errorf("watermill bridge: %w", err)
	}
	go s.serve()
	return nil
}

// supported returns an error for an option that Watermill does not support.
func supported(opts bridge.SubscribeOptions) error {
	unsupported := func(option, where string) error {
		return fmt.Errorf("option %s: %s: %w", option, where, errors.ErrUnsupported)
	}
	switch {
	case opts.FromNow:
		return unsupported("FromNow", "where a new group begins is a setting of the subscriber or of the broker")
	case opts.Broadcast:
		return unsupported("Broadcast", "give each process its own group, and let the broker remove unused ones")
	case opts.AckWait != 0:
		return unsupported("AckWait", "how long a message may be unacknowledged is a setting of the subscriber or of the broker")
	}
	return nil
}

// Close ends the subscriptions, and waits until the broker has the acknowledgements. Call it
// after the Close of the bridge. Deliveries that are still in flight have about five
// seconds to be settled; after that the broker redelivers them. The error joins those of
// the subscribers that cannot be closed.
func (t *Transport) Close() error {
	all := t.close()
	for _, s := range all {
		s.leave()
	}
	limit, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var errs []error
	for _, s := range all {
		select {
		case <-s.finished:
			continue
		case <-limit.Done():
		}
		s.abandon()
		if r := s.current(); r != nil {
			errs = append(errs, r.ended())
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return errors.Join(append(errs, t.errs...)...)
}

// close makes the transport refuse new subscriptions, and returns the active ones.
func (t *Transport) close() (all []*subscription) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for s := range t.subscriptions {
		all = append(all, s)
	}
	return all
}

func (t *Transport) add(s *subscription) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return errors.New("transport is closed")
	}
	t.subscriptions[s] = struct{}{}
	return nil
}

// remove removes a subscription that has ended, and adds its errors.
func (t *Transport) remove(s *subscription, errs ...error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.subscriptions, s)
	t.errs = append(t.errs, errs...)
}
