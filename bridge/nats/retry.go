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

// An envelope that has failed is published again as a scheduled message, which the server
// publishes when the pause is over, for the group alone. The original is acknowledged, so
// that it counts neither against Prefetch nor against MaxAckPending meanwhile.
//
//	signals-retry.mailer.wait.shop.order.placed.<random>  the scheduled message
//	signals-retry.mailer.due.shop.order.placed            what the consumer receives

// The headers of a scheduled message. The server interprets the first two.
const (
	scheduleHeader = "Nats-Schedule"
	targetHeader   = "Nats-Schedule-Target"
	retryHeader    = "Signalgen-Retry" // see retryFormat
)

// retryFormat has the number of failures, and the stream sequence and the time in
// nanoseconds of the original.
const retryFormat = "%d %d %d"

// schedulerHeader is where the server writes the subject of the scheduled message.
const schedulerHeader = "Nats-Scheduler"

// waitPrefix is the prefix of the subjects of scheduled retries of a group.
func (s *settings) waitPrefix(group string) string {
	return s.retryPrefix() + "." + token(group) + ".wait"
}

// duePrefix is the prefix of the subjects of retries that are due.
func (s *settings) duePrefix(group string) string {
	return s.retryPrefix() + "." + token(group) + ".due"
}

// schedules reports whether a stream can schedule retries. A stream with interest retention
// cannot: no consumer is interested in scheduled messages.
func schedules(stream jetstream.StreamConfig, prefix string) bool {
	return stream.AllowMsgSchedules && stream.Retention == jetstream.LimitsPolicy &&
		slices.ContainsFunc(stream.Subjects, func(s string) bool { return s == prefix+".>" || s == ">" })
}

// pause returns the backoff after n failures.
func (s *settings) pause(n uint64) time.Duration {
	return s.backoff[min(max(n, 1), uint64(len(s.backoff)))-1]
}

// errNoSchedules is the error of schedule for a stream that cannot schedule messages.
var errNoSchedules = errors.New("the stream does not schedule messages")

// schedule has the server publish the message again after the pause.
func (d *delivery) schedule(pause time.Duration) error {
	s := d.of
	if !s.schedulesRetries() {
		return errNoSchedules
	}
	h := envelopeHeaders(d.msg.Header)
	h[scheduleHeader] = []string{"@at " + time.Now().Add(pause).UTC().Format(time.RFC3339Nano)}
	h[targetHeader] = []string{s.due}
	h[retryHeader] = []string{fmt.Sprintf(retryFormat, d.attempts(), d.about.Sequence.Stream, d.about.Timestamp.UnixNano())}
	m := &nats.Msg{Subject: subject(s.settings.waitPrefix(s.group), s.typ) + "." + rand.Text(), Header: h, Data: d.msg.Data}
	if headerSize(m.Header) > maxHeader || size(m) > s.t.nc.MaxPayload() {
		return nats.ErrMaxPayload
	}
	return s.t.acks.store(context.Background(), m, answerTimeout)
}

// restore gives a retry the subject, stream sequence and time of the original. It returns
// an error for a message that was scheduled from a subject where it may not be.
func (d *delivery) restore() error {
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
