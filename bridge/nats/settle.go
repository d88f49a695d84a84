package natsbridge

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// unsettledFactor is how many times as often as one that fails an envelope is
// handed over that is never settled.
const unsettledFactor = 4

// hand gives a message to the handler, unless it cannot be meant for it.
func (s *subscription) hand(m *nats.Msg) {
	about, err := m.Metadata()
	if err != nil {
		s.t.settings.logger().Error("nats bridge: a message that comes from no stream", "subject", m.Subject, "error", err)
		s.release(m)
		return
	}
	if group := m.Header.Get(groupHeader); group != "" && group != url.PathEscape(s.group) {
		s.settle(m, about, nil) // somebody else's, replayed
		return
	}
	e, err := s.read(m, about)
	if err != nil {
		s.settle(m, about, bridge.Poison(err))
		return
	}
	s.handle(bridge.Delivery{
		Envelope: e,
		Attempt:  int(about.NumDelivered),
		Settle:   func(err error) { s.settle(m, about, err) },
	})
}

// read returns the envelope in a message; an error if it is not to be handed over.
func (s *subscription) read(m *nats.Msg, about *nats.MsgMetadata) (*bridge.Envelope, error) {
	if most := uint64(unsettledFactor * s.t.settings.maxDeliver); about.NumDelivered > most {
		return nil, fmt.Errorf("handed over %d times and never settled", most)
	}
	e, err := envelope(m.Header, m.Data)
	if err != nil {
		return nil, err
	}
	if e.Type != s.typ {
		return nil, fmt.Errorf("ce-type is %q, want %q on %s", e.Type, s.typ, m.Subject)
	}
	return e, nil
}

// settle ends a delivery. One that has failed is only let go: the server hands it
// over again when the ack wait is over. To ask for that by negative
// acknowledgements with a delay would be one more timer for each at the server,
// which gets to hand over little else if there are many.
func (s *subscription) settle(m *nats.Msg, about *nats.MsgMetadata, err error) {
	defer s.release(m)
	switch {
	case err == nil:
		_ = m.Ack() // if it is lost the envelope comes again
	case bridge.IsPoison(err), about.NumDelivered >= uint64(s.t.settings.maxDeliver):
		if buryErr := s.bury(m, about, err); buryErr != nil {
			s.t.settings.logger().Error("nats bridge: no dead letter", "signal", s.typ, "group", s.group, "error", errors.Join(err, buryErr))
		}
	}
}
