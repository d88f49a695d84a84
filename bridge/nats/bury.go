package natsbridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// The headers that a dead letter and a replayed envelope have in addition to those of the
// envelope. The group and the signal of a dead letter are in its subject.
const (
	groupHeader = "Signalgen-Group" // of a replayed envelope: other groups ignore it

	deadReasonHeader    = "Signalgen-Dead-Reason"
	deadAttemptsHeader  = "Signalgen-Dead-Attempts"
	deadStreamHeader    = "Signalgen-Dead-Stream"
	deadSequenceHeader  = "Signalgen-Dead-Sequence"
	deadPublishedHeader = "Signalgen-Dead-Published"
	deadCutHeader       = "Signalgen-Dead-Cut" // how many bytes of the envelope were cut to make room for these
)

const (
	maxReason = 512
	cutRoom   = 64 // for deadCutHeader
)

// bury stores a message as a dead letter, and then terminates its delivery. If the dead
// letter cannot be stored, the message is left to be redelivered after the ack wait: a
// stream that refuses dead letters must not delay other messages. A message of a broadcast
// is dropped, because no one could replay it.
func (d *delivery) bury(reason error) error {
	s := d.of
	log := s.settings.logger().With("signal", s.typ, "group", s.group, "sequence", d.about.Sequence.Stream, "attempts", d.attempts(), "reason", oneLine(reason.Error()))
	if s.settings.broadcast {
		log.Warn("nats bridge: message dropped: a broadcast has no dead letters")
		return d.msg.Term()
	}
	dead := d.deadLetter(reason)
	cut(dead, s.t.nc.MaxPayload())
	if err := s.t.storeDead(dead); err != nil {
		return err
	}
	log.Warn("nats bridge: dead letter")
	return d.msg.Term()
}

// storeDead stores a dead letter once. Programs that receive the same signal can guess its
// id. If one of them may have used it, the dead letter is stored with another id: better
// twice than not at all.
func (t *Transport) storeDead(dead *nats.Msg) error {
	store := func(ctx context.Context) error { return t.persist(ctx, dead) }
	err := within(context.Background(), answerTimeout, store)
	switch {
	case !errors.Is(err, errSameID):
		return err
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return nil // an operator has replayed or discarded it
	}
	dead.Header[nats.MsgIdHdr] = []string{rand.Text()}
	return within(context.Background(), answerTimeout, store)
}

// deadLetter returns the dead letter of a message. Its id is made of the message's sequence
// and time, so that the stream detects a second dead letter of the same message: a message
// that is not a CloudEvent has no id, and sequences start again in a new stream.
func (d *delivery) deadLetter(reason error) *nats.Msg {
	s, sequence := d.of, strconv.FormatUint(d.about.Sequence.Stream, 10)
	h := envelopeHeaders(d.msg.Header)
	h[nats.MsgIdHdr] = []string{fmt.Sprintf("%s %s %d %s", d.about.Stream, sequence, d.about.Timestamp.UnixNano(), token(s.group))}
	h[deadReasonHeader] = []string{oneLine(reason.Error())}
	h[deadAttemptsHeader] = []string{strconv.FormatUint(d.attempts(), 10)}
	h[deadStreamHeader] = []string{d.about.Stream}
	h[deadSequenceHeader] = []string{sequence}
	h[deadPublishedHeader] = []string{d.about.Timestamp.UTC().Format(time.RFC3339Nano)}
	return &nats.Msg{
		Subject: s.t.settings.deadSubjects(s.group, s.typ),
		Header:  h,
		Data:    d.msg.Data,
	}
}

// cut removes what makes a dead letter too large for the server: the largest headers of
// the envelope, then its data.
func cut(dead *nats.Msg, maxPayload int64) {
	lost, excess := 0, headerSize(dead.Header)+cutRoom-maxHeader
	largest := slices.SortedFunc(maps.Keys(dead.Header), func(a, b string) int {
		return lineSize(b, dead.Header[b]) - lineSize(a, dead.Header[a])
	})
	for _, name := range largest {
		if excess <= lost {
			break
		}
		if name != nats.MsgIdHdr && !strings.HasPrefix(name, "Signalgen-") {
			lost += lineSize(name, dead.Header[name])
			delete(dead.Header, name)
		}
	}
	if maxPayload > 0 && size(dead)+cutRoom > maxPayload {
		lost += len(dead.Data)
		dead.Data = nil
	}
	if lost > 0 {
		dead.Header[deadCutHeader] = []string{strconv.Itoa(lost)}
	}
}

// deadLetter parses a dead letter, which anyone may have written. Fields that cannot be
// parsed are zero.
func (s *settings) deadLetter(raw *jetstream.RawStreamMsg) DeadLetter {
	d := DeadLetter{
		Sequence: raw.Sequence,
		Time:     raw.Time,
		Reason:   oneLine(raw.Header.Get(deadReasonHeader)),
		Attempts: count(raw.Header.Get(deadAttemptsHeader)),
		Stream:   raw.Header.Get(deadStreamHeader),
		Header:   envelopeHeaders(raw.Header),
		Data:     raw.Data,
		Cut:      count(raw.Header.Get(deadCutHeader)),
	}
	d.Group, d.Signal = s.parseDeadSubject(raw.Subject)
	d.Original, _ = strconv.ParseUint(raw.Header.Get(deadSequenceHeader), 10, 64)
	d.Published, _ = time.Parse(time.RFC3339Nano, raw.Header.Get(deadPublishedHeader))
	if e, err := parseEnvelope(d.Header, raw.Data); err == nil {
		d.Envelope = e
	}
	return d
}

// parseDeadSubject returns the group and the signal in the subject of a dead letter; "" if
// it is not as deadSubjects writes it.
func (s *settings) parseDeadSubject(of string) (group, typ string) {
	rest, _ := strings.CutPrefix(of, s.deadPrefix()+".")
	first, rest, _ := strings.Cut(rest, ".")
	group = untoken(first)
	typ, _ = url.PathUnescape(rest)
	if group == "" || typ == "" || s.deadSubjects(group, typ) != of {
		return "", ""
	}
	return group, typ
}

// count parses a number that fits a 32-bit int; 0 if text is none.
func count(text string) int {
	n, _ := strconv.ParseUint(text, 10, 31)
	return int(n)
}

// oneLine returns the text as one line of printable characters of at most maxReason bytes,
// which a header can hold and no terminal interprets.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	text = strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return '?'
	}, text)
	if len(text) <= maxReason {
		return text
	}
	end := maxReason
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
