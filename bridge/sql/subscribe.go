package sqlbridge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
)

// Subscribe calls handle in its own goroutine, until ctx is done.
func (t *Transport) Subscribe(ctx context.Context, typ, group string, handle bridge.Handler) error {
	return t.SubscribeWith(ctx, typ, group, bridge.SubscribeOptions{}, handle)
}

// SubscribeWith is Subscribe with options. It supports all of them.
func (t *Transport) SubscribeWith(ctx context.Context, typ, group string, opts bridge.SubscribeOptions, handle bridge.Handler) error {
	if err := t.subscribe(ctx, typ, group, opts, handle); err != nil {
		return fmt.Errorf("sql bridge: subscribe to %s as group %s: %w", typ, group, err)
	}
	return nil
}

func (t *Transport) subscribe(ctx context.Context, typ, group string, opts bridge.SubscribeOptions, handle bridge.Handler) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := errors.Join(checkType(typ), checkGroup(group)); err != nil {
		return err
	}
	m := t.newMember(ctx, typ, group, opts, handle)
	if err := retry(ctx, isTransient, func() error { return m.join(ctx) }); err != nil {
		return err
	}
	t.addMember(m)
	go m.run()
	return nil
}

// errExists says that another member has created the group.
var errExists = errors.New("the group exists")

// join finds the member's group, or creates it.
func (m *member) join(ctx context.Context) error {
	t := m.transport
	id, err := t.findGroup(ctx, t.db, m.typ, m.group)
	if errors.Is(err, sql.ErrNoRows) {
		err = t.inTx(ctx, func(db conn) (err error) {
			id, err = m.createGroup(ctx, db)
			return err
		})
		if errors.Is(err, errExists) {
			err = nil
		}
	}
	if err == nil && t.settings.listener != nil {
		_, err = t.exec(ctx, t.db, setListens, id)
	}
	m.groupID.Store(id)
	return err
}

// findGroup returns the id of a group, or [sql.ErrNoRows].
func (t *Transport) findGroup(ctx context.Context, db conn, typ, name string) (id int64, err error) {
	err = t.queryRow(ctx, db, findGroup, typ, name).Scan(&id)
	return id, err
}

// createGroup creates the group, unless another member has done so, which makes it return
// errExists to roll back. A new group starts a new generation, so that events stored by
// transactions that do not see the group yet have an older one.
func (m *member) createGroup(ctx context.Context, db conn) (id int64, err error) {
	t := m.transport
	var generation int64
	if err := t.queryRow(ctx, db, nextGeneration, m.typ).Scan(&generation); err != nil { // locks the type
		return 0, err
	}
	id, err = t.findGroup(ctx, db, m.typ, m.group)
	if err == nil {
		return id, errExists
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	fromNow := m.options.Broadcast || m.options.FromNow
	err = t.queryRow(ctx, db, insertGroup, m.typ, m.group, generation, fromNow, m.options.Broadcast).Scan(&id)
	return id, err
}

// RemoveGroup removes a group that is no longer used, with its waiting events and its dead
// letters. If a member of it still runs, it creates the group again, as a new one. Without
// such a group RemoveGroup returns nil. A row without a name remains for a day, for
// transactions that still see the group; so it does after a broadcast.
func (t *Transport) RemoveGroup(ctx context.Context, typ, group string) error {
	err := retry(ctx, isConflict, func() error {
		_, err := t.exec(ctx, t.db, removeGroup, typ, group)
		return err
	})
	if err != nil {
		return fmt.Errorf("sql bridge: remove group %s of %s: %w", group, typ, err)
	}
	return nil
}
