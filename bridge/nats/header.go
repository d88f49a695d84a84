package natsbridge

import (
	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

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
