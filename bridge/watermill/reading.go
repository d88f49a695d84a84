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

// patience is how long a broker may take to hear what was acknowledged, and then to end
// a subscription.
const patience = 5 * time.Second

// A reading is one subscription at the broker, by a subscriber of its own.
type reading struct {
	subscriber message.Subscriber
	messages   <-chan *message.Message
	cancel     context.CancelFunc
	ended      func() error

	mu    sync.Mutex        // guards acked
	acked []<-chan struct{} // closed when the broker is done with what was acknowledged last
}

// read subscribes to a topic. When ctx is done meanwhile it gives up; the reading lasts
// until end.
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

// ack acknowledges a message. Watermill ends the ctx of a message when the subscriber is
// done with it.
func (r *reading) ack(m *message.Message) {
	m.Ack()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acked = slices.DeleteFunc(r.acked, isClosed)
	if done := m.Context().Done(); done != nil && !isClosed(done) {
		r.acked = append(r.acked, done)
	}
	const most = 256 // of a subscriber that leaves them as they are
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

// end is called once. It closes the subscriber before it ends the ctx of the subscription:
// an adapter that acknowledges several messages together, as those of databases do, gives
// up all of them when that ctx ends, and hands them over again.
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
		return fmt.Errorf("a subscriber does not close within %v", 2*patience)
	}
}

// confirm waits until the broker knows what was acknowledged, or ctx is done.
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

// drain gives the broker back what still comes.
func (r *reading) drain() {
	for m := range r.messages {
		m.Nack()
	}
}
