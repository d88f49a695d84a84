package natsbridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
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

// The headers of a message that waits. The server knows the first two.
const (
	scheduleHeader = "Nats-Schedule"
	targetHeader   = "Nats-Schedule-Target"
	retryHeader    = "Signalgen-Retry" // see retryFormat
)

// retryFormat has how many deliveries have failed, and where and when the envelope was
// published at first.
const retryFormat = "%d %d %d"

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
	h[retryHeader] = []string{fmt.Sprintf(retryFormat, d.attempts(), d.about.Sequence.Stream, d.about.Timestamp.UnixNano())}
	m := &nats.Msg{Subject: subject(s.settings.waitPrefix(s.group), s.typ) + "." + rand.Text(), Header: h, Data: d.msg.Data}
	if headerSize(m.Header) > maxHeader || size(m) > s.t.nc.MaxPayload() {
		return nats.ErrMaxPayload
	}
	return s.t.acks.store(context.Background(), m, patience)
}

// unwrap makes of a message that was published once more what it was at first: its
// subject, its place in the stream and its time.
func (d *delivery) unwrap() error {
	s, m := d.of, d.msg
	by := m.Header.Get(schedulerHeader)
	if m.Subject != s.due {
		if by != "" && !strings.HasPrefix(by, s.subject+".") {
			return fmt.Errorf("scheduled from the subject %s, which is another signal's", by)
		}
		return nil
	}
	if by != "" && !strings.HasPrefix(by, s.settings.waitPrefix(s.group)+".") {
		return fmt.Errorf("scheduled from the subject %s, which is not the group's", by)
	}
	var published int64
	retry := m.Header.Get(retryHeader)
	if _, err := fmt.Sscanf(retry, retryFormat, &d.failures, &d.about.Sequence.Stream, &published); err != nil {
		return fmt.Errorf("header %s: found %q, wanted three numbers", retryHeader, retry)
	}
	m.Subject, d.about.Timestamp = s.subject, time.Unix(0, published)
	delete(m.Header, retryHeader)
	return nil
}
