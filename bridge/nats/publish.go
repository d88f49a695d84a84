package natsbridge

import (
	"context"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
)

// Publish stores the envelope in the stream, and returns once the stream has
// acknowledged it. While there is no connection, or the server does not answer, it
// waits and tries again under the same id, which the stream stores once; if ctx
// ends that, the error wraps its cause and what was wrong last. An envelope that is
// larger than the server takes is an error at once, as is a closed connection.
func (t *Transport) Publish(ctx context.Context, e *bridge.Envelope) error {
	p, err := t.pack(e)
	if err != nil {
		return err
	}
	defer p.free()
	return notPublished(e, t.persist(ctx, &p.msg))
}

// PublishAsync sends the envelope to the stream and does not wait for the
// acknowledgement: stored does, as Publish would. What the stream did not take at first is
// published again when stored is called, and so may come after what was published later.
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
			found, err = t.acks.await(ctx, sent, patience)
		}
		return notPublished(e, t.settled(ctx, &p.msg, found, err))
	}
}

// pack returns the envelope as a message that the server takes.
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
