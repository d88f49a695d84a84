package natsbridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
)

// ErrNoDeadLetter is returned, wrapped, for a dead letter that does not exist.
var ErrNoDeadLetter = errors.New("no such dead letter")

// A DeadLetter is a message that one group has failed to handle.
//
// Anyone who may publish to the subjects of dead letters can forge one. The server vouches
// for Sequence, Time, Group and Signal; the other fields are claims of the publisher.
type DeadLetter struct {
	Sequence uint64 // in the stream of dead letters; identifies the dead letter
	Time     time.Time
	Group    string
	Signal   string // the signal's name; it and Group are "" if the subject does not name them
	Reason   string // the error of the last attempt, in one line of printable characters
	Attempts int    // how many times it was delivered to the group

	// Stream, Original and Published are the stream, sequence and time of the original.
	Stream    string
	Original  uint64
	Published time.Time

	// Envelope is nil if the message is not a CloudEvent. Header and Data are those of
	// the original message, without headers that the server interprets.
	Envelope *bridge.Envelope
	Header   nats.Header
	Data     []byte

	// Cut is how many bytes of headers and data were cut to make room for the headers
	// of the dead letter. The original has them, as long as it is in its stream.
	Cut int
}

// DeadLetters returns an iterator over the dead letters of all groups, oldest first. It
// ends with the last one that exists when the iteration begins. It requests one after
// another from the server, and ends with an error if a request fails.
func (t *Transport) DeadLetters(ctx context.Context) iter.Seq2[DeadLetter, error] {
	return t.letters(ctx, bridge.DeadFilter{})
}

// DeadLetter returns one dead letter.
func (t *Transport) DeadLetter(ctx context.Context, sequence uint64) (DeadLetter, error) {
	d, err := t.letter(ctx, sequence)
	if err != nil {
		return d, fmt.Errorf("nats bridge: dead letter %d: %w", sequence, err)
	}
	return d, nil
}

// Replay publishes the message of a dead letter again, for its group alone, and then
// removes the dead letter. If Replay is interrupted in between, the dead letter remains,
// and another Replay within the [DedupeWindow] removes it without publishing it twice.
//
// If the dead letter was cut, the original is published, if it is still in the stream.
func (t *Transport) Replay(ctx context.Context, sequence uint64) error {
	d, err := t.letter(ctx, sequence)
	if err == nil {
		err = t.replay(ctx, d)
	}
	if err != nil {
		return fmt.Errorf("nats bridge: replay dead letter %d: %w", sequence, err)
	}
	return nil
}

// ReplayAll replays the dead letters that the filter selects, oldest first, as
// [Transport.Replay] does, and returns how many it has replayed. It skips those that
// cannot be replayed, and the error tells why. It stops early if ctx is done or the server
// does not answer. It ignores messages that become dead letters meanwhile.
func (t *Transport) ReplayAll(ctx context.Context, filter bridge.DeadFilter) (int, error) {
	return t.each(ctx, filter, "replay", t.replay)
}

// Discard removes a dead letter.
func (t *Transport) Discard(ctx context.Context, sequence uint64) error {
	d, err := t.letter(ctx, sequence)
	if err == nil {
		err = t.discard(ctx, d)
	}
	if err != nil {
		return fmt.Errorf("nats bridge: discard dead letter %d: %w", sequence, err)
	}
	return nil
}

// DiscardAll removes the dead letters that the filter selects, and returns how many it has
// removed. It skips, stops and ends as [Transport.ReplayAll] does.
func (t *Transport) DiscardAll(ctx context.Context, filter bridge.DeadFilter) (int, error) {
	return t.each(ctx, filter, "discard", t.discard)
}

// maxFailures is how many errors a bulk operation returns; it counts the others.
const maxFailures = 10

