package natsbridge

import (
	"context"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// A group that is served in order has a pinned consumer: the server gives everything to
// the member whose requests have the id that it has told that member, as long as such
// requests come in.

const (
	priorityGroup = "members"
	pinHeader     = "Nats-Pin-Id"
	turnPause     = 50 * time.Millisecond
)

// order has a consumer serve one member at a time. The pin lasts longer than the ack wait,
// so that what the member held is handed over again before anything newer.
func (s *subscription) order(c *jetstream.ConsumerConfig) {
	c.PriorityPolicy = jetstream.PriorityPolicyPinned
	c.PriorityGroups = []string{priorityGroup}
	c.PinnedTTL = c.AckWait * 3 / 2
}

// holdPin tells the server that the member that it serves lives, by a request that is over
// when it arrives: one that is not full would have to ask for more than it needs, and
// one that is full could not ask. The answer goes nowhere.
func (s *subscription) holdPin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pin != "" && !s.closed {
		_ = s.request(s.sub.Subject+".over", pullRequest{Batch: 1, Expires: time.Nanosecond}) // the next one may get through
	}
}

// turn waits, if this member has just been chosen, until the others hold nothing any
// more: they have settled it, or it was handed over again to this one. It returns the
// oldest that this one holds and has not handed over; nil if ctx is done first.
//
// In a stream that keeps nothing for later, what has failed and waits cannot be told
// from what others hold. There it waits for no longer than a member may be silent.
func (s *subscription) turn(ctx context.Context, d *delivery) *delivery {
	s.mu.Lock()
	gate, limit := s.gate, time.Duration(0)
	if !s.later {
		limit = 2 * s.ackWait
	}
	s.mu.Unlock()
	if !gate {
		return d
	}
	for began := time.Now(); !s.alone(ctx) && (limit == 0 || time.Since(began) < limit); {
		select {
		case <-ctx.Done():
			d.giveBack() // close gives back the others
			return nil
		case <-time.After(turnPause):
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = false
	s.swept = append(s.swept, d)
	slices.SortFunc(s.swept, func(a, b *delivery) int { return int(a.about.Sequence.Stream) - int(b.about.Sequence.Stream) })
	d = s.swept[0]
	s.swept = s.swept[1:]
	return d
}

// alone reports whether no other member holds anything.
func (s *subscription) alone(ctx context.Context) bool {
	var pending int
	err := within(ctx, patience, func(ctx context.Context) error {
		consumer, err := s.t.js.Consumer(ctx, s.settings.stream, consumerName(s.group, s.typ))
		if err == nil {
			pending = consumer.CachedInfo().NumAckPending
		}
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	return err == nil && pending <= len(s.held)
}
