package sqlbridge

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	cleanPause = 5 * time.Second // between rounds that have found nothing to do
	tombstone  = 24 * time.Hour  // for how long a group that has ended is known, longer than transactions that have not heard of it
	silence    = 5 * time.Minute // after which a brief group is taken for dead
)

// A cleaner deletes what nobody needs any longer. Every process with subscriptions has
// one, and each does a little at a time.
type cleaner struct {
	*Transport
	behind int64 // the last event that it has walked over
}

// clean cleans until ctx is done.
func (t *Transport) clean(ctx context.Context) {
	c := cleaner{Transport: t}
	var trouble trouble
	for more := false; more || sleep(ctx, cleanPause/2+rand.N(cleanPause)); {
		var err error
		more, err = c.round(ctx)
		if ctx.Err() != nil {
			return
		}
		trouble.tell(t.settings.logger(), err, "sql bridge: not cleaning")
	}
}

// Clean deletes what nobody needs any longer: what has been kept for long enough, what
// no group has ever been there for, what groups that have been removed have left
// behind. A transport does so by itself, a little at a time, while it has
// subscriptions; a program that only publishes to a database where nobody subscribes
// may call this instead.
func (t *Transport) Clean(ctx context.Context) error {
	c := cleaner{Transport: t}
	for more := true; more; {
		var err error
		if more, err = c.round(ctx); err != nil {
			return fmt.Errorf("sql bridge: clean: %w", err)
		}
	}
	return ctx.Err()
}

// round does a little of everything. It reports whether there is more.
func (c *cleaner) round(ctx context.Context) (more bool, err error) {
	if _, err := c.exec(ctx, c.db, toExpire, true, silence.Milliseconds()); err != nil {
		return false, err
	}
	groups, err := c.listed(ctx)
	if err != nil {
		return false, err
	}
	for id, ended := range groups {
		full, err := c.empty(ctx, id, ended)
		if err != nil {
			return false, err
		}
		more = more || full
	}
	if _, err := c.exec(ctx, c.db, toForget, tombstone.Milliseconds()); err != nil {
		return false, err
	}
	walked, err := c.walk(ctx)
	return more || walked, err
}

// listed returns the groups, and whether they have ended.
func (c *cleaner) listed(ctx context.Context) (map[int64]bool, error) {
	groups := make(map[int64]bool)
	err := c.rows(ctx, c.db, func(scan func(to ...any) error) error {
		var id int64
		var ended int
		err := scan(&id, &ended)
		groups[id] = ended == 1
		return err
	}, toList)
	return groups, err
}

// empty deletes deliveries of a group. It reports whether there may be more.
func (c *cleaner) empty(ctx context.Context, id int64, ended bool) (more bool, err error) {
	statements := []statement{toUnkeep}
	if ended {
		statements = []statement{toEmpty, toClear}
	}
	for _, s := range statements {
		n, err := c.delete(ctx, s, id)
		if err != nil {
			return false, err
		}
		more = more || n == someRows
	}
	return more, nil
}

// delete deletes deliveries of a group, and what that leaves behind.
func (c *cleaner) delete(ctx context.Context, s statement, group int64) (n int, err error) {
	events, err := c.ids(ctx, c.db, s, group)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	err = again(ctx, isConflict, func() error {
		return c.together(ctx, func(db conn) error {
			if _, err := c.exec(ctx, db, toErase, text(events), group); err != nil {
				return err
			}
			return c.drop(ctx, db, events)
		})
	})
	return len(events), err
}

// walk looks at the next events for some that have no deliveries. It reports whether
// there are more and it has found any, so that it is worth going on.
func (c *cleaner) walk(ctx context.Context) (more bool, err error) {
	var orphans []int64
	seen := 0
	err = c.rows(ctx, c.db, func(scan func(to ...any) error) error {
		var delivered int
		if err := scan(&c.behind, &delivered); err != nil {
			return err
		}
		if seen++; delivered == 0 {
			orphans = append(orphans, c.behind)
		}
		return nil
	}, toWalk, c.behind)
	if err != nil {
		return false, err
	}
	if seen < someRows {
		c.behind = 0
	}
	if len(orphans) == 0 {
		return false, nil
	}
	return seen == someRows, c.drop(ctx, c.db, orphans)
}
