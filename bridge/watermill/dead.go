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

// The metadata that a dead letter has beside that of the message that it was.
const (
	DeadReason   = "signalgen-dead-reason" // the last error, or the beginning of its text
	DeadTime     = "signalgen-dead-time"   // since when it is one, as RFC 3339 writes it
	DeadAttempts = "signalgen-dead-attempts"
)

// The metadata of this package's other messages.
const (
	replayedFor = "signalgen-replayed-for" // the only group that the message is for
	deadEnd     = "signalgen-dead-end"     // which walk ends here; the message is no dead letter
)

// replayGroup is put behind a group's name for the group that reads its dead
// letters.
const replayGroup = ".replay"

// maxReason is what of a reason's text is kept, in bytes: some brokers have metadata in
// attributes of no more than a kilobyte.
const maxReason = 1000

// A DeadLetter is a message that one group could not take.
type DeadLetter struct {
	Signal   string // what the group listens to
	Group    string
	Reason   string    // the error of the last attempt, or the beginning of its text
	Time     time.Time // since when it is one
	Attempts int       // how many times it was handed over in the process that gave it up

	Envelope *bridge.Envelope // nil if the message is no event
	Message  *message.Message // a copy
}

// DeadLetters returns an iterator over the dead letters that a filter selects, which has
// to name the signal and the group: Watermill can neither list topics, nor read a topic
// without taking its messages off. So each dead letter is taken off its topic, and put
// back at the end after the loop's body has run. A crash in between, or a
// body that takes longer than the broker lets a message be held, may leave it there
// twice.
//
// It reads as the group that has .replay behind its name, and ends with what was there
// when it began, or with an error, that of ctx among them. How it knows the end is by a
// message of its own on the topic. With a broker that keeps no order, and with one that
// has several partitions, that may come too early: call it again.
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

// ReplayAll publishes the dead letters that a filter selects once more, for their group
// alone, and takes them from their topic. It returns how many there were. The others it
// puts back. What [Transport.DeadLetters] says of the filter and the end is true of it
// too.
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

// DiscardAll takes the dead letters that a filter selects from their topic. It is as
// [Transport.ReplayAll] otherwise.
func (t *Transport) DiscardAll(ctx context.Context, f bridge.DeadFilter) (n int, err error) {
	if err = t.walk(ctx, f, func(*walk, DeadLetter) (bool, error) {
		n++
		return true, nil
	}); err != nil {
		err = fmt.Errorf("watermill bridge: discard dead letters of %s for group %s: %w", f.Signal, f.Group, err)
	}
	return n, err
}

// bury makes a delivery a dead letter. As long as the broker takes none the delivery is
// held, and given back when the subscription ends.
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
		if !sleep(s.ctx, time.Minute) { // for what is poison to the publisher
			d.giveBack()
			return
		}
	}
}

// A walk goes over dead letters.
type walk struct {
	transport      *Transport
	ctx            context.Context
	filter         bridge.DeadFilter
	topic, letters string
}

// walk has visit called with what the filter selects, until that returns false. A letter
// whose visit returns nil is off the topic afterwards.
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

// all goes over what there is.
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

// one deals with one message.
func (w *walk) one(m *message.Message, end string, visit func(w *walk, letter DeadLetter) (bool, error)) (more bool, err error) {
	if of := m.Metadata.Get(deadEnd); of != "" {
		return of != end, nil // another walk's may have been left behind
	}
	letter := deadLetter(m, w.filter.Signal, w.filter.Group)
	if !w.filter.Selects(letter.Signal, letter.Group, letter.Reason, time.Since(letter.Time)) {
		return true, w.keep(letter.Message)
	}
	return visit(w, letter)
}

// keep puts a message on the topic of dead letters.
func (w *walk) keep(m *message.Message) error {
	return w.transport.publish(w.ctx, w.letters, m, func(error) {})
}

func deadLetter(m *message.Message, signal, group string) DeadLetter {
	letter := DeadLetter{Signal: signal, Group: group, Reason: m.Metadata.Get(DeadReason), Message: m.Copy()}
	// What cannot be read was not written by a transport, and is left at zero.
	letter.Time, _ = time.Parse(time.RFC3339Nano, m.Metadata.Get(DeadTime))
	letter.Attempts, _ = strconv.Atoi(m.Metadata.Get(DeadAttempts))
	if e, err := bridge.ParseHeaders(maps.All(m.Metadata), m.Payload); err == nil {
		letter.Envelope = e
	}
	return letter
}

// revived returns the message that a dead letter was.
func revived(letter DeadLetter) *message.Message {
	m := letter.Message.Copy()
	for _, name := range []string{DeadReason, DeadTime, DeadAttempts} {
		delete(m.Metadata, name)
	}
	m.Metadata.Set(replayedFor, letter.Group)
	return m
}
