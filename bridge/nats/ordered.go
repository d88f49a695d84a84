package natsbridge

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// An ordered group has a consumer with the policy "pinned client": the server delivers
// everything to one member, which it has told a pin, as long as requests with this pin
// arrive.

const (
	priorityGroup = "members"
	pinHeader     = "Nats-Pin-Id"
	turnInterval  = 50 * time.Millisecond
)

// pinConsumer configures a consumer to serve one member at a time. The pin lasts longer
// than the ack wait, so that what the member held is redelivered before anything newer.
func pinConsumer(c *jetstream.ConsumerConfig) {
	c.PriorityPolicy = jetstream.PriorityPolicyPinned
	c.PriorityGroups = []string{priorityGroup}
	c.PinnedTTL = c.AckWait * 3 / 2
}

// holdPin tells the server that the pinned member is alive, by a request that expires at
// once: a member that is full could not request anything. The answer also says whether
// the server has chosen another member.
func (s *subscription) holdPin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pin == "" || s.closed {
		return
	}
	if s.send(pullRequest{Batch: 1, Expires: time.Nanosecond}) == nil {
		s.requested++ // until the answer comes
	}
}

// isStandby reports whether the server serves another member, as far as this one knows,
// and has a request of this one: the first message for it brings the pin that all further
// requests need. mu is held.
func (s *subscription) isStandby() bool {
	return s.settings.ordered && s.pin == "" && s.requested > 0
}

// losePin notes that the server has chosen another member. Requests with the old pin are
// void. mu is held.
func (s *subscription) losePin() {
	if s.pin != "" {
		s.pin, s.requested = "", 0
	}
}

// noteTurn finds out whether this member has to wait for its turn: the server has just
// chosen it, or has sent messages that have not arrived, to a connection that was lost, for
// example, and redelivers them after what it sends now. mu is held.
func (s *subscription) noteTurn(m *nats.Msg, about *nats.MsgMetadata) {
	if pin := m.Header.Get(pinHeader); pin != s.pin || about.Sequence.Consumer != s.following {
		s.pin, s.gated = pin, true
	}
	s.following = about.Sequence.Consumer + 1
}

// awaitTurn waits, if this member has just been chosen or has missed something, until no other
// member holds anything: the others have settled it, or the server has redelivered it to
// this one. It returns the oldest of d and the queue, nil if ctx is done first.
//
// It waits at most twice the ack wait: if the server chooses one member after another,
// each of them holds what the next one waits for.
func (s *subscription) awaitTurn(ctx context.Context, d *delivery) *delivery {
	if !s.isGated() {
		return d
	}
	for began := time.Now(); !s.isAlone(ctx) && time.Since(began) < 2*s.ackWait; {
		select {
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			d.giveBack() // close gives back the others
			return nil
		case <-time.After(turnInterval):
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gated = false
	s.queue = append(s.queue, d)
	slices.SortFunc(s.queue, func(a, b *delivery) int {
		return cmp.Compare(a.about.Sequence.Stream, b.about.Sequence.Stream)
	})
	d = s.queue[0]
	s.queue = s.queue[1:]
	return d
}

func (s *subscription) isGated() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gated
}

// isAlone reports whether no other member holds anything.
func (s *subscription) isAlone(ctx context.Context) bool {
	var info *jetstream.ConsumerInfo
	err := within(ctx, answerTimeout, func(ctx context.Context) error {
		consumer, err := s.t.js.Consumer(ctx, s.settings.stream, consumerName(s.group, s.typ))
		if err == nil {
			info = consumer.CachedInfo()
		}
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enqueue()
	s.pull()
	elsewhere := 1
	if err == nil {
		elsewhere = info.NumAckPending - s.heldOf(info.Delivered.Consumer)
	}
	alone := elsewhere <= 0
	if !alone && s.requested == 0 {
		// This member may be full of newer messages, or have room for fewer than the others
		// held. MaxAckPending bounds them.
		s.request(min(elsewhere, cap(s.msgs)-len(s.msgs)))
	}
	return alone
}

// heldOf returns how many messages are held of those up to a consumer sequence. mu is held.
func (s *subscription) heldOf(delivered uint64) (n int) {
	for _, d := range s.held {
		if d.about.Sequence.Consumer <= delivered {
			n++
		}
	}
	return n
}
