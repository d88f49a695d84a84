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

// ErrNoDeadLetter is wrapped by errors about a dead letter that does not exist.
var ErrNoDeadLetter = errors.New("no such dead letter")

// A DeadLetter is an envelope that one group could not take.
//
// Whoever may publish to the subjects of dead letters can make one up. The server
// vouches for Sequence, Time, Group and Signal; all the rest is what the publisher
// says.
type DeadLetter struct {
	Sequence uint64 // its place in the stream of dead letters, by which it is called
	Time     time.Time
	Group    string
	Signal   string // what the group listens to; it and Group are "" if the subject names none
	Reason   string // the error of the last attempt, in one line of printable characters
	Attempts int    // how many times it was handed to the group

	// Stream, Original and Published say where the envelope itself is.
	Stream    string
	Original  uint64
	Published time.Time

	// Envelope is nil if the message is not a CloudEvent. Header and Data are the
	// message as it was, without the headers that are for the server.
	Envelope *bridge.Envelope
	Header   nats.Header
	Data     []byte

	// Cut is how many bytes of headers and data the dead letter has lost, because
	// they were too many beside its own headers. The original has them, as long as it
	// is in its stream.
	Cut int
}

// DeadLetters returns an iterator over the dead letters of all groups, the oldest
// first. It ends with those that there are when it begins. It asks the server for one
// after another, and ends with an error if it does not get one.
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

// Replay publishes the envelope of a dead letter again, for its group alone, and then
// removes the dead letter. If that is broken off in between, the dead letter remains;
// to replay it again within the [DedupeWindow] removes it and does not publish it
// twice.
//
// What was cut is taken from the original, if that is still in the stream.
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

// ReplayAll replays the dead letters that the filter selects, the oldest first, as
// [Transport.Replay] does. It returns how many it has replayed. Those that cannot be
// replayed it leaves and goes on; the error says why. It ends early when ctx is done
// or the server does not answer. What becomes a dead letter meanwhile it does not
// look at.
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

// DiscardAll removes the dead letters that the filter selects, and returns how many.
// It ends as [Transport.ReplayAll] does.
func (t *Transport) DiscardAll(ctx context.Context, filter bridge.DeadFilter) (int, error) {
	return t.each(ctx, filter, "discard", t.discard)
}

// maxFailures is how many errors a bulk operation tells; it counts the others.
const maxFailures = 10

// each calls do with every dead letter that the filter selects.
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
// looks for the group and the signal.
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
			raw, err := t.load(ctx, name, next, matching)
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

// letter returns one dead letter, without the context that errors need.
func (t *Transport) letter(ctx context.Context, sequence uint64) (DeadLetter, error) {
	raw, err := t.load(ctx, t.settings.dead, max(1, sequence), t.settings.deadSubjects("", ""))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound), err == nil && raw.Sequence != sequence:
		return DeadLetter{}, ErrNoDeadLetter
	case err != nil:
		return DeadLetter{}, fmt.Errorf("stream %s: %w", t.settings.dead, err)
	}
	return t.settings.deadLetter(raw), nil
}

// replay publishes a dead letter again. Its id has the time at which it was stored,
// for sequences begin again when the stream is made anew.
func (t *Transport) replay(ctx context.Context, d DeadLetter) error {
	m, err := t.revived(ctx, d)
	if err != nil {
		return err
	}
	m.Header[nats.MsgIdHdr] = []string{fmt.Sprintf("replay %s %d %d", t.settings.dead, d.Sequence, d.Time.UnixNano())}
	if err := t.persist(ctx, m); err != nil {
		return err
	}
	return t.erase(ctx, t.settings.dead, d.Sequence)
}

func (t *Transport) discard(ctx context.Context, d DeadLetter) error {
	return t.erase(ctx, t.settings.dead, d.Sequence)
}

// revived returns the message that a dead letter was, for its group alone. Where it
// goes follows from the subject of the dead letter, which the server has checked, and
// from nothing that its publisher says.
func (t *Transport) revived(ctx context.Context, d DeadLetter) (*nats.Msg, error) {
	if d.Signal == "" {
		return nil, errors.New("its subject names no group and signal, so no transport has written it")
	}
	m := &nats.Msg{Subject: subject(t.settings.prefix, d.Signal), Header: own(d.Header), Data: d.Data}
	if d.Cut > 0 {
		raw, err := t.original(ctx, d)
		if err != nil {
			return nil, fmt.Errorf("%d bytes are cut: %w", d.Cut, err)
		}
		m.Header, m.Data = own(raw.Header), raw.Data
	}
	m.Header[groupHeader] = []string{url.PathEscape(d.Group)}
	return m, nil
}

// original returns the message that a dead letter is about: only one of the same
// signal, from the transport's own stream.
func (t *Transport) original(ctx context.Context, d DeadLetter) (*jetstream.RawStreamMsg, error) {
	if d.Stream != t.settings.stream {
		return nil, fmt.Errorf("it says that the original is in stream %q, want %s", d.Stream, t.settings.stream)
	}
	raw, err := t.load(ctx, d.Stream, max(1, d.Original), subject(t.settings.prefix, d.Signal))
	if err == nil && (raw.Sequence != d.Original || !raw.Time.Equal(d.Published)) {
		err = jetstream.ErrMsgNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("message %d of stream %s: %w", d.Original, d.Stream, err)
	}
	return raw, nil
}

// deadSubjects matches the subjects of the dead letters of a group and a signal; ""
// is for all.
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
