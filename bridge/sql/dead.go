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

// ErrNoDeadLetter is wrapped by the errors about a dead letter that is not there.
var ErrNoDeadLetter = errors.New("no such dead letter")

// A DeadLetter is an envelope that one group could not take.
type DeadLetter struct {
	ID       string // as in the view signals_dead
	Time     time.Time
	Group    string
	Signal   string // what the group listens to
	Reason   string // the error of the last attempt
	Attempts int    // how many times it was handed over to the group
	Envelope *bridge.Envelope
}

// DeadLetters returns an iterator over the dead letters of all groups, the oldest
// first. It reads a page after another, and ends with an error if it cannot.
func (t *Transport) DeadLetters(ctx context.Context) iter.Seq2[DeadLetter, error] {
	return func(yield func(DeadLetter, error) bool) {
		for page, err := range t.pages(ctx) {
			if err == nil {
				err = t.open(ctx, page)
			}
			if err != nil {
				yield(DeadLetter{}, fmt.Errorf("sql bridge: dead letters: %w", err))
				return
			}
			for _, l := range page {
				if l.Envelope != nil && !yield(l.DeadLetter, nil) {
					return
				}
			}
		}
	}
}

// Replay hands a dead letter to its group again, as if for the first time.
func (t *Transport) Replay(ctx context.Context, id string) error {
	if err := t.one(ctx, id, t.replay); err != nil {
		return fmt.Errorf("sql bridge: replay dead letter %s: %w", id, err)
	}
	return nil
}

// ReplayAll replays the dead letters that filter selects, of those that there are when
// it begins. It returns how many there were.
func (t *Transport) ReplayAll(ctx context.Context, filter bridge.DeadFilter) (n int, err error) {
	if n, err = t.each(ctx, filter, t.replay); err != nil {
		return n, fmt.Errorf("sql bridge: replay dead letters: %w", err)
	}
	return n, nil
}

// Discard deletes a dead letter.
func (t *Transport) Discard(ctx context.Context, id string) error {
	if err := t.one(ctx, id, t.discard); err != nil {
		return fmt.Errorf("sql bridge: discard dead letter %s: %w", id, err)
	}
	return nil
}

// DiscardAll deletes the dead letters that filter selects, of those that there are
// when it begins. It returns how many there were.
func (t *Transport) DiscardAll(ctx context.Context, filter bridge.DeadFilter) (n int, err error) {
	if n, err = t.each(ctx, filter, t.discard); err != nil {
		return n, fmt.Errorf("sql bridge: discard dead letters: %w", err)
	}
	return n, nil
}

// A letter is the place of a dead letter, as statements want it.
type letter struct {
	Event int64 `json:"event"`
	Group int64 `json:"group_id"`
}

// A found is a dead letter as it is listed.
type found struct {
	DeadLetter
	letter
	died, now int64 // by the database's clock
}

func letterID(event, group int64) string {
	return strconv.FormatInt(event, 10) + "-" + strconv.FormatInt(group, 10)
}

func parseLetter(id string) (l letter, err error) {
	event, group, _ := strings.Cut(id, "-")
	l.Event, err = strconv.ParseInt(event, 10, 64)
	if err == nil {
		l.Group, err = strconv.ParseInt(group, 10, 64)
	}
	if err != nil {
		return l, ErrNoDeadLetter
	}
	return l, nil
}

// one does something about the dead letter that has an id.
func (t *Transport) one(ctx context.Context, id string, do func(context.Context, []letter) (int, error)) error {
	l, err := parseLetter(id)
	if err != nil {
		return err
	}
	n, err := do(ctx, []letter{l})
	if err == nil && n == 0 {
		err = ErrNoDeadLetter
	}
	return err
}

// each does something about the dead letters that filter selects.
func (t *Transport) each(ctx context.Context, filter bridge.DeadFilter, do func(context.Context, []letter) (int, error)) (n int, err error) {
	until := int64(-1)
	for page, err := range t.pages(ctx) {
		if err != nil {
			return n, err
		}
		var all []letter
		for _, l := range page {
			if until < 0 {
				until = l.now
			}
			dead := time.Duration(l.now-l.died) * time.Millisecond
			if l.died <= until && filter.Selects(l.Signal, l.DeadLetter.Group, l.Reason, dead) {
				all = append(all, l.letter)
			}
		}
		if len(all) > 0 {
			done, err := do(ctx, all)
			n += done
			if err != nil {
				return n, err
			}
		}
		if page[len(page)-1].died > until {
			break
		}
	}
	return n, nil
}

func (t *Transport) replay(ctx context.Context, all []letter) (n int, err error) {
	err = again(ctx, isConflict, func() (err error) {
		n, err = t.exec(ctx, t.db, toReplay, text(all))
		return err
	})
	t.wake("")
	return n, err
}

func (t *Transport) discard(ctx context.Context, all []letter) (n int, err error) {
	var events []int64
	for _, l := range all {
		events = append(events, l.Event)
	}
	err = again(ctx, isConflict, func() error {
		return t.together(ctx, func(db conn) (err error) {
			if n, err = t.exec(ctx, db, toDiscard, text(all)); err != nil {
				return err
			}
			return t.drop(ctx, db, events)
		})
	})
	return n, err
}

// pages returns an iterator over the dead letters, without their envelopes, in pages
// of at least one.
func (t *Transport) pages(ctx context.Context) iter.Seq2[[]found, error] {
	return func(yield func([]found, error) bool) {
		last := found{died: -1}
		for {
			var page []found
			err := t.rows(ctx, t.db, func(scan func(to ...any) error) error {
				var l found
				err := scan(&l.Event, &l.letter.Group, &l.Signal, &l.DeadLetter.Group, &l.Reason, &l.Attempts, &l.died, &l.now)
				l.ID, l.Time = letterID(l.Event, l.letter.Group), time.UnixMilli(l.died)
				page = append(page, l)
				return err
			}, toBury, last.died, last.Event, last.letter.Group)
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

// open reads the envelopes of a page.
func (t *Transport) open(ctx context.Context, page []found) error {
	var events []int64
	for _, l := range page {
		events = append(events, l.Event)
	}
	envelopes, err := t.load(ctx, t.db, events)
	for i, l := range page {
		page[i].Envelope = envelopes[l.Event]
	}
	return err
}
