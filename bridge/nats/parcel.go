package natsbridge

import (
	"net/url"
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

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
