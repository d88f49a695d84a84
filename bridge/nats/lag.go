package natsbridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
)

var _ bridge.LagReporter = (*Transport)(nil)

// Lag returns what a group has not settled yet of a signal. An envelope that has failed and
// waits for its redelivery is in flight, and its age counts from when it was first published.
// For a group that the server does not know, all envelopes of the signal in the stream are
// waiting. Envelopes replayed for other groups count as waiting until the group has skipped
// them.
func (t *Transport) Lag(ctx context.Context, typ, group string) (bridge.Lag, error) {
	lag, err := t.lag(ctx, typ, group)
	if err != nil {
		return lag, fmt.Errorf("nats bridge: lag of group %s of signal %s: %w", group, typ, err)
	}
	return lag, nil
}

// GroupInfo is the lag of a group of one signal.
type GroupInfo struct {
	Group, Signal string
	Consumer      string // its name at the server; "" if only dead letters are left of the group
	bridge.Lag
}

// Groups returns an iterator over the groups of the transport's stream, sorted by
// signal and group: those that have a consumer, and those that have dead letters.
func (t *Transport) Groups(ctx context.Context) iter.Seq2[GroupInfo, error] {
	return func(yield func(GroupInfo, error) bool) {
		consumers, err := t.consumers(ctx)
		dead, deadErr := t.counts(ctx, t.settings.dead, t.settings.deadSubjects("", ""))
		if err := errors.Join(err, deadErr); err != nil {
			yield(GroupInfo{}, fmt.Errorf("nats bridge: groups: %w", err))
			return
		}
		for _, g := range t.groups(consumers, dead) {
			if of := consumers[g.Consumer]; of != nil {
				g.Lag, err = t.lagOf(ctx, g.Signal, g.Group, of)
			}
			g.Dead = dead[t.settings.deadSubjects(g.Group, g.Signal)]
			if err != nil {
				err = fmt.Errorf("nats bridge: group %s of signal %s: %w", g.Group, g.Signal, err)
			}
			if !yield(g, err) || err != nil {
				return
			}
		}
	}
}

// consumers returns the consumers of the stream by name.
func (t *Transport) consumers(ctx context.Context) (map[string]*jetstream.ConsumerInfo, error) {
	stream, err := t.js.Stream(ctx, t.settings.stream)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", t.settings.stream, err)
	}
	all := make(map[string]*jetstream.ConsumerInfo)
	list := stream.ListConsumers(ctx)
	for info := range list.Info() { // to the end, or the library leaks a goroutine
		all[info.Name] = info
	}
	if err := list.Err(); err != nil {
		return nil, fmt.Errorf("consumers of stream %s: %w", t.settings.stream, err)
	}
	return all, nil
}

// groups returns the groups of the consumers and of the dead letters, without their lag.
func (t *Transport) groups(consumers map[string]*jetstream.ConsumerInfo, dead map[string]int) (all []GroupInfo) {
	found := make(map[string]bool) // by the subjects of their dead letters
	for name, of := range consumers {
		if group, typ := t.settings.parseConsumer(of); group != "" {
			all = append(all, GroupInfo{Group: group, Signal: typ, Consumer: name})
			found[t.settings.deadSubjects(group, typ)] = true
		}
	}
	for on := range dead {
		if group, typ := t.settings.parseDeadSubject(on); group != "" && !found[on] {
			all = append(all, GroupInfo{Group: group, Signal: typ})
		}
	}
	slices.SortFunc(all, func(a, b GroupInfo) int {
		return cmp.Or(cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Consumer, b.Consumer))
	})
	return all
}

// parseConsumer returns the group and the signal of a consumer; "" if it is not one of a
// transport.
func (s *settings) parseConsumer(of *jetstream.ConsumerInfo) (group, typ string) {
	filter := filterOf(of.Config)
	if len(filter) == 0 {
		return "", ""
	}
	typ, err := url.PathUnescape(strings.TrimPrefix(filter[0], s.prefix+"."))
	if err != nil || subject(s.prefix, typ) != filter[0] {
		return "", ""
	}
	first, _, complete := strings.Cut(of.Name, "@")
	if !complete { // a name that was too long
		group, _ = strings.CutSuffix(strings.TrimPrefix(of.Config.Description, "group "), " of signal "+typ)
		if consumerName(group, typ) != of.Name {
			return "", ""
		}
		return group, typ
	}
	return untoken(first), typ
}

func (t *Transport) lag(ctx context.Context, typ, group string) (bridge.Lag, error) {
	var lag bridge.Lag
	consumer, err := t.js.Consumer(ctx, t.settings.stream, consumerName(group, typ))
	switch {
	case errors.Is(err, jetstream.ErrConsumerNotFound):
		on := subject(t.settings.prefix, typ)
		var stored map[string]int
		if stored, err = t.counts(ctx, t.settings.stream, on); err == nil {
			lag.Waiting = stored[on]
			lag.Oldest, err = t.oldest(ctx, 1, on)
		}
	case err == nil:
		lag, err = t.lagOf(ctx, typ, group, consumer.CachedInfo())
	}
	if err != nil {
		return lag, err
	}
	on := t.settings.deadSubjects(group, typ)
	dead, err := t.counts(ctx, t.settings.dead, on)
	lag.Dead = dead[on]
	return lag, err
}

// lagOf returns the lag of a consumer without dead letters. Retries that are not due are
// messages that the consumer does not count.
func (t *Transport) lagOf(ctx context.Context, typ, group string, of *jetstream.ConsumerInfo) (bridge.Lag, error) {
	s := &t.settings
	lag := bridge.Lag{Waiting: int(of.NumPending), InFlight: of.NumAckPending}
	later := subject(s.waitPrefix(group), typ) + ".*"
	paused, err := t.counts(ctx, s.stream, later)
	if err != nil {
		return lag, err
	}
	lag.InFlight += len(paused) // each has a subject of its own
	if lag.Waiting == 0 && lag.InFlight == 0 {
		return lag, nil
	}
	for _, first := range []struct {
		from uint64
		on   string
	}{
		{of.AckFloor.Stream + 1, subject(s.prefix, typ)},
		{of.AckFloor.Stream + 1, subject(s.duePrefix(group), typ)},
		{1, later},
	} {
		age, err := t.oldest(ctx, first.from, first.on)
		if err != nil {
			return lag, err
		}
		lag.Oldest = max(lag.Oldest, age)
	}
	return lag, nil
}

// oldest returns the age of the envelope in the first message with a subject at or after
// a sequence; 0 if there is none.
func (t *Transport) oldest(ctx context.Context, from uint64, on string) (time.Duration, error) {
	m, err := t.getMessage(ctx, t.settings.stream, from, on)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", t.settings.stream, err)
	}
	published := m.Time
	if strings.HasPrefix(m.Subject, t.settings.retryPrefix()+".") {
		var failures, sequence, at int64
		if _, err := fmt.Sscanf(m.Header.Get(retryHeader), retryFormat, &failures, &sequence, &at); err == nil {
			published = time.Unix(0, at)
		}
	}
	return max(0, time.Since(published)), nil // the time is that of the server's clock
}

// counts returns the number of messages in a stream by subject, for matching subjects.
func (t *Transport) counts(ctx context.Context, name, matching string) (map[string]int, error) {
	stream, err := t.js.Stream(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", name, err)
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(matching))
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", name, err)
	}
	counts := make(map[string]int, len(info.State.Subjects))
	for on, n := range info.State.Subjects {
		counts[on] = int(n)
	}
	return counts, nil
}
