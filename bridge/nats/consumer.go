package natsbridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	defaultAckWait       = 6 * time.Second
	defaultMaxAckPending = 1000
)

// ensureConsumer returns the settings of the consumer that stands for a group at
// the server. It makes one that does not exist, which then begins with the
// envelope from, and changes one that does only where an option says so.
func (t *Transport) ensureConsumer(ctx context.Context, typ, group string, from uint64) (jetstream.ConsumerConfig, error) {
	s, name := &t.settings, consumerName(group, typ)
	found, err := t.js.Consumer(ctx, s.stream, name)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		found, err = t.js.CreateConsumer(ctx, s.stream, t.newConsumer(typ, group, from))
		if errors.Is(err, jetstream.ErrConsumerExists) { // another process was faster
			found, err = t.js.Consumer(ctx, s.stream, name)
		}
	}
	if err != nil {
		return jetstream.ConsumerConfig{}, fmt.Errorf("consumer %s of stream %s: %w", name, s.stream, err)
	}
	config := found.CachedInfo().Config
	want := config
	want.AckWait = cmp.Or(s.ackWait, config.AckWait)
	want.MaxAckPending = cmp.Or(s.maxAckPending, config.MaxAckPending)
	if want.AckWait == config.AckWait && want.MaxAckPending == config.MaxAckPending {
		return config, nil
	}
	if _, err := t.js.UpdateConsumer(ctx, s.stream, want); err != nil {
		return config, fmt.Errorf("consumer %s of stream %s: %w", name, s.stream, err)
	}
	return want, nil
}

func (t *Transport) newConsumer(typ, group string, from uint64) jetstream.ConsumerConfig {
	s := &t.settings
	c := jetstream.ConsumerConfig{
		Durable:       consumerName(group, typ),
		Description:   fmt.Sprintf("group %s of signal %s", group, typ),
		FilterSubject: subject(s.prefix, typ),
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       cmp.Or(s.ackWait, defaultAckWait),
		MaxAckPending: cmp.Or(s.maxAckPending, defaultMaxAckPending),
		MaxDeliver:    -1, // who has had enough of an envelope makes it a dead letter
	}
	switch {
	case from > 1:
		c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, from
	case s.fromNow:
		c.DeliverPolicy = jetstream.DeliverNewPolicy
	}
	return c
}
