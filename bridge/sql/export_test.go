package sqlbridge

import (
	"context"

	"github.com/signalgen/signalgen/bridge"
)

// Statements returns the statements of a transport, by name.
func (t *Transport) Statements() map[string]string {
	return map[string]string{
		"compare": t.text[toCompare], "seize": t.text[toSeize], "look": t.text[toLook], "reach": t.text[toReach], "claim": t.text[toClaim],
		"load": t.text[toLoad], "renew": t.text[toRenew], "park": t.text[toPark], "finish": t.text[toFinish], "drop": t.text[toDrop],
		"walk": t.text[toWalk], "list": t.text[toList], "unkeep": t.text[toUnkeep], "empty": t.text[toEmpty], "clear": t.text[toClear], "erase": t.text[toErase],
		"forget": t.text[toForget], "bury": t.text[toBury], "replay": t.text[toReplay], "discard": t.text[toDiscard], "hold": t.text[toHold],
	}
}

// Claim claims as a member of a group would whose claims begin behind an event. It
// returns the events.
func (t *Transport) Claim(ctx context.Context, typ, group, owner string, from int64) (events []int64, err error) {
	m := t.newMember(ctx, typ, group, bridge.SubscribeOptions{}, nil)
	m.owner, m.cursor.after = owner, from
	if err := m.join(ctx); err != nil {
		return nil, err
	}
	batch, err := m.claim(ctx)
	for _, c := range batch {
		events = append(events, c.Event)
	}
	return events, err
}

// Member joins a group. The func that it returns looks for something to claim, once.
func (t *Transport) Member(ctx context.Context, typ, group string) (round func() error, err error) {
	m := t.newMember(ctx, typ, group, bridge.SubscribeOptions{}, nil)
	return func() error { _, err := m.round(); return err }, m.join(ctx)
}

// Begin runs the statements of a new group that catches up with one event, in a
// transaction of the caller.
func (t *Transport) Begin(ctx context.Context, tx Tx, typ, group string, event int64) error {
	for _, s := range []struct {
		statement statement
		args      []any
	}{
		{toAdvance, []any{typ}},
		{toBegin, []any{typ, group, 2, 0, false}},
		{toSpread, []any{text([]int64{event})}},
		{toCatchUp, []any{text([]int64{event}), 2}},
	} {
		if _, err := tx.ExecContext(ctx, t.text[s.statement], s.args...); err != nil {
			return err
		}
	}
	return nil
}
