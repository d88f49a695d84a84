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

// A delivery is a message that this process holds: in hand or in a pause. Its fields but
// for messages belong to who has it: the goroutine that hands over, the receiver, the
// pause.
type delivery struct {
	of       *subscription
	event    event // zero for what is no event
	envelope *bridge.Envelope
	outcome

	// messages are those of the event. There is more than one when the broker takes a
	// message back, since it is held for too long, and hands it over again.
	messages []*message.Message // guarded by the subscription's mu
}

// event names an event.
type event struct{ source, id string }

// take takes one message over, unless it is for another group.
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
		d.hand()
	}
}

// hold reports whether the delivery is new. If not, its message has become one of the
// delivery that is held.
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
	s.inHand++
	return true
}

// hand hands the delivery over.
func (d *delivery) hand() {
	attempt := d.failures + 1
	d.of.handle(bridge.Delivery{Envelope: d.envelope, Attempt: attempt, Last: attempt >= d.of.maxDeliver, Settle: d.settle})
}

func (d *delivery) settle(err error) {
	switch {
	case err == nil:
		d.ack()
	case errors.Is(err, bridge.ErrClosed): // it has not begun
		d.due = time.Time{}
		d.giveBack()
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

// pause waits until the delivery is due, and has it handed over. If the broker takes its
// message back meanwhile, it is in a pause again when it comes again.
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
			d.giveBack()
			return
		case <-d.latest().Context().Done():
			if isTakenBack(d.latest()) {
				d.giveBack()
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

// ack ends the delivery. If the broker has taken it back it comes again, and is not
// handed over.
func (d *delivery) ack() {
	for _, m := range d.release(outcome{done: isTakenBack(d.latest())}) {
		d.of.current().ack(m)
	}
	d.of.settle()
}

// giveBack has the broker hand the delivery over again.
func (d *delivery) giveBack() {
	for _, m := range d.release(d.outcome) {
		m.Nack()
	}
	d.of.settle()
}

// release lets the messages go, and remembers the outcome.
func (d *delivery) release(of outcome) []*message.Message {
	s := d.of
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.envelope != nil {
		delete(s.held, d.event)
		s.outcomes.put(d.event, of)
	}
	return d.messages
}

// settle notes that a delivery is settled.
func (s *subscription) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inHand--
	select {
	case s.settled <- struct{}{}:
	default:
	}
}
