package sqlbridge

import "context"

// A behind is a generation that has events after startAfter which lack deliveries for a
// newer group.
type behind struct{ generation, startAfter int64 }

// backfill inserts the deliveries of newer groups for events that were stored without
// them: before the group was created, or by a transaction that began before that and
// was committed later. Each event has the generation of the groups that it has
// deliveries for, and each new group starts a new generation.
func (m *member) backfill(ctx context.Context) error {
	t := m.transport
	var all []behind
	err := t.query(ctx, t.db, func(scan scanner) error {
		var b behind
		err := scan(&b.generation, &b.startAfter)
		all = append(all, b)
		return err
	}, findBehind, m.typ)
	for _, b := range all {
		for more := true; more && err == nil && m.ctx.Err() == nil; {
			more, err = m.backfillChunk(b)
		}
	}
	return err
}

// backfillChunk backfills some events. It reports whether there may be more.
func (m *member) backfillChunk(b behind) (more bool, err error) {
	ctx, cancel := m.queryContext()
	defer cancel()
	t := m.transport
	var events int
	err = retry(ctx, isConflict, func() error {
		return t.inTx(ctx, func(db conn) (err error) {
			events, err = t.backfillTx(ctx, db, m.typ, b)
			return err
		})
	})
	return events == chunkSize, err
}

// backfillTx is backfillChunk in a transaction. It returns the number of events.
func (t *Transport) backfillTx(ctx context.Context, db conn, typ string, b behind) (n int, err error) {
	var generation int64
	var settings string
	if err := t.queryRow(ctx, db, lockType, typ).Scan(&generation, &settings); err != nil {
		return 0, err
	}
	events, err := t.queryIDs(ctx, db, lockBehind, typ, b.generation, b.startAfter)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	if _, err = t.exec(ctx, db, backfillDeliveries, toJSON(events)); err != nil {
		return 0, err
	}
	_, err = t.exec(ctx, db, setGeneration, toJSON(events), generation)
	return len(events), err
}
