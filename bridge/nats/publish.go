package natsbridge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

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
	m := &nats.Msg{Subject: subject(t.settings.prefix, e.Type), Header: header(e), Data: e.Data}
	m.Header["Nats-Msg-Id"] = []string{url.PathEscape(e.Source) + " " + url.PathEscape(e.ID)}
	if size, most := size(m), t.nc.MaxPayload()-deadRoom; most > 0 && size > most {
		return fmt.Errorf("nats bridge: publish %s %s: it has %d bytes with its headers, the server takes %d at most", e.Type, e.ID, size, most)
	}
	if err := t.store(ctx, m); err != nil {
		return fmt.Errorf("nats bridge: publish %s %s: %w", e.Type, e.ID, err)
	}
	return nil
}

// store publishes a message until a stream has acknowledged it.
func (t *Transport) store(ctx context.Context, m *nats.Msg) error {
	return t.persist(ctx, func(ctx context.Context) error { return t.storeOnce(ctx, m) })
}

// storeOnce publishes a message and waits for the acknowledgement. It is what
// JetStream.PublishMsg of the client library does, but for its repetitions and for
// reading all of an acknowledgement of which all that matters is that it is one.
func (t *Transport) storeOnce(ctx context.Context, m *nats.Msg) error {
	answer, err := t.nc.RequestMsgWithContext(ctx, m)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return jetstream.ErrNoStreamResponse
	case err != nil:
		return err
	case bytes.HasPrefix(answer.Data, []byte(`{"stream":"`)):
		return nil
	}
	var refused struct {
		Error *jetstream.APIError `json:"error"`
	}
	if err := json.Unmarshal(answer.Data, &refused); err != nil || refused.Error == nil {
		return fmt.Errorf("%w: %q", jetstream.ErrInvalidJSAck, answer.Data)
	}
	return refused.Error
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
