package sqlbridge

import (
	"context"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// Statements returns the statements of a transport, by name.
func (t *Transport) Statements() map[string]string {
	all := make(map[string]string)
	for name, s := range map[string]statement{
		"findBehind": findBehind, "lockBehind": lockBehind, "pollGroup": pollGroup, "findWindowEnd": findWindowEnd,
		"lockGroup": lockGroup, "endLeases": endLeases, "returnUnheld": returnUnheld, "claimDeliveries": claimDeliveries, "loadEvents": loadEvents, "renewLeases": renewLeases,
		"updateSettled": updateSettled, "deleteSettled": deleteSettled, "deleteEvents": deleteEvents, "scanEvents": scanEvents,
		"findUnclean": findUnclean, "findExpired": findExpired, "findWaiting": findWaiting, "findNotWaiting": findNotWaiting,
		"deleteDeliveries": deleteDeliveries, "deleteGroups": deleteGroups,
		"listDead": listDead, "readDead": readDead, "replayDead": replayDead, "discardDead": discardDead,
	} {
		all[name] = t.queries[s]
	}
	return all
}

// Claim claims as a new member of a group, whose claims start after an event. It returns
// the events of the batch.
func (t *Transport) Claim(ctx context.Context, typ, group, owner string, after int64) (events []int64, err error) {
	return t.ClaimAfter(ctx, typ, group, owner, after, func() {})
}

// ClaimAfter is Claim that calls f between its poll and its claim.
func (t *Transport) ClaimAfter(ctx context.Context, typ, group, owner string, after int64, f func()) (events []int64, err error) {
	m := t.newMember(ctx, typ, group, bridge.SubscribeOptions{}, nil)
	m.owner, m.cursor.after = owner, after
	batch, err := m.joinAndClaim(ctx, f)
	for _, c := range batch {
		events = append(events, c.Event)
	}
	return events, err
}

// joinAndClaim joins the group, polls, calls f, and claims a batch.
func (m *member) joinAndClaim(ctx context.Context, f func()) (batch []claimed, err error) {
	if err := m.join(ctx); err != nil {
		return nil, err
	}
	state, err := m.poll(ctx)
	if err != nil {
		return nil, err
	}
	f()
	return m.claim(ctx, state)
}

// Done claims a batch as a new member of a group, without a backfill, and settles it as
// done.
func (t *Transport) Done(ctx context.Context, typ, group string) error {
	m := t.newMember(ctx, typ, group, bridge.SubscribeOptions{}, nil)
	batch, err := m.joinAndClaim(ctx, func() {})
	if err != nil {
		return err
	}
	for _, c := range batch {
		m.settle(c, nil)
	}
	return m.store()
}

// Join joins a group as a new member, which has no goroutines. claimNext claims once.
func (t *Transport) Join(ctx context.Context, typ, group string) (claimNext func() error, err error) {
	m := t.newMember(ctx, typ, group, bridge.SubscribeOptions{}, nil)
	return func() error { _, err := m.claimNext(); return err }, m.join(ctx)
}

// Age makes the leases of all members older, as if the processes had been suspended, but
// not in the database.
func (t *Transport) Age(d time.Duration) {
	for _, m := range t.allMembers() {
		m.mu.Lock()
		for c := range m.held {
			m.held[c] = m.held[c].Add(-d)
		}
		m.mu.Unlock()
	}
}

// Renew renews the leases of all members.
func (t *Transport) Renew() error {
	for _, m := range t.allMembers() {
		if err := m.renew(); err != nil {
			return err
		}
	}
	return nil
}

// CreateGroup executes the statements that create a group and backfill one event for it,
// in a transaction of the caller.
func (t *Transport) CreateGroup(ctx context.Context, tx Tx, typ, group string, event int64) error {
	events := toJSON([]int64{event})
	for _, s := range []struct {
		statement statement
		args      []any
	}{
		{nextGeneration, []any{typ}},
		{insertGroup, []any{typ, group, 2, false, false}},
		{backfillDeliveries, []any{events}},
		{setGeneration, []any{events, 2}},
	} {
		if _, err := tx.ExecContext(ctx, t.queries[s.statement], s.args...); err != nil {
			return err
		}
	}
	return nil
}
