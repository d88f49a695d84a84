package natsbridge

import (
	"context"
	"fmt"
	"net/url"
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// Publish stores the envelope in the stream, and returns once the stream has acknowledged
// it. While there is no connection or the server does not answer, it retries with the same
// id, under which the stream stores the envelope once. If ctx is done first, the error
// wraps its cause and the last error; if it is done from the start, nothing is stored. An
// envelope that is too large for the server and a closed connection are errors at once.
func (t *Transport) Publish(ctx context.Context, e *bridge.Envelope) error {
	p, err := t.pack(ctx, e)
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
	p, err := t.pack(ctx, e)
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

// pack encodes an envelope. An envelope that is too large is an error, and so is a ctx that
// is done.
func (t *Transport) pack(ctx context.Context, e *bridge.Envelope) (*parcel, error) {
	if ctx.Err() != nil {
		return nil, notPublished(e, ctxError(ctx, nil))
	}
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

// A parcel is an envelope encoded as a message, in memory that is reused: headers are most
// of the cost of a publish. It keeps what the next envelope of the same signal shares.
type parcel struct {
	msg    nats.Msg
	values []string // of the headers

	prefix, typ, source string // of the latest envelope
	origin              string // the encoded source, with which message ids begin
}

var parcels = sync.Pool{New: func() any {
	return &parcel{msg: nats.Msg{Header: make(nats.Header, 8)}}
}}

// pack encodes the envelope as a message, with the id by which the stream detects
// duplicates. Its headers are those of CloudEvents in binary mode, without content-type.
func pack(e *bridge.Envelope, prefix string) *parcel {
	p := parcels.Get().(*parcel)
	if p.msg.Subject == "" || p.prefix != prefix || p.typ != e.Type || p.source != e.Source {
		p.prefix, p.typ, p.source = prefix, e.Type, e.Source
		p.msg.Subject, p.origin = subject(prefix, e.Type), url.PathEscape(e.Source)+" "
	}
	p.msg.Data = e.Data
	for name, value := range e.Headers() {
		if name != "content-type" {
			p.set(name, value)
		}
	}
	p.set(nats.MsgIdHdr, p.origin+url.PathEscape(e.ID))
	return p
}

func (p *parcel) set(name, value string) {
	p.values = append(p.values, value)
	last := len(p.values)
	p.msg.Header[name] = p.values[last-1 : last : last]
}

// free returns the parcel to the pool. Its message is not used any more.
func (p *parcel) free() {
	clear(p.msg.Header)
	clear(p.values)
	p.values = p.values[:0]
	p.msg.Data = nil
	parcels.Put(p)
}
