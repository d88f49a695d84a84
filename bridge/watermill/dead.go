package watermillbridge

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
)

// The metadata that a dead letter has in addition to that of its message.
const (
	DeadReason   = "signalgen-dead-reason" // the last error, or the beginning of its text
	DeadTime     = "signalgen-dead-time"   // since when it is one, in the format of RFC 3339
	DeadAttempts = "signalgen-dead-attempts"
)

// The metadata of this package's other messages.
const (
	replayedFor = "signalgen-replayed-for" // the only group that the message is for
	deadEnd     = "signalgen-dead-end"     // not a dead letter, but the end of the walk with this id
)

// replayGroup is the suffix of the group that reads the dead letters of a group.
const replayGroup = ".replay"

// maxReason limits the text of a reason, in bytes: some brokers limit an attribute to a
// kilobyte.
const maxReason = 1000

// A DeadLetter is a message whose deliveries to a group have failed.
type DeadLetter struct {
	Signal   string // the signal's stable name
	Group    string
	Reason   string    // the error of the last attempt, or the beginning of its text
	Time     time.Time // since when it is one
	Attempts int       // the number of deliveries in the process of the last one

	Envelope *bridge.Envelope // nil if the message is no CloudEvent
	Message  *message.Message // a copy
}

// DeadLetters returns an iterator over the dead letters that a filter selects. The filter
// must have the signal and the group, because Watermill cannot list topics. Watermill can
// read a topic only by consuming its messages, so each dead letter is consumed and, after
// the loop's body has run, published again at the end of the topic. A crash in between, or
// a body that takes longer than the broker allows a message to be unacknowledged, may leave
// it there twice.
//
// It reads as the group with .replay after its name. It ends after the dead letters that
// were there when it began, or with an error, such as that of ctx. It finds the end by a
// message that it publishes on the topic. If the broker keeps no order or the topic has
// several partitions, that may come too early: call it again.
func (t *Transport) DeadLetters(ctx context.Context, f bridge.DeadFilter) iter.Seq2[DeadLetter, error] {
	return func(yield func(DeadLetter, error) bool) {
		more := true
		if err := t.walk(ctx, f, func(w *walk, letter DeadLetter) (bool, error) {
			more = yield(letter, nil)
			return more, w.keep(letter.Message)
		}); err != nil && more {
			yield(DeadLetter{}, fmt.Errorf("watermill bridge: dead letters of %s for group %s: %w", f.Signal, f.Group, err))
		}
	}
}

// ReplayAll publishes the dead letters that a filter selects again, for their group only,
// and removes them from their topic. It returns how many there were. See
// [Transport.DeadLetters] for the filter, the other dead letters and the end.
func (t *Transport) ReplayAll(ctx context.Context, f bridge.DeadFilter) (n int, err error) {
	if err = t.walk(ctx, f, func(w *walk, letter DeadLetter) (bool, error) {
		err := t.publish(w.ctx, w.topic, revived(letter), func(error) {})
		if err == nil {
			n++
		}
		return true, err
	}); err != nil {
		err = fmt.Errorf("watermill bridge: replay %s for group %s: %w", f.Signal, f.Group, err)
	}
	return n, err
}

// DiscardAll removes the dead letters that a filter selects from their topic, like
// [Transport.ReplayAll] without publishing them again.
func (t *Transport) DiscardAll(ctx context.Context, f bridge.DeadFilter) (n int, err error) {
	if err = t.walk(ctx, f, func(*walk, DeadLetter) (bool, error) {
		n++
		return true, nil
	}); err != nil {
		err = fmt.Errorf("watermill bridge: discard dead letters of %s for group %s: %w", f.Signal, f.Group, err)
	}
	return n, err
}

