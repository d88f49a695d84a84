package sqlbridge

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// ErrNoDeadLetter is wrapped by the errors about a dead letter that does not exist.
var ErrNoDeadLetter = errors.New("no such dead letter")

// A DeadLetter is an envelope that has failed for good, for one group.
type DeadLetter struct {
	ID       string    // as in the view signals_dead
	Time     time.Time // of the last failure, by the database's clock
	Group    string
	Signal   string // the type that the group subscribes to
	Reason   string // the error of the last attempt
	Attempts int    // how many times it was delivered to the group
	Envelope *bridge.Envelope
}

// DeadLetters returns an iterator over the dead letters of all groups, the oldest first.
// It reads them page by page. If it fails, the last element is the error.
func (t *Transport) DeadLetters(ctx context.Context) iter.Seq2[DeadLetter, error] {
	return func(yield func(DeadLetter, error) bool) {
		for page, err := range t.deadPages(ctx) {
			if err == nil {
				err = t.loadDead(ctx, page)
			}
			if err != nil {
				yield(DeadLetter{}, fmt.Errorf("sql bridge: dead letters: %w", err))
				return
			}
			for _, d := range page {
				if d.Envelope != nil && !yield(d.DeadLetter, nil) {
					return
				}
			}
		}
	}
}

// DeadLetter returns one dead letter.
func (t *Transport) DeadLetter(ctx context.Context, id string) (DeadLetter, error) {
	d, err := t.deadLetter(ctx, id)
	if err != nil {
		return DeadLetter{}, fmt.Errorf("sql bridge: dead letter %s: %w", id, err)
	}
	return d, nil
}

// Replay delivers a dead letter to its group again, as if for the first time.
func (t *Transport) Replay(ctx context.Context, id string) error {
	if err := doOne(ctx, id, t.replay); err != nil {
		return fmt.Errorf("sql bridge: replay dead letter %s: %w", id, err)
	}
	return nil
}

// ReplayAll replays the dead letters that filter selects and that exist when it starts. It
// returns how many it has replayed.
func (t *Transport) ReplayAll(ctx context.Context, filter bridge.DeadFilter) (n int, err error) {
	if n, err = t.doAll(ctx, filter, t.replay); err != nil {
		return n, fmt.Errorf("sql bridge: replay dead letters: %w", err)
	}
	return n, nil
}

// Discard deletes a dead letter.
func (t *Transport) Discard(ctx context.Context, id string) error {
	if err := doOne(ctx, id, t.discard); err != nil {
		return fmt.Errorf("sql bridge: discard dead letter %s: %w", id, err)
	}
	return nil
}

// DiscardAll deletes the dead letters that filter selects and that exist when it starts.
// It returns how many it has deleted.
func (t *Transport) DiscardAll(ctx context.Context, filter bridge.DeadFilter) (n int, err error) {
	if n, err = t.doAll(ctx, filter, t.discard); err != nil {
		return n, fmt.Errorf("sql bridge: discard dead letters: %w", err)
	}
	return n, nil
}

// A deadKey identifies the row of a dead letter.
type deadKey struct {
	Event   int64 `json:"event"`
	GroupID int64 `json:"group_id"`
}

// A deadRow is a row of listDead or readDead.
type deadRow struct {
	DeadLetter
	deadKey

	died, now int64 // by the database's clock, in milliseconds
}

// deadLetterID returns the ID of a dead letter, which parseDeadLetterID parses.
func deadLetterID(event, groupID int64) string {
	return strconv.FormatInt(event, 10) + "-" + strconv.FormatInt(groupID, 10)
}

func parseDeadLetterID(id string) (k deadKey, err error) {
	event, group, _ := strings.Cut(id, "-")
	k.Event, err = strconv.ParseInt(event, 10, 64)
	if err == nil {
		k.GroupID, err = strconv.ParseInt(group, 10, 64)
	}
	if err != nil {
		return k, ErrNoDeadLetter
	}
	return k, nil
}

