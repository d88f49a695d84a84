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

// Publish publishes an envelope. If the publisher returns an error, Publish retries until
// ctx is done, after pauses that grow to about two seconds: Watermill does not distinguish
// a broker that is down from a message that it refuses. A publisher that does can wrap
// permanent errors with [bridge.Poison]; they are returned at once. The broker may have
// stored an envelope although the publisher returned an error, so it may be stored twice.
//
// When ctx is done, Publish returns its error and the last one of the publisher. It does
// not wait for a call of the publisher that is under way and may still succeed.
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

// publish retries until it succeeds or ctx is done, and calls failed with each error before
// a retry.
func (t *Transport) publish(ctx context.Context, topic string, m *message.Message, failed func(err error)) error {
	return untilDone(ctx, failed, func() error { return t.publishOnce(ctx, topic, m) })
}

// publishOnce returns when ctx is done, even if the publisher ignores ctx.
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

// untilDone calls try until it returns nil or poison, or ctx is done. It calls failed with
// each error before a retry.
func untilDone(ctx context.Context, failed func(err error), try func() error) error {
	const first, most = 50 * time.Millisecond, 2 * time.Second
	var last error
	for pause := first; ; pause = min(2*pause, most) {
		err := try()
		if err == nil || bridge.IsPoison(err) {
			return err
		}
		if last == nil || !errors.Is(err, ctx.Err()) { // nil as long as ctx is not done
			last = err
		}
		if ctx.Err() != nil {
			break
		}
		failed(err)
		if !sleep(ctx, pause/2+rand.N(pause/2)) { // random, so that what failed together is not retried together
			break
		}
	}
	if cause := context.Cause(ctx); !errors.Is(last, cause) {
		return fmt.Errorf("%w; last error: %w", cause, last)
	}
	return last
}

// sleep waits for pause. It returns false if ctx is done first.
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
