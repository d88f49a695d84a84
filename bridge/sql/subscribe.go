package sqlbridge

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
)

// Subscribe has handle called in a goroutine of its own, until ctx is done.
func (t *Transport) Subscribe(ctx context.Context, typ, group string, handle bridge.Handler) error {
	return t.SubscribeWith(ctx, typ, group, bridge.SubscribeOptions{}, handle)
}

// SubscribeWith is Subscribe with options, of which it has all.
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
	if err := again(ctx, isPassing, func() error { return m.join(ctx) }); err != nil {
		return err
	}
	t.begin(m)
	return nil
}

func checkGroup(group string) error {
	if group == "" || len(group) > longestGroup {
		return fmt.Errorf("found group %.100q of %d bytes, wanted 1 to %d", group, len(group), longestGroup)
	}
	return checkText(group)
}

// newMember returns a member that has not joined.
func (t *Transport) newMember(ctx context.Context, typ, group string, opts bridge.SubscribeOptions, handle bridge.Handler) *member {
	m := &member{
		transport:  t,
		ctx:        ctx,
		typ:        typ,
		name:       group,
		options:    opts,
		handle:     handle,
		owner:      rand.Text()[:16],
		lease:      t.settings.lease,
		maxDeliver: t.settings.maxDeliver,
		backoff:    t.settings.backoff,
		held:       make(map[claim]struct{}),
		woken:      make(chan struct{}, 1),
		settled:    make(chan struct{}, 1),
		written:    make(chan struct{}, 1),
		left:       make(chan struct{}),
		over:       make(chan struct{}),
		done:       make(chan struct{}),
	}
	if opts.AckWait > 0 {
		m.lease = max(opts.AckWait, leastLease)
	}
	if opts.MaxDeliver > 0 {
		m.maxDeliver = opts.MaxDeliver
	}
	if len(opts.Backoff) > 0 {
		m.backoff = opts.Backoff
	}
	return m
}

// errFound says that a group need not be made.
var errFound = errors.New("the group is there")

// join finds the member's group, or makes it.
func (m *member) join(ctx context.Context) error {
	t := m.transport
	id, err := t.group(ctx, t.db, m.typ, m.name)
	if errors.Is(err, sql.ErrNoRows) {
		err = t.within(ctx, func(db conn) (err error) {
			id, err = m.found(ctx, db)
			return err
		})
		if errors.Is(err, errFound) {
			err = nil
		}
	}
	if err == nil && t.settings.listener != nil {
		_, err = t.exec(ctx, t.db, toListen, id, true)
	}
	m.group.Store(id)
	return err
}

// group returns the id of a group.
func (t *Transport) group(ctx context.Context, db conn, typ, name string) (id int64, err error) {
	err = t.row(ctx, db, toFind, typ, name).Scan(&id)
	return id, err
}

// found makes the group, unless another member has done so meanwhile. A new group is
// of a new generation: what is stored without its knowing is of an older one.
func (m *member) found(ctx context.Context, db conn) (id int64, err error) {
	t := m.transport
	var generation int64
	if err := t.row(ctx, db, toAdvance, m.typ).Scan(&generation); err != nil {
		return 0, err
	}
	id, err = t.group(ctx, db, m.typ, m.name)
	if err == nil {
		return id, errFound
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	fromNow := 0
	if m.options.Broadcast || m.options.FromNow {
		fromNow = 1
	}
	err = t.row(ctx, db, toBegin, m.typ, m.name, generation, fromNow, m.options.Broadcast).Scan(&id)
	return id, err
}

// begin starts a member, and what runs beside members if it is the first.
func (t *Transport) begin(m *member) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.members[m] = struct{}{}
	if t.stop == nil {
		var ctx context.Context
		ctx, t.stop = context.WithCancel(context.Background())
		t.beside.Go(func() { t.clean(ctx) })
		if t.settings.listener != nil {
			t.beside.Go(func() { t.listen(ctx) })
		}
	}
	m.renewing.Add(1)
	go m.claimAll()
	go m.settleAll()
	go m.renewAll()
}

// end forgets a member, and stops what runs beside members if it was the last.
func (t *Transport) end(m *member) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.members, m)
	if len(t.members) == 0 {
		t.stop()
		t.stop = nil
	}
}

// RemoveGroup removes a group that is given up, with all that waits for it and its
// dead letters. A member that still runs makes it anew, as a new group. It returns
// nil if there is no such group.
func (t *Transport) RemoveGroup(ctx context.Context, typ, group string) error {
	err := again(ctx, isConflict, func() error {
		_, err := t.exec(ctx, t.db, toEnd, typ, group)
		return err
	})
	if err != nil {
		return fmt.Errorf("sql bridge: remove group %s of %s: %w", group, typ, err)
	}
	return nil
}
