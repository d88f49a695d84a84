package natsbridge

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// deadRoom is kept free in every message for the headers that a dead letter has
// besides.
const deadRoom = 2048

// Publish stores the envelope in the stream, and returns once the stream has
// acknowledged it. While there is no connection, or the server does not answer, it
// waits and tries again under the same id, which the stream stores once; if ctx
// ends that, the error wraps its cause and what was wrong last. An envelope that is
// larger than the server takes is an error at once, as is a closed connection.
func (t *Transport) Publish(ctx context.Context, e *bridge.Envelope) error {
	p := pack(e, t.settings.prefix)
	defer p.free()
	m := &p.msg
	if size, most := size(m), t.nc.MaxPayload()-deadRoom; most > 0 && size > most {
		return fmt.Errorf("nats bridge: publish %s %s: it has %d bytes with its headers, the server takes %d at most", e.Type, e.ID, size, most)
	}
	if err := t.persist(ctx, m); err != nil {
		return fmt.Errorf("nats bridge: publish %s %s: %w", e.Type, e.ID, err)
	}
	return nil
}

// size is what a server holds against its limit: the headers, as they are written,
// and the data.
func size(m *nats.Msg) int64 {
	n := len("NATS/1.0\r\n") + len("\r\n") + len(m.Data)
	for name, values := range m.Header {
		for _, value := range values {
			n += len(name) + len(": ") + len(value) + len("\r\n")
		}
	}
	return int64(n)
}
