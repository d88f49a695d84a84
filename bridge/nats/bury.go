package natsbridge

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
)

// The headers that a dead letter has besides those of its envelope, and a
// replayed envelope besides its own.
const (
	groupHeader = "Signalgen-Group" // of a replayed envelope: the others of this type are not to take it

	deadGroupHeader    = "Signalgen-Dead-Group"
	deadReasonHeader   = "Signalgen-Dead-Reason"
	deadAttemptsHeader = "Signalgen-Dead-Attempts"
	deadStreamHeader   = "Signalgen-Dead-Stream"
	deadSequenceHeader = "Signalgen-Dead-Sequence"
	deadSubjectHeader  = "Signalgen-Dead-Subject"
	deadSignalHeader   = "Signalgen-Dead-Signal"
	deadCutHeader      = "Signalgen-Dead-Cut" // the data were too large beside all these, and had so many bytes
)

const maxReason = 512

// bury stores a message as a dead letter, and only then has the stream forget it.
// Without a dead letter it is let go, and tried again when it is handed over
// again: a stream for dead letters that takes none must not hold up the others.
func (d *delivery) bury(reason error) error {
	s := d.of
	dead := d.deadLetter(reason)
	if size(dead) > s.t.nc.MaxPayload() {
		dead.Header[deadCutHeader] = []string{strconv.Itoa(len(dead.Data))}
		dead.Data = nil
	}
	if err := s.t.acks.store(context.Background(), dead, patience); err != nil {
		return err
	}
	s.t.settings.logger().Warn("nats bridge: dead letter", "signal", s.typ, "group", s.group, "sequence", d.about.Sequence.Stream, "attempts", d.attempts(), "reason", reason)
	return d.msg.Term()
}

// deadLetter is told apart from others by its place in the stream, for one that is
// no CloudEvent has no id: a second one of the same message is not stored.
func (d *delivery) deadLetter(reason error) *nats.Msg {
	s := d.of
	h := own(d.msg.Header)
	h[nats.MsgIdHdr] = []string{fmt.Sprintf("%s %d %s", d.about.Stream, d.about.Sequence.Stream, token(s.group))}
	h[deadGroupHeader] = []string{url.PathEscape(s.group)}
	h[deadReasonHeader] = []string{line(reason)}
	h[deadAttemptsHeader] = []string{strconv.FormatUint(d.attempts(), 10)}
	h[deadStreamHeader] = []string{d.about.Stream}
	h[deadSequenceHeader] = []string{strconv.FormatUint(d.about.Sequence.Stream, 10)}
	h[deadSubjectHeader] = []string{d.msg.Subject}
	h[deadSignalHeader] = []string{url.PathEscape(s.typ)}
	return &nats.Msg{
		Subject: subject(s.t.settings.deadPrefix()+"."+token(s.group), s.typ),
		Header:  h,
		Data:    d.msg.Data,
	}
}

// own returns a copy of the headers, without those of the server and those for it.
func own(of nats.Header) nats.Header {
	h := make(nats.Header, len(of)+8)
	for name, values := range of {
		if !strings.HasPrefix(strings.ToLower(name), "nats-") {
			h[name] = values
		}
	}
	return h
}

// line is an error's text as a header can hold it: in one line, not over
// maxReason bytes.
func line(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) > maxReason {
		text = text[:maxReason]
	}
	return strings.ToValidUTF8(text, "?")
}
