package natsbridge

import (
	"context"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
)

// Publish stores the envelope in the stream, and returns once the stream has acknowledged
// it. While there is no connection or the server does not answer, it retries with the same
// id, under which the stream stores the envelope once. If ctx is done first, the error
// wraps its cause and the last error. An envelope that is too large for the server and a
// closed connection are errors at once.
func (t *Transport) Publish(ctx context.Context, e *bridge.Envelope) error {
	p, err := t.pack(e)
	if err != nil {
		return err
	}
	defer p.free()
	return notPublished(e, t.persist(ctx, &p.msg))
}

// PublishAsync sends the envelope to the stream without waiting for the acknowledgement;
// stored waits for it as Publish would. If the first attempt fails, stored publishes the
// envelope again, so that it may come after envelopes published later.
func (t *Transport) PublishAsync(ctx context.Context, e *bridge.Envelope) (stored func() error) {
	p, err := t.pack(e)
	if err != nil {
		return func() error { return err }
	}
	sent, err := t.acks.begin(&p.msg)
	return func() error {
		defer p.free()
		var found place
		if err == nil {
			found, err = t.acks.await(ctx, sent, answerTimeout)
		}
		return notPublished(e, t.settled(ctx, &p.msg, found, err))
	}
}

// pack encodes an envelope. An envelope that is too large is an error.
func (t *Transport) pack(e *bridge.Envelope) (*parcel, error) {
	p := pack(e, t.settings.prefix)
	if err := t.tooLarge(&p.msg); err != nil {
		p.free()
		return nil, notPublished(e, err)
	}
	return p, nil
}

func notPublished(e *bridge.Envelope, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("nats bridge: publish %s %s: %w", e.Type, e.ID, err)
}
