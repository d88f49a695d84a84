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

// The headers that a dead letter has besides those of its envelope, and a
// replayed envelope besides its own. The subject of a dead letter says which group
// and signal it is of.
const (
	groupHeader = "Signalgen-Group" // of a replayed envelope: the others of this type are not to take it

	deadReasonHeader    = "Signalgen-Dead-Reason"
	deadAttemptsHeader  = "Signalgen-Dead-Attempts"
	deadStreamHeader    = "Signalgen-Dead-Stream"
	deadSequenceHeader  = "Signalgen-Dead-Sequence"
	deadPublishedHeader = "Signalgen-Dead-Published"
	deadCutHeader       = "Signalgen-Dead-Cut" // so many bytes of the envelope had no room beside all these
)

const (
	maxReason = 512
	cutRoom   = 64 // for deadCutHeader
)

// bury stores a message as a dead letter, and only then has the stream forget it.
// Without a dead letter it is let go, and tried again when it is handed over
// again: a stream for dead letters that takes none must not hold up the others.
// One of a broadcast is dropped, for nobody could replay it.
func (d *delivery) bury(reason error) error {
	s := d.of
	log := s.settings.logger().With("signal", s.typ, "group", s.group, "sequence", d.about.Sequence.Stream, "attempts", d.attempts(), "reason", line(reason.Error()))
	if s.settings.broadcast {
		log.Warn("nats bridge: dropped, as a broadcast has no dead letters")
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

// storeDead stores a dead letter once. Its id can be guessed by those who hear the same
// signal. If one of them may have taken it, it is stored under another id: better twice
// than not at all.
func (t *Transport) storeDead(dead *nats.Msg) error {
	store := func(ctx context.Context) error { return t.persist(ctx, dead) }
	err := within(context.Background(), patience, store)
	switch {
	case !errors.Is(err, errSameID):
		return err
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return nil // an operator has dealt with it already
	}
	dead.Header[nats.MsgIdHdr] = []string{rand.Text()}
	return within(context.Background(), patience, store)
}

// deadLetter has an id made of the message's place in the stream and its time, so that
// a second one of the same message is not stored: one that is not a CloudEvent has no
// id, and a stream that is made anew begins with the same sequences.
func (d *delivery) deadLetter(reason error) *nats.Msg {
	s, sequence := d.of, strconv.FormatUint(d.about.Sequence.Stream, 10)
	h := own(d.msg.Header)
	h[nats.MsgIdHdr] = []string{fmt.Sprintf("%s %s %d %s", d.about.Stream, sequence, d.about.Timestamp.UnixNano(), token(s.group))}
	h[deadReasonHeader] = []string{line(reason.Error())}
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

// cut takes from a dead letter what the server would refuse: the largest of the
// envelope's headers, then its data.
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

// deadLetter reads what anybody may have written. What cannot be read is left at zero.
func (s *settings) deadLetter(raw *jetstream.RawStreamMsg) DeadLetter {
	d := DeadLetter{
		Sequence: raw.Sequence,
		Time:     raw.Time,
		Reason:   line(raw.Header.Get(deadReasonHeader)),
		Attempts: count(raw.Header.Get(deadAttemptsHeader)),
		Stream:   raw.Header.Get(deadStreamHeader),
		Header:   own(raw.Header),
		Data:     raw.Data,
		Cut:      count(raw.Header.Get(deadCutHeader)),
	}
	d.Group, d.Signal = s.addressee(raw.Subject)
	d.Original, _ = strconv.ParseUint(raw.Header.Get(deadSequenceHeader), 10, 64)
	d.Published, _ = time.Parse(time.RFC3339Nano, raw.Header.Get(deadPublishedHeader))
	if e, err := envelope(d.Header, raw.Data); err == nil {
		d.Envelope = e
	}
	return d
}

// addressee returns the group and the signal that deadSubjects has written into a
// subject; nothing if it has not.
func (s *settings) addressee(of string) (group, typ string) {
	rest, _ := strings.CutPrefix(of, s.deadPrefix()+".")
	first, rest, _ := strings.Cut(rest, ".")
	group = untoken(first)
	typ, _ = url.PathUnescape(rest)
	if group == "" || typ == "" || s.deadSubjects(group, typ) != of {
		return "", ""
	}
	return group, typ
}

// count reads a number that is not negative and fits an int everywhere.
func count(text string) int {
	n, _ := strconv.ParseUint(text, 10, 31)
	return int(n)
}

// line is a text in one line of printable characters, not over maxReason bytes: a
// header holds it, and no terminal acts on it.
func line(text string) string {
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
