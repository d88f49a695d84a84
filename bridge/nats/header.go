package natsbridge

import (
	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// header returns the headers of an envelope: those of the CloudEvents binding for
// NATS in binary mode, which has no content-type.
func header(e *bridge.Envelope) nats.Header {
	most := 12 + len(e.Extensions)
	h, values := make(nats.Header, most), make([]string, 0, most)
	for name, value := range e.Headers() {
		if name != "content-type" {
			values = append(values, value)
			h[name] = values[len(values)-1 : len(values) : len(values)]
		}
	}
	return h
}

// envelope reads a message, whoever has published it.
func envelope(h nats.Header, data []byte) (*bridge.Envelope, error) {
	return bridge.ParseHeaders(func(yield func(name, value string) bool) {
		for name, values := range h {
			if len(values) > 0 && !yield(name, values[0]) {
				return
			}
		}
	}, data)
}