// each calls do with each dead letter that the filter selects.
func (t *Transport) each(ctx context.Context, filter bridge.DeadFilter, what string, do func(context.Context, DeadLetter) error) (int, error) {
	done, failed := 0, 0
	var failures []error
	for d, err := range t.letters(ctx, filter) {
		if err != nil {
			failures = append(failures, err)
			break
		}
		if err := do(ctx, d); err == nil {
			done++
		} else if failed++; failed <= maxFailures {
			failures = append(failures, fmt.Errorf("nats bridge: %s dead letter %d: %w", what, d.Sequence, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	if more := failed - maxFailures; more > 0 {
		failures = append(failures, fmt.Errorf("nats bridge: %s: %d more have failed", what, more))
	}
	return done, errors.Join(failures...)
}

// letters returns an iterator over the dead letters that a filter selects. The server
// selects by group and signal.
func (t *Transport) letters(ctx context.Context, filter bridge.DeadFilter) iter.Seq2[DeadLetter, error] {
	return func(yield func(DeadLetter, error) bool) {
		name, now := t.settings.dead, time.Now()
		fail := func(err error) {
			yield(DeadLetter{}, fmt.Errorf("nats bridge: dead letters: stream %s: %w", name, err))
		}
		stream, err := t.js.Stream(ctx, name)
		if err != nil {
			fail(err)
			return
		}
		matching, last := t.settings.deadSubjects(filter.Group, filter.Signal), stream.CachedInfo().State.LastSeq
		for next := uint64(1); next <= last; next++ {
			raw, err := t.getMessage(ctx, name, next, matching)
			if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && raw.Sequence > last {
				return
			}
			if err != nil {
				fail(err)
				return
			}
			next = raw.Sequence
			d := t.settings.deadLetter(raw)
			if filter.Selects(d.Signal, d.Group, d.Reason, max(0, now.Sub(d.Time))) && !yield(d, nil) {
				return
			}
		}
	}
}

// letter returns one dead letter. Its errors do not name it.
func (t *Transport) letter(ctx context.Context, sequence uint64) (DeadLetter, error) {
	raw, err := t.getMessage(ctx, t.settings.dead, max(1, sequence), t.settings.deadSubjects("", ""))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound), err == nil && raw.Sequence != sequence:
		return DeadLetter{}, ErrNoDeadLetter
	case err != nil:
		return DeadLetter{}, fmt.Errorf("stream %s: %w", t.settings.dead, err)
	}
	return t.settings.deadLetter(raw), nil
}

// replay publishes a dead letter again. Its id contains the time of the dead letter, because
// sequences start again in a new stream.
func (t *Transport) replay(ctx context.Context, d DeadLetter) error {
	m, err := t.replayMessage(ctx, d)
	if err != nil {
		return err
	}
	m.Header[nats.MsgIdHdr] = []string{fmt.Sprintf("replay %s %d %d", t.settings.dead, d.Sequence, d.Time.UnixNano())}
	if err := t.persist(ctx, m); err != nil {
		return err
	}
	return t.deleteMessage(ctx, t.settings.dead, d.Sequence)
}

func (t *Transport) discard(ctx context.Context, d DeadLetter) error {
	return t.deleteMessage(ctx, t.settings.dead, d.Sequence)
}

// replayMessage returns the original message of a dead letter, for its group alone. Its
// subject is derived from the subject of the dead letter, for which the publisher needed
// permission, and from no header.
func (t *Transport) replayMessage(ctx context.Context, d DeadLetter) (*nats.Msg, error) {
	if d.Signal == "" {
		return nil, errors.New("its subject names no group and signal, so no transport has written it")
	}
	m := &nats.Msg{Subject: subject(t.settings.prefix, d.Signal), Header: envelopeHeaders(d.Header), Data: d.Data}
	if d.Cut > 0 {
		raw, err := t.original(ctx, d)
		if err != nil {
			return nil, fmt.Errorf("%d bytes were cut: %w", d.Cut, err)
		}
		m.Header, m.Data = envelopeHeaders(raw.Header), raw.Data
	}
	m.Header[groupHeader] = []string{url.PathEscape(d.Group)}
	return m, nil
}

// original returns the original message of a dead letter. It must be of the same signal
// and in the transport's own stream.
func (t *Transport) original(ctx context.Context, d DeadLetter) (*jetstream.RawStreamMsg, error) {
	if d.Stream != t.settings.stream {
		return nil, fmt.Errorf("the original is in stream %q, want %s", d.Stream, t.settings.stream)
	}
	raw, err := t.getMessage(ctx, d.Stream, max(1, d.Original), subject(t.settings.prefix, d.Signal))
	if err == nil && (raw.Sequence != d.Original || !raw.Time.Equal(d.Published)) {
		err = jetstream.ErrMsgNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("message %d of stream %s: %w", d.Original, d.Stream, err)
	}
	return raw, nil
}

// deadSubjects returns the subject of the dead letters of a group and a signal, with
// wildcards for what is "".
func (s *settings) deadSubjects(group, typ string) string {
	switch {
	case group == "" && typ == "":
		return s.deadPrefix() + ".>"
	case typ == "":
		return s.deadPrefix() + "." + token(group) + ".>"
	default:
		return subject(s.deadPrefix()+"."+cmp.Or(token(group), "*"), typ)
	}
}
