package sqlbridge

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	// cleanInterval is the average pause of a cleaner that has nothing to delete.
	cleanInterval = 5 * time.Second

	// removedGroupAge is how long the row of a removed group is kept: longer than
	// transactions that still see the group, and insert deliveries for it.
	removedGroupAge = 24 * time.Hour

	// broadcastTimeout is how long the group of a broadcast is kept after its member was
	// last alive.
	broadcastTimeout = 5 * time.Minute
)

// A cleaner deletes what is no longer needed, in small steps. Each process that has
// subscriptions runs one.
type cleaner struct {
	*Transport

	scanned int64 // the last event that deleteOrphans has looked at
}

// clean cleans until ctx is done.
func (t *Transport) clean(ctx context.Context) {
	c := cleaner{Transport: t}
	var w warner
	for more := false; more || sleep(ctx, cleanInterval/2+rand.N(cleanInterval)); {
		var err error
		more, err = c.step(ctx)
		if ctx.Err() != nil {
			return
		}
		w.report(t.settings.logger(), "sql bridge: cannot clean", err)
	}
}

// Clean deletes what is no longer needed: events that have been kept for as long as
// [Keep] or [KeepUnheard] says, and the deliveries of removed groups. A transport that has
// subscriptions does this in the background. A program that only publishes may call Clean
// for a database that has no subscribers.
func (t *Transport) Clean(ctx context.Context) error {
	c := cleaner{Transport: t}
	for more := true; more; {
		var err error
		if more, err = c.step(ctx); err != nil {
			return fmt.Errorf("sql bridge: clean: %w", err)
		}
	}
	return ctx.Err()
}

// step deletes a limited number of rows. It reports whether there are more.
func (c *cleaner) step(ctx context.Context) (more bool, err error) {
	if _, err := c.exec(ctx, c.db, removeBroadcasts, broadcastTimeout.Milliseconds()); err != nil {
		return false, err
	}
	groups, err := c.uncleanGroups(ctx)
	if err != nil {
		return false, err
	}
	for id, removed := range groups {
		moreOfGroup, err := c.cleanGroup(ctx, id, removed)
		if err != nil {
			return false, err
		}
		more = more || moreOfGroup
	}
	if _, err := c.exec(ctx, c.db, deleteGroups, removedGroupAge.Milliseconds()); err != nil {
		return false, err
	}
	moreOrphans, err := c.deleteOrphans(ctx)
	return more || moreOrphans, err
}

// uncleanGroups returns the groups that have deliveries to delete, and whether they have
// been removed.
func (c *cleaner) uncleanGroups(ctx context.Context) (map[int64]bool, error) {
	groups := make(map[int64]bool)
	err := c.query(ctx, c.db, func(scan scanner) error {
		var id int64
		var removed int
		err := scan(&id, &removed)
		groups[id] = removed == 1
		return err
	}, findUnclean)
	return groups, err
}

// cleanGroup deletes some deliveries of a group: all kinds if the group has been removed,
// and otherwise those that have been kept long enough. It reports whether there may be
// more.
func (c *cleaner) cleanGroup(ctx context.Context, id int64, removed bool) (more bool, err error) {
	find := []statement{findExpired}
	if removed {
		find = []statement{findWaiting, findNotWaiting}
	}
	for _, s := range find {
		n, err := c.deleteFound(ctx, s, id)
		if err != nil {
			return false, err
		}
		more = more || n == chunkSize
	}
	return more, nil
}

// deleteFound deletes the deliveries of a group that a statement finds, and the events
// that have no other deliveries.
func (c *cleaner) deleteFound(ctx context.Context, find statement, group int64) (n int, err error) {
	events, err := c.queryIDs(ctx, c.db, find, group)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	err = retry(ctx, isConflict, func() error {
		return c.inFewCommits(ctx, func(db conn) error {
			if _, err := c.exec(ctx, db, deleteDeliveries, toJSON(events), group); err != nil {
				return err
			}
			return c.deleteDone(ctx, db, events)
		})
	})
	return len(events), err
}

// deleteOrphans deletes events without deliveries among the next ones of a scan of all
// events. It reports whether to go on at once, because there have been some.
func (c *cleaner) deleteOrphans(ctx context.Context) (more bool, err error) {
	var orphans []int64
	events := 0
	err = c.query(ctx, c.db, func(scan scanner) error {
		var delivered int
		if err := scan(&c.scanned, &delivered); err != nil {
			return err
		}
		if events++; delivered == 0 {
			orphans = append(orphans, c.scanned)
		}
		return nil
	}, scanEvents, c.scanned)
	if err != nil {
		return false, err
	}
	if events < chunkSize {
		c.scanned = 0 // start again
	}
	if len(orphans) == 0 {
		return false, nil
	}
	return events == chunkSize, c.deleteDone(ctx, c.db, orphans)
}
