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

// maxHeader is the largest header block that a stream takes, in bytes.
const maxHeader = 1<<16 - 1

// deadRoom is kept free in every message, and in its headers, for those that a dead
// letter has besides.
const deadRoom = 2048

// readPatience is how long the server may take to answer a request of an operator.
const readPatience = 5 * time.Second

// load returns the first message of a stream at or after sequence whose subject
// matches.
//
// It does not use the direct get that the client library prefers. There the server
// says where a message is in headers behind those of the publisher, and the client
// reads the first of a name: whoever publishes chooses the subject and the sequence
// that are seen, or that there is no message.
func (t *Transport) load(ctx context.Context, stream string, sequence uint64, matching string) (*jetstream.RawStreamMsg, error) {
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
		raw.Header, _ = nats.DecodeHeadersMsg(m.Header) // nil for what is no header block, which a server stores too
	}
	return raw, nil
}

// erase has a stream forget a message. It returns nil if the stream no longer has it.
func (t *Transport) erase(ctx context.Context, stream string, sequence uint64) error {
	err := t.request(ctx, "STREAM.MSG.DELETE."+stream, map[string]any{"seq": sequence, "no_erase": true}, new(struct{}))
	var refused *jetstream.APIError
	if !errors.As(err, &refused) {
		return err
	}
	if m, missing := t.load(ctx, stream, sequence, ">"); errors.Is(missing, jetstream.ErrMsgNotFound) || missing == nil && m.Sequence != sequence {
		return nil
	}
	return err
}

// request asks the server's JetStream and reads the answer, which is an error if it
// says so.
func (t *Transport) request(ctx context.Context, what string, question, answer any) error {
	data, err := json.Marshal(question)
	if err != nil {
		return err
	}
	soon, cancel := context.WithTimeout(ctx, readPatience)
	defer cancel()
	said, err := t.nc.RequestWithContext(soon, "$JS.API."+what, data)
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer within %v: %w", readPatience, nats.ErrTimeout)
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

// own returns a copy of the headers that are the envelope's: those for the server
// and those of this package are left out, as are names that cannot be published.
func own(of nats.Header) nats.Header {
	h := make(nats.Header, len(of)+8)
	for name, values := range of {
		lower := strings.ToLower(name)
		if !strings.HasPrefix(lower, "nats-") && !strings.HasPrefix(lower, "signalgen-") && isHeaderName(name) {
			h[name] = values
		}
	}
	return h
}

// isHeaderName reports whether the client library publishes a header of the name.
func isHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c <= ' ' || c > '~' || strings.ContainsRune("\"()/,:;<=>?@[\\]{}", c)
	})
}

// tooLarge returns an error if a message would be refused by the server, or only be
// stored as a dead letter that is cut.
func (t *Transport) tooLarge(m *nats.Msg) error {
	headers := headerSize(m.Header)
	if most := maxHeader - deadRoom; headers > most {
		return fmt.Errorf("its headers have %d bytes, the server takes %d at most", headers, most)
	}
	all := int64(headers + len(m.Data))
	if most := t.nc.MaxPayload() - deadRoom; most > 0 && all > most {
		return fmt.Errorf("it has %d bytes with its headers, the server takes %d at most", all, most)
	}
	return nil
}

// size is what a server holds against its limit: the headers and the data.
func size(m *nats.Msg) int64 { return int64(headerSize(m.Header) + len(m.Data)) }

// headerSize is how many bytes headers have as they are written.
func headerSize(h nats.Header) int {
	n := len("NATS/1.0\r\n") + len("\r\n")
	for name, values := range h {
		n += lineSize(name, values)
	}
	return n
}

// lineSize is what one header adds to that.
func lineSize(name string, values []string) (n int) {
	for _, value := range values {
		n += len(name) + len(": ") + len(value) + len("\r\n")
	}
	return n
}
