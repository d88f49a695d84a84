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

// A Transport carries envelopes by a publisher and subscribers of Watermill. It is used
// from several goroutines.
type Transport struct {
	publisher  message.Publisher
	subscriber func(group string) (message.Subscriber, error)
	topic      func(typ string) string
	deadTopic  func(topic, group string) string
	topicLimit int
	maxDeliver int
	backoff    []time.Duration
	report     func(err error)

	owners sync.Map // what each topic is for, by its name: string to string

	mu            sync.Mutex // guards what follows
	closed        bool
	subscriptions map[*subscription]struct{} // those that have not ended
	errs          []error                    // of those that have; nil among them
}

var _ bridge.TransportWithOptions = (*Transport)(nil)

// New returns a transport that publishes by publisher. subscriber makes a subscriber of
// a group for one subscription, and the transport closes it when the subscription ends:
// it must not be one that others use, nor close what others use. The publisher is the
// caller's to close, after the transport.
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

// SubscribeWith has handle called in a goroutine of its own. As long as the broker does
// not take the subscription, it tries again, until ctx is done, and reports each error to
// the [ErrorHandler]. An error that [bridge.Poison] has made is returned at once. When
// the broker ends the subscription it subscribes again.
//
// When ctx is done it hands over nothing more, and gives the broker back what it holds;
// the broker's own subscription ends when all that was handed over is settled.
//
// Of the options it has MaxDeliver and Backoff.
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

// supported returns an error for an option that Watermill has no word for.
func supported(opts bridge.SubscribeOptions) error {
	unsupported := func(option, where string) error {
		return fmt.Errorf("option %s: Watermill cannot tell its brokers; %s: %w", option, where, errors.ErrUnsupported)
	}
	switch {
	case opts.FromNow:
		return unsupported("FromNow", "where a new group begins is a setting of the broker's subscriber, or of the group at the broker")
	case opts.Broadcast:
		return unsupported("Broadcast", "give each process a group of its own, and have the broker remove it when it is not used")
	case opts.AckWait != 0:
		return unsupported("AckWait", "how long a message may be held is a setting of the broker's subscriber, or of the broker")
	}
	return nil
}

// Close ends the subscriptions, and waits until the broker knows what was acknowledged:
// else it would hand that over again. Call it after the bridge's own Close. What is still
// in hand has about five seconds to be settled; after that it comes again when somebody
// of its group listens. The error is that of the subscribers that cannot be closed.
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

// close lets in no more subscriptions, and returns those that there are.
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

// remove forgets a subscription that has ended, but for its errors.
func (t *Transport) remove(s *subscription, errs ...error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.subscriptions, s)
	t.errs = append(t.errs, errs...)
}