func (t *Transport) deadLetter(ctx context.Context, id string) (DeadLetter, error) {
	k, err := parseDeadLetterID(id)
	if err != nil {
		return DeadLetter{}, err
	}
	page, err := t.deadRows(ctx, readDead, k.Event, k.GroupID)
	if err == nil && len(page) == 0 {
		err = ErrNoDeadLetter
	}
	if err == nil {
		err = t.loadDead(ctx, page)
	}
	if err == nil && page[0].Envelope == nil { // discarded in between
		err = ErrNoDeadLetter
	}
	if err != nil {
		return DeadLetter{}, err
	}
	return page[0].DeadLetter, nil
}

// doOne calls do with the dead letter of an ID.
func doOne(ctx context.Context, id string, do func(context.Context, []deadKey) (int, error)) error {
	k, err := parseDeadLetterID(id)
	if err != nil {
		return err
	}
	n, err := do(ctx, []deadKey{k})
	if err == nil && n == 0 {
		err = ErrNoDeadLetter
	}
	return err
}

// doAll calls do with the dead letters that filter selects, page by page.
func (t *Transport) doAll(ctx context.Context, filter bridge.DeadFilter, do func(context.Context, []deadKey) (int, error)) (n int, err error) {
	started := int64(-1) // by the database's clock
	for page, err := range t.deadPages(ctx) {
		if err != nil {
			return n, err
		}
		var keys []deadKey
		for _, d := range page {
			if started < 0 {
				started = d.now
			}
			age := time.Duration(d.now-d.died) * time.Millisecond
			if d.died <= started && filter.Selects(d.Signal, d.Group, d.Reason, age) {
				keys = append(keys, d.deadKey)
			}
		}
		if len(keys) > 0 {
			done, err := do(ctx, keys)
			n += done
			if err != nil {
				return n, err
			}
		}
		if page[len(page)-1].died > started {
			break
		}
	}
	return n, nil
}

func (t *Transport) replay(ctx context.Context, keys []deadKey) (n int, err error) {
	err = retry(ctx, isConflict, func() (err error) {
		n, err = t.exec(ctx, t.db, replayDead, toJSON(keys))
		return err
	})
	t.wake("")
	return n, err
}

func (t *Transport) discard(ctx context.Context, keys []deadKey) (n int, err error) {
	var events []int64
	for _, k := range keys {
		events = append(events, k.Event)
	}
	err = retry(ctx, isConflict, func() error {
		return t.inFewCommits(ctx, func(db conn) (err error) {
			if n, err = t.exec(ctx, db, discardDead, toJSON(keys)); err != nil {
				return err
			}
			return t.deleteDone(ctx, db, events)
		})
	})
	return n, err
}

// deadPages returns an iterator over the dead letters, without their envelopes, in pages
// that are not empty.
func (t *Transport) deadPages(ctx context.Context) iter.Seq2[[]deadRow, error] {
	return func(yield func([]deadRow, error) bool) {
		last := deadRow{died: -1}
		for {
			page, err := t.deadRows(ctx, listDead, last.died, last.Event, last.GroupID)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page) == 0 || !yield(page, nil) || len(page) < pageSize {
				return
			}
			last = page[len(page)-1]
		}
	}
}

// deadRows returns what listDead or readDead selects.
func (t *Transport) deadRows(ctx context.Context, s statement, args ...any) (page []deadRow, err error) {
	err = t.query(ctx, t.db, func(scan scanner) error {
		var d deadRow
		err := scan(&d.Event, &d.GroupID, &d.Signal, &d.Group, &d.Reason, &d.Attempts, &d.died, &d.now)
		d.ID, d.Time = deadLetterID(d.Event, d.GroupID), time.UnixMilli(d.died)
		page = append(page, d)
		return err
	}, s, args...)
	return page, err
}

// loadDead sets the envelopes of a page.
func (t *Transport) loadDead(ctx context.Context, page []deadRow) error {
	var events []int64
	for _, d := range page {
		events = append(events, d.Event)
	}
	envelopes, err := t.loadEnvelopes(ctx, t.db, events)
	for i, d := range page {
		page[i].Envelope = envelopes[d.Event]
	}
	return err
}
