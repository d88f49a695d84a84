package natsbridge

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// unsettledFactor is how many times MaxDeliver an envelope is delivered that is never
// settled.
const unsettledFactor = 4

// A delivery is a message that has been received and is not settled.
type delivery struct {
	of       *subscription
	msg      *nats.Msg
	id       messageID
	about    *nats.MsgMetadata // with what restore has restored
	failures uint64            // in deliveries of earlier messages with the same envelope
	forged   error             // why the message must not be delivered; nil if it may
	alive    time.Time         // when the server was last told that it is in progress; of.mu guards it
}

// A messageID identifies a message. The time tells it from one of an earlier stream.
type messageID struct {
	sequence uint64 // in the stream
	time     int64  // in nanoseconds
}

// dispatch calls the handler with the delivery, unless it is not for this group or not
// valid.
func (d *delivery) dispatch() {
	if group := d.msg.Header.Get(groupHeader); group != "" && group != url.PathEscape(d.of.group) {
		d.settle(nil) // replayed for another group
		return
	}
	e, err := d.envelope()
	if err != nil {
		d.settle(bridge.Poison(err))
		return
	}
	d.of.handle(bridge.Delivery{Envelope: e, Attempt: int(d.attempts()), Last: d.last(), Settle: d.settle})
}

// envelope returns the envelope, or an error if it must not be delivered.
func (d *delivery) envelope() (*bridge.Envelope, error) {
	if d.forged != nil {
		return nil, d.forged
	}
	e, err := parseEnvelope(d.msg.Header, d.msg.Data)
	if err != nil {
		return nil, err
	}
	if e.Type != d.of.typ {
		return nil, fmt.Errorf("ce-type is %q, want %q on %s", e.Type, d.of.typ, d.msg.Subject)
	}
	if d.about.NumDelivered > d.maxUnsettled() {
		return nil, fmt.Errorf("delivered %d times and never settled", d.attempts())
	}
	return e, nil
}

// attempts returns how many times a receiver may have had the envelope, including this
// time.
func (d *delivery) attempts() uint64 {
	return d.failures + min(d.about.NumDelivered, d.maxUnsettled())
}

func (d *delivery) maxUnsettled() uint64 {
	return uint64(unsettledFactor * d.of.settings.maxDeliver)
}

// last reports whether the envelope becomes a dead letter if this delivery fails.
func (d *delivery) last() bool { return d.attempts() >= uint64(d.of.settings.maxDeliver) }

// settle ends the delivery.
func (d *delivery) settle(err error) {
	defer d.release()
	switch {
	case err == nil:
		_ = d.msg.Ack() // if it is lost, the envelope comes again
	case errors.Is(err, bridge.ErrClosed):
		_ = d.msg.Nak() // the process is about to end: for another member at once
	case bridge.IsPoison(err) || d.last():
		if buryErr := d.bury(err); buryErr != nil {
			s := d.of
			s.settings.logger().Error("nats bridge: dead letter not stored", "signal", s.typ, "group", s.group, "error", errors.Join(err, buryErr))
		}
	default:
		d.retry()
	}
}

// retry has the server redeliver the envelope after the backoff.
//
// If the stream cannot schedule messages, a negative acknowledgement tells the server to
// wait. That is second best: what waits counts against MaxAckPending, and each further
// failure postpones the time at which nats-server 2.15 next looks for what is due.
func (d *delivery) retry() {
	pause := d.of.settings.pause(d.attempts())
	if err := d.schedule(pause); err != nil {
		d.release() // first, so that no progress acknowledgement undoes it
		_ = d.msg.NakWithDelay(pause)
		return
	}
	_ = d.msg.Ack() // if it is lost, the envelope comes twice
}

// giveBack has the server redeliver the message to another member. of.mu is held.
func (d *delivery) giveBack() {
	_ = d.msg.Nak() // without a connection, the server redelivers after the ack wait
	delete(d.of.held, d.id)
}

// release forgets the delivery, and makes room for another one.
func (d *delivery) release() {
	s := d.of
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, d.id)
	s.pull()
}
