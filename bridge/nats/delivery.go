package natsbridge

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// unsettledFactor is how many times as often as one that fails an envelope is
// handed over that is never settled.
const unsettledFactor = 4

// A delivery is a message that has arrived and is not settled.
type delivery struct {
	of    *subscription
	msg   *nats.Msg
	about *nats.MsgMetadata
	alive time.Time // when the server last heard that it is looked after; of.mu guards it
}

// hand gives the delivery to the handler, unless it cannot be meant for it.
func (d *delivery) hand() {
	if group := d.msg.Header.Get(groupHeader); group != "" && group != url.PathEscape(d.of.group) {
		d.settle(nil) // somebody else's, replayed
		return
	}
	e, err := d.read()
	if err != nil {
		d.settle(bridge.Poison(err))
		return
	}
	d.of.handle(bridge.Delivery{Envelope: e, Attempt: int(d.about.NumDelivered), Settle: d.settle})
}

// read returns the envelope; an error if it is not to be handed over.
func (d *delivery) read() (*bridge.Envelope, error) {
	e, err := envelope(d.msg.Header, d.msg.Data)
	if err != nil {
		return nil, err
	}
	if e.Type != d.of.typ {
		return nil, fmt.Errorf("ce-type is %q, want %q on %s", e.Type, d.of.typ, d.msg.Subject)
	}
	if attempts := d.attempts(); attempts < d.about.NumDelivered {
		return nil, fmt.Errorf("handed over %d times and never settled", attempts)
	}
	return e, nil
}

// attempts is how many times a receiver may have had it.
func (d *delivery) attempts() uint64 {
	return min(d.about.NumDelivered, uint64(unsettledFactor*d.of.t.settings.maxDeliver))
}

// settle ends the delivery. One that has failed is only let go: the server hands
// it over again when the ack wait is over. To ask for that by a negative
// acknowledgement with a delay would be one more timer at the server, which gets
// to hand over little else if there are many.
func (d *delivery) settle(err error) {
	defer d.release()
	switch {
	case err == nil:
		_ = d.msg.Ack() // if it is lost the envelope comes again
	case errors.Is(err, bridge.ErrClosed):
		_ = d.msg.Nak() // not begun, as the process is about to end: for another member at once
	case bridge.IsPoison(err), d.about.NumDelivered >= uint64(d.of.t.settings.maxDeliver):
		if buryErr := d.bury(err); buryErr != nil {
			d.of.t.settings.logger().Error("nats bridge: no dead letter",
				"signal", d.of.typ, "group", d.of.group, "error", errors.Join(err, buryErr))
		}
	}
}

// giveBack has the server hand the message to another member.
func (d *delivery) giveBack() {
	_ = d.msg.Nak() // without a connection the ack wait does it
	d.release()
}

// release forgets the delivery, and makes room for another one.
func (d *delivery) release() {
	s := d.of
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, d)
	s.ask()
}
