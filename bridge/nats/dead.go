package natsbridge

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
)

// ErrNoDeadLetter is wrapped by the errors about a dead letter that is not there.
var ErrNoDeadLetter = errors.New("no such dead letter")

// A DeadLetter is an envelope that one group could not take.
type DeadLetter struct {
	Sequence uint64 // its place in the stream of dead letters, by which it is called
	Time     time.Time
	Group    string
	Signal   string // what the group listens to
	Reason   string // the error of the last attempt
	Attempts int    // how many times it was handed over to the group

	// Stream, Original and Subject say where the envelope itself is.
	Stream   string
	Original uint64
	Subject  string

	// Envelope is nil if the message is no CloudEvent.
	Envelope *bridge.Envelope
	Header   nats.Header
	Data     []byte

	// Cut is how many bytes of data the dead letter has lost, for they were too
	// many beside its further headers. Those of the original are complete, as long
	// as the stream has it.
	Cut int
}

// DeadLetters returns an iterator over the dead letters of all groups, the oldest
// first. It asks the server for one after another, and ends with an error if it
// does not get one.
func (t *Transport) DeadLetters(ctx context.Context) iter.Seq2[DeadLetter, error] {
	return func(yield func(DeadLetter, error) bool) {
		stream, err := t.js.Stream(ctx, t.settings.dead)
		if err != nil {
			yield(DeadLetter{}, fmt.Errorf("nats bridge: dead letters: stream %s: %w", t.settings.dead, err))
			return
		}
		all := jetstream.WithGetMsgSubject(t.settings.deadPrefix() + ".>")
		for next := uint64(1); ; next++ {
			raw, err := stream.GetMsg(ctx, next, all)
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				return
			}
			if err != nil {
				yield(DeadLetter{}, fmt.Errorf("nats bridge: dead letters: stream %s: %w", t.settings.dead, err))
				return
			}
			next = raw.Sequence
			if !yield(deadLetter(raw), nil) {
				return
			}
		}
	}
}

// Replay publishes the envelope of a dead letter again, for the group that could
// not take it alone, and removes the dead letter. The data of one that is cut are
// those of the original.
func (t *Transport) Replay(ctx context.Context, sequence uint64) error {
	stream, raw, err := t.dead(ctx, sequence)
	if err != nil {
		return fmt.Errorf("nats bridge: replay dead letter %d: %w", sequence, err)
	}
	d := deadLetter(raw)
	m := &nats.Msg{Subject: d.Subject, Header: revived(d), Data: d.Data}
	m.Header[nats.MsgIdHdr] = []string{fmt.Sprintf("replay %s %d", t.settings.dead, sequence)}
	if d.Cut > 0 {
		m.Data, err = t.original(ctx, d)
	}
	if err == nil {
		err = t.persist(ctx, m)
	}
	if err == nil {
		err = stream.DeleteMsg(ctx, sequence)
	}
	if err != nil {
		return fmt.Errorf("nats bridge: replay dead letter %d: %w", sequence, err)
	}
	return nil
}

// Discard removes a dead letter.
func (t *Transport) Discard(ctx context.Context, sequence uint64) error {
	stream, _, err := t.dead(ctx, sequence)
	if err == nil {
		err = stream.DeleteMsg(ctx, sequence)
	}
	if err != nil {
		return fmt.Errorf("nats bridge: discard dead letter %d: %w", sequence, err)
	}
	return nil
}

func (t *Transport) dead(ctx context.Context, sequence uint64) (jetstream.Stream, *jetstream.RawStreamMsg, error) {
	stream, err := t.js.Stream(ctx, t.settings.dead)
	if err != nil {
		return nil, nil, fmt.Errorf("stream %s: %w", t.settings.dead, err)
	}
	raw, err := stream.GetMsg(ctx, sequence)
	if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && raw.Header.Get(deadGroupHeader) == "" {
		err = ErrNoDeadLetter
	}
	return stream, raw, err
}

// original returns the data of the message that a dead letter is about.
func (t *Transport) original(ctx context.Context, d DeadLetter) ([]byte, error) {
	stream, err := t.js.Stream(ctx, d.Stream)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", d.Stream, err)
	}
	raw, err := stream.GetMsg(ctx, d.Original)
	if err != nil {
		return nil, fmt.Errorf("message %d of stream %s: %w", d.Original, d.Stream, err)
	}
	return raw.Data, nil
}

// revived returns the headers of a dead letter as they were, with the name of the
// group that the envelope is for.
func revived(d DeadLetter) nats.Header {
	h := own(d.Header)
	for name := range h {
		if strings.HasPrefix(name, "Signalgen-Dead-") {
			delete(h, name)
		}
	}
	h[groupHeader] = []string{url.PathEscape(d.Group)}
	return h
}

func deadLetter(raw *jetstream.RawStreamMsg) DeadLetter {
	h := own(raw.Header)
	d := DeadLetter{
		Sequence: raw.Sequence,
		Time:     raw.Time,
		Reason:   h.Get(deadReasonHeader),
		Stream:   h.Get(deadStreamHeader),
		Subject:  h.Get(deadSubjectHeader),
		Header:   h,
		Data:     raw.Data,
	}
	// What cannot be read was not written by a transport, and is left at zero.
	d.Group, _ = url.PathUnescape(h.Get(deadGroupHeader))
	d.Signal, _ = url.PathUnescape(h.Get(deadSignalHeader))
	d.Attempts, _ = strconv.Atoi(h.Get(deadAttemptsHeader))
	d.Original, _ = strconv.ParseUint(h.Get(deadSequenceHeader), 10, 64)
	d.Cut, _ = strconv.Atoi(h.Get(deadCutHeader))
	if e, err := envelope(h, raw.Data); err == nil {
		d.Envelope = e
	}
	return d
}
