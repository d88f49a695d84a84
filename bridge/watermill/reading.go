package watermillbridge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// patience is how long the broker may take to process acknowledgements, and then to end a
// subscription.
const patience = 5 * time.Second

// A reading is one subscription at the broker, with its own subscriber.
type reading struct {
	subscriber message.Subscriber
	messages   <-chan *message.Message
	cancel     context.CancelFunc
	ended      func() error

	mu    sync.Mutex        // guards acked
	acked []<-chan struct{} // the latest acknowledged messages; each is closed when the subscriber is done with its message
}

// read subscribes to a topic, or gives up when ctx is done. The reading lasts until end.
func (t *Transport) read(ctx context.Context, topic, group string) (*reading, error) {
	subscriber, err := t.subscriber(group)
	if err != nil {
		return nil, fmt.Errorf("subscriber of group %s: %w", group, err)
	}
	open, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, cancel)()
	messages, err := subscriber.Subscribe(open, topic)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("subscribe to %s as group %s: %w", topic, group, errors.Join(err, subscriber.Close()))
	}
	r := &reading{subscriber: subscriber, messages: messages, cancel: cancel}
	r.ended = sync.OnceValue(r.end)
	return r, nil
}

// ack acknowledges a message. Watermill cancels the ctx of a message when the subscriber
// is done with it.
func (r *reading) ack(m *message.Message) {
	m.Ack()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acked = slices.DeleteFunc(r.acked, isClosed)
	if done := m.Context().Done(); done != nil && !isClosed(done) {
		r.acked = append(r.acked, done)
	}
	const most = 256 // for subscribers that never cancel them
	r.acked = r.acked[max(len(r.acked)-most, 0):]
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// end is called once. It closes the subscriber before it cancels the ctx of the
// subscription: an adapter that acknowledges several messages together, as those for
// databases do, would give all of them up when that ctx is canceled, and redeliver them.
func (r *reading) end() error {
	limit, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r.confirm(limit)
	closed := make(chan error, 1)
	go func() { closed <- r.subscriber.Close() }()
	defer r.cancel()
	select {
	case err := <-closed:
		return err
	case <-limit.Done():
	}
	r.cancel()
	select {
	case err := <-closed:
		return err
	case <-time.After(patience):
		return fmt.Errorf("a subscriber has not closed within %v", 2*patience)
	}
}

// confirm waits until the subscriber is done with what was acknowledged, or ctx is done.
func (r *reading) confirm(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, done := range r.acked {
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}

// drain returns what still arrives to the broker.
func (r *reading) drain() {
	for m := range r.messages {
		m.Nack()
	}
}
