package sqlbridge

import "context"

// An older is a generation with events that a newer group lacks: those behind after.
type older struct{ generation, after int64 }

// catchUp gives groups the deliveries of events that were stored without their
// knowing: those from before a group, and those of transactions that began before it
// and were committed later. Every event says of which generation its groups are; a new
// group is of a new one. A member does this before it claims, so that what is older
// comes first.
func (m *member) catchUp(ctx context.Context) error {
	t := m.transport
	var all []older
	err := t.rows(ctx, t.db, func(scan func(to ...any) error) error {
		var o older
		err := scan(&o.generation, &o.after)
		all = append(all, o)
		return err
	}, toCompare, m.typ)
	for _, o := range all {
		for more := true; more && err == nil && m.ctx.Err() == nil; {
			more, err = m.spread(o)
		}
	}
	return err
}

// spread gives a batch of events the deliveries that they lack. It reports whether
// there may be more.
func (m *member) spread(o older) (more bool, err error) {
	ctx, cancel := m.patience()
	defer cancel()
	t := m.transport
	n := 0
	err = again(ctx, isConflict, func() error {
		return t.within(ctx, func(db conn) (err error) {
			n, err = t.spread(ctx, db, m.typ, o)
			return err
		})
	})
	return n == someRows, err
}

// spread is that of a member in a transaction. It returns how many events there were.
func (t *Transport) spread(ctx context.Context, db conn, typ string, o older) (n int, err error) {
	var generation int64
	var settings string
	if err := t.row(ctx, db, toFreeze, typ).Scan(&generation, &settings); err != nil {
		return 0, err
	}
	ids, err := t.ids(ctx, db, toSeize, typ, o.generation, o.after)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if _, err = t.exec(ctx, db, toSpread, text(ids)); err != nil {
		return 0, err
	}
	_, err = t.exec(ctx, db, toCatchUp, text(ids), generation)
	return len(ids), err
}
