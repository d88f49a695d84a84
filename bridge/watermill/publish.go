package watermillbridge

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
)

// Publish publishes an envelope. When the publisher returns an error it tries again,
// after pauses that grow to about two seconds, until ctx is done: to Watermill, a broker
// that is down and a message that it will never take look alike. A publisher that can
// tell wraps errors that last by [bridge.Poison]; they are returned at once. Since a
// broker may have stored what it returned an error for, an envelope may be stored twice.
//
// When ctx is done Publish returns, with the publisher's last error too, and does not
// wait for the publisher any longer, which may publish it all the same.
func (t *Transport) Publish(ctx context.Context, e *bridge.Envelope) error {
	topic, err := t.topicOf(e.Type)
	if err == nil {
		m := message.NewMessage(watermill.NewUUID(), e.Data)
		for name, value := range e.Headers() {
			m.Metadata.Set(name, value)
		}
		err = t.publish(ctx, topic, m, func(error) {})
	}
	if err != nil {
		return fmt.Errorf("watermill bridge: publish %s: %w", e.Type, err)
	}
	return nil
}

// publish publishes until it goes well, and calls failed with each error in between.
func (t *Transport) publish(ctx context.Context, topic string, m *message.Message, failed func(err error)) error {
	return untilDone(ctx, failed, func() error { return t.publishOnce(ctx, topic, m) })
}

// publishOnce ends with ctx, which a publisher need not look at.
func (t *Transport) publishOnce(ctx context.Context, topic string, m *message.Message) error {
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

// untilDone calls try until it returns nil, or poison, or ctx is done. It calls failed
// with each error that is followed by another try.
func untilDone(ctx context.Context, failed func(err error), try func() error) error {
	const first, most = 50 * time.Millisecond, 2 * time.Second
	var last error
	for pause := first; ; pause = min(2*pause, most) {
		err := try()
		if err == nil || bridge.IsPoison(err) {
			return err
		}
		if last == nil || !errors.Is(err, ctx.Err()) { // which it is not before ctx is done
			last = err
		}
		if ctx.Err() != nil {
			break
		}
		failed(err)
		if !sleep(ctx, pause/2+rand.N(pause/2)) { // so that what failed together is not tried together
			break
		}
	}
	if cause := context.Cause(ctx); !errors.Is(last, cause) {
		return fmt.Errorf("%w; last error: %w", cause, last)
	}
	return last
}

// sleep waits. It returns false when ctx is done first.
func sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
