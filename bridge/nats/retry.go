package natsbridge

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// What has failed is published once more, as a message that the server keeps and
// publishes itself when the pause is over, for the group alone. Meanwhile it is like
// one that has been taken: neither the member nor the server's limit for the group
// counts it.
//
//	signals-retry.mailer.wait.shop.order.placed.<random>  what waits
//	signals-retry.mailer.due.shop.order.placed            what the group's consumer gets

// defaultBackoff are the pauses before an envelope that has failed comes again: with 10
// deliveries three quarters of an hour.
var defaultBackoff = []time.Duration{
	time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute,
}

// The headers of a message that waits. The server knows the first two.
const (
	scheduleHeader = "Nats-Schedule"
	targetHeader   = "Nats-Schedule-Target"
	failuresHeader = "Signalgen-Failures" // how many deliveries have failed
	originHeader   = "Signalgen-Origin"   // of what was published once more, and of a dead letter
)

// schedulerHeader is where the server says by which message another was scheduled.
const schedulerHeader = "Nats-Scheduler"

// waitPrefix is what subjects begin with of what waits for a group.
func (s *settings) waitPrefix(group string) string {
	return s.retryPrefix() + "." + token(group) + ".wait"
}

// duePrefix is what subjects begin with of what a group is to have once more.
func (s *settings) duePrefix(group string) string {
	return s.retryPrefix() + "." + token(group) + ".due"
}

// schedules reports whether a stream can keep what has failed until the pause is over.
// One that keeps only what a group is interested in cannot: no group is interested in
// what waits.
func schedules(stream jetstream.StreamConfig, prefix string) bool {
	return stream.AllowMsgSchedules && stream.Retention == jetstream.LimitsPolicy &&
		slices.ContainsFunc(stream.Subjects, func(s string) bool { return s == prefix+".>" || s == ">" })
}

// pause returns how long an envelope waits that has failed n times.
func (s *settings) pause(n uint64) time.Duration {
	return s.backoff[min(max(n, 1), uint64(len(s.backoff)))-1]
}

// errNoSchedules is why a message cannot wait at the server.
var errNoSchedules = errors.New("the stream keeps nothing for later")

// schedule has the server publish the message once more, after the pause.
func (d *delivery) schedule(pause time.Duration) error {
	s := d.of
	if !s.schedules() {
		return errNoSchedules
	}
	h := own(d.msg.Header)
	h[scheduleHeader] = []string{"@at " + time.Now().Add(pause).UTC().Format(time.RFC3339Nano)}
	h[targetHeader] = []string{s.due}
	h[failuresHeader] = []string{strconv.FormatUint(d.attempts(), 10)}
	h[originHeader] = []string{d.origin().String()}
	m := &nats.Msg{Subject: subject(s.settings.waitPrefix(s.group), s.typ) + "." + rand.Text(), Header: h, Data: d.msg.Data}
	if size(m) > s.t.nc.MaxPayload() {
		return nats.ErrMaxPayload
	}
	return s.t.acks.store(context.Background(), m, patience)
}

// unwrap makes of a message that was published once more what it was before, and
// returns how many times it has failed.
func (s *subscription) unwrap(m *nats.Msg) (failures uint64, err error) {
	if m.Subject != s.due {
		if by := m.Header.Get(schedulerHeader); by != "" && !strings.HasPrefix(by, s.subject+".") {
			return 0, errors.New("scheduled from the subject " + by + ", which is another signal's")
		}
		return 0, nil
	}
	if by := m.Header.Get(schedulerHeader); by != "" && !strings.HasPrefix(by, s.settings.waitPrefix(s.group)+".") {
		return 0, errors.New("scheduled from the subject " + by + ", which is not the group's")
	}
	failures, err = strconv.ParseUint(m.Header.Get(failuresHeader), 10, 32)
	if err != nil {
		return 0, errors.New("header " + failuresHeader + " is not a number of failures")
	}
	m.Subject = s.subject
	delete(m.Header, failuresHeader)
	return failures, nil
}

// An origin says where an envelope was published first.
type origin struct {
	sequence uint64 // in the stream
	at       time.Time
}

func (o origin) String() string {
	return strconv.FormatUint(o.sequence, 10) + " " + o.at.UTC().Format(time.RFC3339Nano)
}

// originIn reads the origin of a message; it is zero if the message does not have one.
func originIn(h nats.Header) (o origin) {
	sequence, at, _ := strings.Cut(h.Get(originHeader), " ")
	o.sequence, _ = strconv.ParseUint(sequence, 10, 64)
	o.at, _ = time.Parse(time.RFC3339Nano, at)
	return o
}

// origin is the message itself, unless that was published once more.
func (d *delivery) origin() origin {
	if o := originIn(d.msg.Header); d.failures > 0 && o.sequence > 0 {
		return o
	}
	return origin{d.about.Sequence.Stream, d.about.Timestamp}
}
