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
	of       *subscription
	msg      *nats.Msg
	about    *nats.MsgMetadata
	failures uint64    // in deliveries of earlier messages with the same envelope
	forged   error     // why it is not to be handed over; nil for no reason
	alive    time.Time // when the server last heard that it is looked after; of.mu guards it
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
	d.of.handle(bridge.Delivery{Envelope: e, Attempt: int(d.attempts()), Last: d.last(), Settle: d.settle})
}

// read returns the envelope; an error if it is not to be handed over.
func (d *delivery) read() (*bridge.Envelope, error) {
	if d.forged != nil {
		return nil, d.forged
	}
	e, err := envelope(d.msg.Header, d.msg.Data)
	if err != nil {
		return nil, err
	}
	if e.Type != d.of.typ {
		return nil, fmt.Errorf("ce-type is %q, want %q on %s", e.Type, d.of.typ, d.msg.Subject)
	}
	if d.about.NumDelivered > d.mostUnsettled() {
		return nil, fmt.Errorf("handed over %d times and never settled", d.attempts())
	}
	return e, nil
}

// attempts is how many times a receiver may have had the envelope, this time included.
func (d *delivery) attempts() uint64 {
	return d.failures + min(d.about.NumDelivered, d.mostUnsettled())
}

func (d *delivery) mostUnsettled() uint64 {
	return uint64(unsettledFactor * d.of.settings.maxDeliver)
}

// last reports whether the envelope is not handed over again if this delivery fails.
func (d *delivery) last() bool { return d.attempts() >= uint64(d.of.settings.maxDeliver) }

// settle ends the delivery.
func (d *delivery) settle(err error) {
	defer d.release()
	switch {
	case err == nil:
		_ = d.msg.Ack() // if it is lost the envelope comes again
	case errors.Is(err, bridge.ErrClosed):
		_ = d.msg.Nak() // not begun, as the process is about to end: for another member at once
	case bridge.IsPoison(err) || d.last():
		if buryErr := d.bury(err); buryErr != nil {
			s := d.of
			s.settings.logger().Error("nats bridge: no dead letter", "signal", s.typ, "group", s.group, "error", errors.Join(err, buryErr))
		}
	default:
		d.postpone()
	}
}

// postpone has the envelope handed over again after a pause.
//
// If the server cannot keep it apart, the negative acknowledgement tells it to wait. That
// is second best: what waits counts against the limit of the group, and each one that
// fails pushes back the time at which nats-server 2.15 next looks for what is due.
func (d *delivery) postpone() {
	pause := d.of.settings.pause(d.attempts())
	if err := d.schedule(pause); err != nil {
		d.release() // before, so that no sign of life undoes it
		_ = d.msg.NakWithDelay(pause)
		return
	}
	_ = d.msg.Ack() // if it is lost the envelope comes twice
}

// giveBack has the server hand the message to another member. of.mu is held.
func (d *delivery) giveBack() {
	_ = d.msg.Nak() // without a connection the ack wait does it
	delete(d.of.held, d)
}

// release forgets the delivery, and makes room for another one.
func (d *delivery) release() {
	s := d.of
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, d)
	s.ask()
}
