package natsbridge

import (
	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// header returns the headers of an envelope: those of the CloudEvents binding for
// NATS in binary mode.
func header(e *bridge.Envelope) nats.Header {
	h := make(nats.Header, 12+len(e.Extensions))
	for name, value := range e.Headers() {
		h[name] = []string{value}
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
