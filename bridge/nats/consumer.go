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
	broadcastThreshold   = 5 * time.Minute // how long the consumer of a broadcast may be idle before the server removes it
)

// ensureConsumer returns the consumer of the group. If it does not exist, it is created
// and begins with the stream sequence from, unless that is 0; if it does, it is updated
// only where an option differs.
func (s *subscription) ensureConsumer(ctx context.Context, stream *jetstream.StreamInfo, from uint64) (*jetstream.ConsumerInfo, error) {
	js, name := s.t.js, consumerName(s.group, s.typ)
	want := s.newConsumer(stream.Config, from)
	found, err := js.Consumer(ctx, stream.Config.Name, name)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		found, err = js.CreateConsumer(ctx, stream.Config.Name, want)
		if errors.Is(err, jetstream.ErrConsumerExists) { // by another process
			found, err = js.Consumer(ctx, stream.Config.Name, name)
		}
	}
	if err == nil {
		if changed, ok := s.change(found.CachedInfo().Config, want); ok {
			found, err = js.UpdateConsumer(ctx, stream.Config.Name, changed)
		}
	}
	if err == nil && s.settings.ordered && found.CachedInfo().Config.PriorityPolicy != jetstream.PriorityPolicyPinned {
		err = errors.New("the server does not support ordered groups, want 2.11 or later")
	}
	if err != nil {
		return nil, fmt.Errorf("consumer %s of stream %s: %w", name, stream.Config.Name, err)
	}
	return found.CachedInfo(), nil
}

// newConsumer returns the configuration with which this subscription creates the consumer.
func (s *subscription) newConsumer(stream jetstream.StreamConfig, from uint64) jetstream.ConsumerConfig {
	o := &s.settings
	c := jetstream.ConsumerConfig{
		Name:          consumerName(s.group, s.typ),
		Description:   fmt.Sprintf("group %s of signal %s", s.group, s.typ),
		FilterSubject: s.subject,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       cmp.Or(o.ackWait, defaultAckWait),
		MaxAckPending: cmp.Or(o.maxAckPending, defaultMaxAckPending),
		MaxDeliver:    -1, // members count the deliveries, and store dead letters
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
		pinConsumer(&c)
	}
	switch {
	case from > 1:
		c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, from
	case o.fromNow || o.broadcast:
		c.DeliverPolicy = jetstream.DeliverNewPolicy
	}
	return c
}

// change returns the configuration of an existing consumer as the options want it, and
// with the subject of retries if that is missing. It returns false if nothing changes.
func (s *subscription) change(found, want jetstream.ConsumerConfig) (jetstream.ConsumerConfig, bool) {
	changed := found
	changed.AckWait = cmp.Or(s.settings.ackWait, found.AckWait)
	changed.MaxAckPending = cmp.Or(s.settings.maxAckPending, found.MaxAckPending)
	if s.settings.ordered {
		pinConsumer(&changed)
	}
	filter := filterOf(found)
	if len(want.FilterSubjects) > 0 && slices.Equal(filter, want.FilterSubjects[:1]) {
		changed.FilterSubject, changed.FilterSubjects = "", want.FilterSubjects
	}
	return changed, changed.AckWait != found.AckWait || changed.MaxAckPending != found.MaxAckPending ||
		changed.PriorityPolicy != found.PriorityPolicy || !slices.Equal(filter, filterOf(changed))
}

// filterOf returns the filter subjects of a consumer, of which it has one or several.
func filterOf(c jetstream.ConsumerConfig) []string {
	if c.FilterSubject != "" {
		return []string{c.FilterSubject}
	}
	return c.FilterSubjects
}
