package bridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
)

// Stats are the counts of a bridge since it was made, of signals that it still publishes
// and subscriptions that are still open.
type Stats struct {
	Published []PublishStats // one for each signal, sorted
	Received  []ReceiveStats // one for each signal and group, sorted
}

// PublishStats are the counts of the sends of the signals with one stable name.
type PublishStats struct {
	Signal    string
	Published uint64 // stored by the transport
	Failed    uint64 // the send got an error
	InFlight  int    // waiting for the transport
}

// ReceiveStats are the counts of the subscriptions of one group to one signal in this
// process.
type ReceiveStats struct {
	Signal, Group string

	// The number of deliveries with each [Outcome].
	Acknowledged, Skipped, Retried, Dead, Released uint64

	InFlight int // deliveries that are not settled
	Slow     int // of these, whose receivers have been running for more than a minute
}

// Of returns the number of deliveries with an outcome.
func (r ReceiveStats) Of(o Outcome) uint64 {
	switch o {
	case Acknowledged:
		return r.Acknowledged
	case Skipped:
		return r.Skipped
	case Retried:
		return r.Retried
	case Dead:
		return r.Dead
	case Released:
		return r.Released
	}
	return 0
}

// Stats returns the counts of the bridge. It is cheap enough to be called whenever metrics
// are collected.
func (b *Bridge) Stats() Stats {
	_, subscriptions, publications := b.open()
	var s Stats
	for _, p := range publications {
		s.Published = append(s.Published, p.stats())
	}
	for _, sub := range subscriptions {
		s.Received = append(s.Received, sub.Stats())
	}
	s.Published = merged(s.Published, func(a, b PublishStats) int {
		return cmp.Compare(a.Signal, b.Signal)
	}, (*PublishStats).add)
	s.Received = merged(s.Received, func(a, b ReceiveStats) int {
		return cmp.Or(cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Group, b.Group))
	}, (*ReceiveStats).add)
	return s
}

// merged returns all, sorted, with those added up that compare as equal.
func merged[S any](all []S, compare func(a, b S) int, add func(to *S, s S)) []S {
	slices.SortFunc(all, compare)
	var merged []S
	for _, s := range all {
		if last := len(merged) - 1; last >= 0 && compare(merged[last], s) == 0 {
			add(&merged[last], s)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

func (p *PublishStats) add(other PublishStats) {
	p.Published += other.Published
	p.Failed += other.Failed
	p.InFlight += other.InFlight
}

func (r *ReceiveStats) add(other ReceiveStats) {
	r.Acknowledged += other.Acknowledged
	r.Skipped += other.Skipped
	r.Retried += other.Retried
	r.Dead += other.Dead
	r.Released += other.Released
	r.InFlight += other.InFlight
	r.Slow += other.Slow
}

// Stats returns the counts of the subscription.
func (s *Subscription) Stats() ReceiveStats {
	return ReceiveStats{
		Signal:       s.typ,
		Group:        s.group,
		Acknowledged: s.outcomes[Acknowledged].Load(),
		Skipped:      s.outcomes[Skipped].Load(),
		Retried:      s.outcomes[Retried].Load(),
		Dead:         s.outcomes[Dead].Load(),
		Released:     s.outcomes[Released].Load(),
		InFlight:     s.lanes.count(),
		Slow:         s.watch.slow(nil),
	}
}

// Lag returns what a group has not acknowledged of a signal, in all its processes. signal
// is the stable name. The error wraps [errors.ErrUnsupported] if the transport is not a
// [LagReporter].
func (b *Bridge) Lag(ctx context.Context, signal, group string) (Lag, error) {
	reporter, ok := b.transport.(LagReporter)
	if !ok {
		return Lag{}, fmt.Errorf("bridge: lag of %s as %s: transport %T: %w", signal, group, b.transport, errors.ErrUnsupported)
	}
	lag, err := reporter.Lag(ctx, signal, group)
	if err != nil {
		return lag, fmt.Errorf("bridge: lag of %s as %s: %w", signal, group, err)
	}
	return lag, nil
}

// Health returns nil if the bridge works, for a readiness probe: it is not closed, the
// transport is healthy if it is a [HealthChecker], every subscription has receivers, and no
// delivery has been with its receivers for more than a minute. Otherwise it returns all
// that is wrong. ctx limits the wait for the transport.
func (b *Bridge) Health(ctx context.Context) error {
	closed, subscriptions, _ := b.open()
	if closed {
		return ErrClosed
	}
	var errs []error
	for _, s := range subscriptions {
		errs = append(errs, s.health())
	}
	if checker, ok := b.transport.(HealthChecker); ok {
		errs = append(errs, checker.Health(ctx))
	}
	return errors.Join(errs...)
}

func (s *Subscription) health() error {
	var errs []error
	if !s.signal.HasReceivers() {
		errs = append(errs, fmt.Errorf("bridge: %s as %s: %w", s.typ, s.group, ErrNoReceivers))
	}
	if n := s.watch.slow(nil); n > 0 {
		errs = append(errs, fmt.Errorf("bridge: %s as %s: %d deliveries have taken more than %v", s.typ, s.group, n, slowAfter))
	}
	return errors.Join(errs...)
}

// publishCounts count the sends of one signal.
type publishCounts struct{ begun, published, failed atomic.Uint64 }

func (p *publication) stats() PublishStats {
	// In this order the difference below is never negative.
	published, failed := p.counts.published.Load(), p.counts.failed.Load()
	return PublishStats{
		Signal:    p.typ,
		Published: published,
		Failed:    failed,
		InFlight:  int(p.counts.begun.Load() - published - failed),
	}
}
