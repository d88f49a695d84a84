package natsbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// maxHeader is the maximum size of the headers of a message in a stream, in bytes.
const maxHeader = 1<<16 - 1

// deadRoom is the room, in bytes, that each message and its headers leave for the headers
// of a dead letter.
const deadRoom = 2048

// readTimeout is how long the server may take to answer a request of an operator.
const readTimeout = 5 * time.Second

// load returns the first message of a stream at or after sequence whose subject
// matches.
//
// It does not use the direct get of the client library. There the server appends subject
// and sequence as headers after those of the publisher, and the client reads the first
// header of a name, so that a publisher could forge them, or hide the message.
func (t *Transport) getMessage(ctx context.Context, stream string, sequence uint64, matching string) (*jetstream.RawStreamMsg, error) {
	var read struct {
		Message *struct {
			Subject  string    `json:"subject"`
			Sequence uint64    `json:"seq"`
			Time     time.Time `json:"time"`
			Header   []byte    `json:"hdrs"`
			Data     []byte    `json:"data"`
		} `json:"message"`
	}
	err := t.request(ctx, "STREAM.MSG.GET."+stream, map[string]any{"seq": sequence, "next_by_subj": matching}, &read)
	m := read.Message
	switch {
	case err != nil:
		return nil, err
	case m == nil:
		return nil, jetstream.ErrInvalidJetStreamResponse
	}
	raw := &jetstream.RawStreamMsg{Subject: m.Subject, Sequence: m.Sequence, Time: m.Time, Data: m.Data}
	if len(m.Header) > 0 {
		raw.Header, _ = nats.DecodeHeadersMsg(m.Header) // nil for invalid headers, which a server stores too
	}
	return raw, nil
}

// deleteMessage deletes a message of a stream. It returns nil if there is none.
func (t *Transport) deleteMessage(ctx context.Context, stream string, sequence uint64) error {
	err := t.request(ctx, "STREAM.MSG.DELETE."+stream, map[string]any{"seq": sequence, "no_erase": true}, new(struct{}))
	var refused *jetstream.APIError
	if !errors.As(err, &refused) {
		return err
	}
	if m, missing := t.getMessage(ctx, stream, sequence, ">"); errors.Is(missing, jetstream.ErrMsgNotFound) || missing == nil && m.Sequence != sequence {
		return nil
	}
	return err
}

// request sends a request to the JetStream API and decodes the answer. It returns an error
// of the API as a *jetstream.APIError.
func (t *Transport) request(ctx context.Context, what string, question, answer any) error {
	data, err := json.Marshal(question)
	if err != nil {
		return err
	}
	soon, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	said, err := t.nc.RequestWithContext(soon, "$JS.API."+what, data)
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer within %v: %w", readTimeout, nats.ErrTimeout)
	case err != nil:
		return err
	}
	var refused struct {
		Error *jetstream.APIError `json:"error"`
	}
	if err := errors.Join(json.Unmarshal(said.Data, &refused), json.Unmarshal(said.Data, answer)); err != nil {
		return fmt.Errorf("%w: %w", jetstream.ErrInvalidJetStreamResponse, err)
	}
	if refused.Error != nil {
		return refused.Error
	}
	return nil
}

// envelopeHeaders returns a copy of the headers without those that the server or this
// package interpret, and without names that cannot be published.
func envelopeHeaders(of nats.Header) nats.Header {
	h := make(nats.Header, len(of)+8)
	for name, values := range of {
		lower := strings.ToLower(name)
		if !strings.HasPrefix(lower, "nats-") && !strings.HasPrefix(lower, "signalgen-") && isHeaderName(name) {
			h[name] = values
		}
	}
	return h
}

// isHeaderName reports whether the client library accepts a header name.
func isHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c <= ' ' || c > '~' || strings.ContainsRune("\"()/,:;<=>?@[\\]{}", c)
	})
}

// tooLarge returns an error for a message that the server would reject, or that would have
// to be cut as a dead letter.
func (t *Transport) tooLarge(m *nats.Msg) error {
	headers := headerSize(m.Header)
	if most := maxHeader - deadRoom; headers > most {
		return fmt.Errorf("its headers have %d bytes, want at most %d", headers, most)
	}
	all := int64(headers + len(m.Data))
	if most := t.nc.MaxPayload() - deadRoom; most > 0 && all > most {
		return fmt.Errorf("it has %d bytes with its headers, want at most %d", all, most)
	}
	return nil
}

// size returns the size of a message that the server limits: headers and data.
func size(m *nats.Msg) int64 { return int64(headerSize(m.Header) + len(m.Data)) }

// headerSize returns the size of encoded headers, in bytes.
func headerSize(h nats.Header) int {
	n := len("NATS/1.0\r\n") + len("\r\n")
	for name, values := range h {
		n += lineSize(name, values)
	}
	return n
}

// lineSize returns the size of one encoded header, which may have several values.
func lineSize(name string, values []string) (n int) {
	for _, value := range values {
		n += len(name) + len(": ") + len(value) + len("\r\n")
	}
	return n
}
