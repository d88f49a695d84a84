package bridge_test

import (
	"context"
	"fmt"
	"testing"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// handed is a transport that delivers what a test tells it to. settled gets the errors
// that the deliveries are settled with.
type handed struct {
	immediate
	settled chan error
}

// receiveHanded returns such a transport and a subscription of it without retries.
func receiveHanded(t *testing.T, receive func(context.Context, kinds.Started) error, opts ...Option) (*handed, *Bridge, *Subscription) {
	t.Helper()
	transport := &handed{settled: make(chan error, 10)}
	b := New(transport, opts...)
	var s kinds.StartedSignal
	s.Connect(receive)
	sub, err := Receive(b, &s, Group("all"), Retry(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return transport, b, sub
}

// hand delivers an envelope for each number.
func (h *handed) hand(numbers ...int) {
	for _, n := range numbers {
		h.handle(Delivery{Envelope: started(n), Settle: func(err error) { h.settled <- err }})
	}
}

func started(n int) *Envelope {
	return &Envelope{ID: fmt.Sprint(n), Source: "/", Type: "kinds.started", Data: fmt.Appendf(nil, `{"N":%d}`, n)}
}
