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
	p := pack(e, t.settings.prefix)
	defer p.free()
	m := &p.msg
	if err := t.tooLarge(m); err != nil {
		return fmt.Errorf("nats bridge: publish %s %s: %w", e.Type, e.ID, err)
	}
	if err := t.persist(ctx, m); err != nil {
		return fmt.Errorf("nats bridge: publish %s %s: %w", e.Type, e.ID, err)
	}
	return nil
}