// bury publishes the delivery as a dead letter. While that fails, the delivery stays
// unsettled; at the end of the subscription it is returned to the broker.
func (d *delivery) bury(why error) {
	s := d.of
	letter := d.latest().Copy()
	reason := strings.ReplaceAll(why.Error(), "\n", "; ") // some brokers have metadata in headers
	letter.Metadata.Set(DeadReason, strings.ToValidUTF8(reason[:min(len(reason), maxReason)], ""))
	letter.Metadata.Set(DeadTime, time.Now().UTC().Format(time.RFC3339Nano))
	letter.Metadata.Set(DeadAttempts, strconv.Itoa(d.failures))
	failed := func(err error) {
		s.report(fmt.Errorf("no dead letter on topic %s: %w", s.letters, errors.Join(err, why)))
	}
	for {
		err := untilDone(s.ctx, failed, func() error { return s.transport.publishOnce(s.life, s.letters, letter) })
		if err == nil {
			d.ack()
			return
		}
		failed(err)
		if !sleep(s.ctx, time.Minute) { // the publisher has returned poison
			d.nack()
			return
		}
	}
}

// A walk is one pass over the dead letters of a group.
type walk struct {
	transport      *Transport
	ctx            context.Context
	filter         bridge.DeadFilter
	topic, letters string
}

// walk calls visit with the dead letters that the filter selects, until visit returns
// false. A letter for which visit returns no error is removed from the topic.
func (t *Transport) walk(ctx context.Context, f bridge.DeadFilter, visit func(w *walk, letter DeadLetter) (more bool, err error)) error {
	if f.Signal == "" || f.Group == "" {
		return fmt.Errorf("found signal %q and group %q, wanted both: %w", f.Signal, f.Group, errors.ErrUnsupported)
	}
	w := &walk{transport: t, ctx: ctx, filter: f}
	var err error
	if w.topic, err = t.topicOf(f.Signal); err != nil {
		return err
	}
	if w.letters, err = t.deadTopicOf(f.Signal, f.Group); err != nil {
		return err
	}
	r, err := t.read(ctx, w.letters, f.Group+replayGroup)
	if err != nil {
		return err
	}
	err = w.all(r, visit)
	err = errors.Join(err, r.ended())
	r.drain()
	return err
}

// all visits the messages up to the end of the walk.
func (w *walk) all(r *reading, visit func(w *walk, letter DeadLetter) (bool, error)) error {
	end := message.NewMessage(watermill.NewUUID(), nil)
	end.Metadata.Set(deadEnd, end.UUID)
	if err := w.keep(end); err != nil {
		return err
	}
	for more := true; more; {
		select {
		case <-w.ctx.Done():
			return context.Cause(w.ctx)
		case m, open := <-r.messages:
			if !open {
				return errors.New("the broker has ended the subscription")
			}
			var err error
			if more, err = w.one(m, end.UUID, visit); err != nil {
				m.Nack()
				return err
			}
			r.ack(m)
		}
	}
	return nil
}

// one processes one message.
func (w *walk) one(m *message.Message, end string, visit func(w *walk, letter DeadLetter) (bool, error)) (more bool, err error) {
	if of := m.Metadata.Get(deadEnd); of != "" {
		return of != end, nil // the other end is of a walk that was interrupted
	}
	letter := deadLetter(m, w.filter.Signal, w.filter.Group)
	if !w.filter.Selects(letter.Signal, letter.Group, letter.Reason, time.Since(letter.Time)) {
		return true, w.keep(letter.Message)
	}
	return visit(w, letter)
}

// keep publishes a message to the topic of dead letters.
func (w *walk) keep(m *message.Message) error {
	return w.transport.publish(w.ctx, w.letters, m, func(error) {})
}

func deadLetter(m *message.Message, signal, group string) DeadLetter {
	letter := DeadLetter{Signal: signal, Group: group, Reason: m.Metadata.Get(DeadReason), Message: m.Copy()}
	// What cannot be parsed was not written by a transport, and stays zero.
	letter.Time, _ = time.Parse(time.RFC3339Nano, m.Metadata.Get(DeadTime))
	letter.Attempts, _ = strconv.Atoi(m.Metadata.Get(DeadAttempts))
	if e, err := bridge.ParseHeaders(maps.All(m.Metadata), m.Payload); err == nil {
		letter.Envelope = e
	}
	return letter
}

// revived returns the message of a dead letter, for its group only.
func revived(letter DeadLetter) *message.Message {
	m := letter.Message.Copy()
	for _, name := range []string{DeadReason, DeadTime, DeadAttempts} {
		delete(m.Metadata, name)
	}
	m.Metadata.Set(replayedFor, letter.Group)
	return m
}
