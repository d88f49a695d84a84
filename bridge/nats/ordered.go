package natsbridge

import (
	"cmp"
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
// when it arrives: a member that is full could not ask for anything. It finds out as well
// whether the server has chosen another member.
func (s *subscription) holdPin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pin == "" || s.closed {
		return
	}
	if s.request(s.sub.Subject, pullRequest{Batch: 1, Expires: time.Nanosecond}) == nil {
		s.wanted++ // until the answer comes
	}
}

// standsBy reports whether the server serves another member, as far as this one knows,
// and has a request of this one: with the first message for it comes the id that all
// further ones must have. mu is held.
func (s *subscription) standsBy() bool { return s.settings.ordered && s.pin == "" && s.wanted > 0 }

// lose notes that the server has chosen another member. What was asked for by the old id
// does not come any more. mu is held.
func (s *subscription) lose() {
	if s.pin != "" {
		s.pin, s.wanted = "", 0
	}
}

// wait makes a member of an ordered group wait for its turn again, because its connection
// was lost: what the server has sent to the lost one comes again after what comes now.
func (s *subscription) wait() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = s.settings.ordered
}

// turn waits, if this member has just been chosen or connected again, until nobody else
// holds anything: the others have settled it, or it was handed over again to this one. It
// returns the oldest that this one holds and has not handed over; nil if ctx is done first.
//
// It waits for no longer than twice the ack wait: if the server chooses one member after
// another, each holds what the next one waits for.
func (s *subscription) turn(ctx context.Context, d *delivery) *delivery {
	if !s.isGated() {
		return d
	}
	for began := time.Now(); !s.alone(ctx) && time.Since(began) < 2*s.ackWait; {
		select {
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			d.giveBack() // close gives back the others
			return nil
		case <-time.After(turnPause):
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = false
	s.swept = append(s.swept, d)
	slices.SortFunc(s.swept, func(a, b *delivery) int {
		return cmp.Compare(a.about.Sequence.Stream, b.about.Sequence.Stream)
	})
	d = s.swept[0]
	s.swept = s.swept[1:]
	return d
}

func (s *subscription) isGated() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gate
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
	s.ask()
	alone := err == nil && pending <= len(s.held)
	if !alone && s.wanted == 0 {
		// This member may be full of what is newer. MaxAckPending bounds that.
		s.demand(max(1, s.settings.prefetch/4))
	}
	return alone
}
