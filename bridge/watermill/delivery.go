package watermillbridge

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
)

// A delivery is a message that this process has not settled: it is with receivers or in a
// pause. Its fields, except messages, belong to one goroutine at a time: the one that
// delivers, the one that settles, or the one that pauses.
type delivery struct {
	of       *subscription
	event    event // zero for what is no event
	envelope *bridge.Envelope
	outcome

	// messages are those of the event: more than one if the broker has redelivered it
	// because it was unacknowledged for too long.
	messages []*message.Message // guarded by the subscription's mu
}

// event names an event.
type event struct{ source, id string }

// take begins the delivery of a message, unless it is for another group.
func (s *subscription) take(m *message.Message) {
	if only := m.Metadata.Get(replayedFor); only != "" && only != s.group {
		s.reading.ack(m)
		return
	}
	d := &delivery{of: s, messages: []*message.Message{m}}
	e, err := bridge.ParseHeaders(maps.All(m.Metadata), m.Payload)
	if err == nil && e.Type != s.typ {
		err = bridge.Poison(fmt.Errorf("found an event of type %q on topic %s, wanted %s", e.Type, s.topic, s.typ))
	}
	if err == nil {
		d.event, d.envelope = event{e.Source, e.ID}, e
	}
	switch {
	case !s.hold(d):
	case err != nil:
		go d.bury(err)
	case d.done:
		d.ack()
	case time.Until(d.due) > 0:
		go d.pause()
	default:
		d.deliver()
	}
}

// hold reports whether the delivery is new. If not, it adds the message to the delivery of
// the same event.
func (s *subscription) hold(d *delivery) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.envelope != nil {
		if known := s.held[d.event]; known != nil {
			known.messages = append(slices.DeleteFunc(known.messages, isTakenBack), d.messages...)
			return false
		}
		s.held[d.event] = d
		d.outcome = s.outcomes.take(d.event)
	}
	s.inFlight++
	return true
}

// deliver calls the handler.
func (d *delivery) deliver() {
	attempt := d.failures + 1
	d.of.handle(bridge.Delivery{Envelope: d.envelope, Attempt: attempt, Last: attempt >= d.of.maxDeliver, Settle: d.settle})
}

func (d *delivery) settle(err error) {
	switch {
	case err == nil:
		d.ack()
	case errors.Is(err, bridge.ErrClosed): // it has not begun
		d.due = time.Time{}
		d.nack()
	default:
		d.fail()
		if bridge.IsPoison(err) || d.failures >= d.of.maxDeliver {
			go d.bury(err)
		} else {
			go d.pause()
		}
	}
}

// fail counts a failure.
func (d *delivery) fail() {
	d.failures++
	var pause time.Duration
	if n := len(d.of.backoff); n > 0 {
		pause = d.of.backoff[min(d.failures, n)-1]
	}
	d.due = time.Now().Add(pause)
}

// pause waits until the delivery is due, and passes it to deliver. If the broker takes the
// message back meanwhile, the pause continues when it comes again.
func (d *delivery) pause() {
	timer := time.NewTimer(time.Until(d.due))
	defer timer.Stop()
	due := (chan<- *delivery)(nil)
	for {
		select {
		case <-timer.C:
			due = d.of.due
		case due <- d:
			return
		case <-d.of.ctx.Done():
			d.nack()
			return
		case <-d.latest().Context().Done():
			if isTakenBack(d.latest()) {
				d.nack()
				return
			}
		}
	}
}

func (d *delivery) latest() *message.Message {
	d.of.mu.Lock()
	defer d.of.mu.Unlock()
	return d.messages[len(d.messages)-1]
}

// isTakenBack reports whether the broker has taken a message back.
func isTakenBack(m *message.Message) bool { return m.Context().Err() != nil }

// ack acknowledges the delivery. If the broker has taken the message back, it comes again
// and is then acknowledged without calling the handler.
func (d *delivery) ack() {
	for _, m := range d.forget(outcome{done: isTakenBack(d.latest())}) {
		d.of.current().ack(m)
	}
	d.of.done()
}

// nack returns the delivery to the broker, which redelivers it.
func (d *delivery) nack() {
	for _, m := range d.forget(d.outcome) {
		m.Nack()
	}
	d.of.done()
}

// forget ends the delivery, remembers its outcome, and returns its messages.
func (d *delivery) forget(of outcome) []*message.Message {
	s := d.of
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.envelope != nil {
		delete(s.held, d.event)
		s.outcomes.put(d.event, of)
	}
	return d.messages
}

// done counts a delivery that is settled.
func (s *subscription) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
	select {
	case s.settled <- struct{}{}:
	default:
	}
}
