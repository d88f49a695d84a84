package natsbridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	defaultAckWait       = 6 * time.Second
	defaultMaxAckPending = 1000
	broadcastThreshold   = 5 * time.Minute // after which a broadcast's consumer is removed that nobody asks for anything
)

// ensureConsumer returns the consumer that stands for the group at the server. It
// makes one that does not exist, which then begins with the envelope from, and changes
// one that does only where an option says so.
func (s *subscription) ensureConsumer(ctx context.Context, stream *jetstream.StreamInfo, from uint64) (*jetstream.ConsumerInfo, error) {
	js, name := s.t.js, consumerName(s.group, s.typ)
	want := s.newConsumer(stream.Config, from)
	found, err := js.Consumer(ctx, stream.Config.Name, name)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		found, err = js.CreateConsumer(ctx, stream.Config.Name, want)
		if errors.Is(err, jetstream.ErrConsumerExists) { // another process was faster
			found, err = js.Consumer(ctx, stream.Config.Name, name)
		}
	}
	if err == nil {
		if changed, ok := s.change(found.CachedInfo().Config, want); ok {
			found, err = js.UpdateConsumer(ctx, stream.Config.Name, changed)
		}
	}
	if err == nil && s.settings.ordered && found.CachedInfo().Config.PriorityPolicy != jetstream.PriorityPolicyPinned {
		err = errors.New("the server cannot serve a group in order, for which it must be 2.11 or later")
	}
	if err != nil {
		return nil, fmt.Errorf("consumer %s of stream %s: %w", name, stream.Config.Name, err)
	}
	return found.CachedInfo(), nil
}

// newConsumer is what the group's consumer is like when this subscription makes it.
func (s *subscription) newConsumer(stream jetstream.StreamConfig, from uint64) jetstream.ConsumerConfig {
	o := &s.settings
	c := jetstream.ConsumerConfig{
		Name:          consumerName(s.group, s.typ),
		Description:   fmt.Sprintf("group %s of signal %s", s.group, s.typ),
		FilterSubject: s.subject,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       cmp.Or(o.ackWait, defaultAckWait),
		MaxAckPending: cmp.Or(o.maxAckPending, defaultMaxAckPending),
		MaxDeliver:    -1, // who has had enough of an envelope makes it a dead letter
	}
	if o.broadcast {
		c.InactiveThreshold, c.MemoryStorage, c.Replicas = broadcastThreshold, true, stream.Replicas
	} else {
		c.Durable = c.Name
	}
	if !o.broadcast && schedules(stream, o.retryPrefix()) {
		c.FilterSubject, c.FilterSubjects = "", []string{s.subject, s.due}
	}
	if o.ordered {
		s.order(&c)
	}
	switch {
	case from > 1:
		c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, from
	case o.fromNow || o.broadcast:
		c.DeliverPolicy = jetstream.DeliverNewPolicy
	}
	return c
}

// change returns the configuration of a consumer that exists with what options say
// otherwise, and with the retries of the group if it had none. It returns false if there
// is nothing to change.
func (s *subscription) change(found, want jetstream.ConsumerConfig) (jetstream.ConsumerConfig, bool) {
	changed := found
	changed.AckWait = cmp.Or(s.settings.ackWait, found.AckWait)
	changed.MaxAckPending = cmp.Or(s.settings.maxAckPending, found.MaxAckPending)
	if s.settings.ordered {
		s.order(&changed)
	}
	filter := filterOf(found)
	if len(want.FilterSubjects) > 0 && slices.Equal(filter, want.FilterSubjects[:1]) {
		changed.FilterSubject, changed.FilterSubjects = "", want.FilterSubjects
	}
	return changed, changed.AckWait != found.AckWait || changed.MaxAckPending != found.MaxAckPending ||
		changed.PriorityPolicy != found.PriorityPolicy || !slices.Equal(filter, filterOf(changed))
}

// filterOf returns the subjects of a consumer, however it names them.
func filterOf(c jetstream.ConsumerConfig) []string {
	if c.FilterSubject != "" {
		return []string{c.FilterSubject}
	}
	return c.FilterSubjects
}
