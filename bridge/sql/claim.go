package sqlbridge

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A claim identifies one attempt at a delivery. A member settles a delivery only if the
// row still has its owner and this attempt.
type claim struct {
	Event   int64 `json:"event"`
	Attempt int   `json:"attempt"`
}

// A claimed is a claimed delivery.
type claimed struct {
	claim
	failures int
	envelope *bridge.Envelope // nil if the event has been deleted by hand
}

// claimAll claims and delivers until the subscription ends.
func (m *member) claimAll() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	pause := m.shortestPause()
	var w warner
	for m.ctx.Err() == nil {
		wait, err := m.claimNext()
		if m.ctx.Err() != nil {
			return
		}
		m.report(&w, "cannot claim", err)
		switch {
		case err != nil:
			wait = m.transport.settings.poll
		case wait == 0:
			pause = m.shortestPause()
			continue
		}
		timer.Reset(min(pause, wait))
		pause = min(2*pause, m.transport.settings.poll)
		select {
		case <-timer.C:
		case <-m.woken:
			pause = m.shortestPause()
		case <-m.ctx.Done():
		}
	}
}

// claimNext claims a batch and delivers it. There may be another batch after wait, or
// earlier if the member is woken.
func (m *member) claimNext() (wait time.Duration, err error) {
	m.awaitStored()
	batch, wait, err := m.nextBatch()
	if err == nil {
		m.deliver(batch)
	}
	return wait, err
}

// forever is a wait that only being woken ends, or polling.
const forever = time.Duration(1<<63 - 1)

// nextBatch claims a batch, if there is something to claim. If there is not, wait is the
// time until there may be.
func (m *member) nextBatch() (batch []claimed, wait time.Duration, err error) {
	ctx, cancel := m.queryContext()
	defer cancel()
	rescan := m.cursor.start(time.Now())
	if rescan {
		if err := m.backfill(ctx); err != nil { // first, because its events are older
			return nil, 0, err
		}
	}
	state, err := m.poll(ctx)
	if err == nil && state.ready {
		batch, err = m.claim(ctx, state)
	}
	if err != nil {
		return nil, 0, err
	}
	if rescan {
		m.cursor.rescanned(time.Now())
	}
	if len(batch) < m.transport.settings.batch {
		m.cursor.drained(state.now)
	}
	if len(batch) > 0 {
		m.cursor.claimed(batch[len(batch)-1].Event)
		return batch, 0, nil
	}
	wait = state.wait
	if state.ready {
		wait, err = m.skipWindow(ctx)
	} else {
		m.cursor.rewind()
	}
	if !rescan { // only a rescan may find what the member was woken for
		wait = min(wait, max(time.Until(m.cursor.nextRescan), 0))
	}
	return nil, wait, err
}

// A groupState is the state of a group, from the cursor.
type groupState struct {
	ready bool          // there is a delivery to claim, unless other members have its key
	ended bool          // leases have ended
	wait  time.Duration // until a lease or a pause ends
	now   int64         // the time of the database
}

// poll reads the state of the group, in one fast query: a claim needs a transaction.
func (m *member) poll(ctx context.Context) (s groupState, err error) {
	t := m.transport
	var groups int
	var waiting, leased, paused sql.NullInt64
	row := t.queryRow(ctx, t.db, pollGroup, m.groupID.Load(), m.cursor.after, m.cursor.dueFrom)
	if err := row.Scan(&groups, &waiting, &leased, &paused, &s.now); err != nil {
		return s, err
	}
	if groups == 0 {
		return s, m.rejoin()
	}
	wait := forever
	for _, due := range []sql.NullInt64{leased, paused} {
		if due.Valid {
			wait = min(wait, time.Duration(due.Int64-s.now)*time.Millisecond)
		}
	}
	s.ready = waiting.Valid || wait <= 0
	s.ended = leased.Valid && leased.Int64 <= s.now
	s.wait = max(wait, time.Millisecond)
	return s, nil
}

// claim claims a batch, in order. What is due at the time of state can be claimed. All
// other leases count as those of members that are alive, even if they have ended since, or
// had ended when a slow commit made them visible.
func (m *member) claim(ctx context.Context, state groupState) (batch []claimed, err error) {
	t := m.transport
	var began time.Time
	err = retry(ctx, isConflict, func() error {
		return t.inTx(ctx, func(db conn) (err error) {
			batch, began, err = m.claimTx(ctx, db, state)
			return err
		})
	})
	if errors.Is(err, errRemoved) {
		return nil, m.rejoin()
	}
	if err != nil {
		m.unheld = true // if the commit has succeeded and its answer is lost
		return nil, err
	}
	m.unheld = false
	m.hold(batch, began)
	return batch, nil
}

var errRemoved = errors.New("the group has been removed, and is created again")

// rejoin creates the group again after it was removed, unless the subscription has ended.
// It always returns an error, because there is nothing to claim.
func (m *member) rejoin() error {
	m.cursor = cursor{}
	m.dropClaims()
	return errors.Join(errRemoved, m.join(m.ctx))
}

// claimTx is claim in a transaction. The leases start at began or later.
func (m *member) claimTx(ctx context.Context, db conn, state groupState) (batch []claimed, began time.Time, err error) {
	t := m.transport
	var id int64
	var settings string
	row := t.queryRow(ctx, db, lockGroup, m.groupID.Load(), strconv.FormatInt(m.lease.Milliseconds(), 10))
	if err := row.Scan(&id, &settings); errors.Is(err, sql.ErrNoRows) {
		return nil, began, errRemoved
	} else if err != nil {
		return nil, began, err
	}
	if err := m.release(ctx, db, state); err != nil {
		return nil, began, err
	}
	began = time.Now()
	withEnvelope := !t.backend.embedded
	err = t.query(ctx, db, func(scan scanner) (err error) {
		var c claimed
		if withEnvelope {
			c.envelope, err = scanEnvelope(scan, &c.Event, &c.Attempt, &c.failures)
		} else {
			err = scan(&c.Event, &c.Attempt, &c.failures)
		}
		batch = append(batch, c)
		return err
	}, claimDeliveries, m.groupID.Load(), m.owner, m.cursor.after, m.lease.Milliseconds(), m.cursor.dueFrom, state.now)
	if err != nil || withEnvelope || len(batch) == 0 {
		return batch, began, err
	}
	slices.SortFunc(batch, func(a, b claimed) int { return cmp.Compare(a.Event, b.Event) })
	return batch, began, t.loadBatch(ctx, db, batch)
}

// release makes all deliveries wait again that are claimed and not held: whose leases have
// ended, and that the member itself has dropped. Otherwise later events of their keys
// could be claimed before them.
func (m *member) release(ctx context.Context, db conn, state groupState) error {
	t := m.transport
	if state.ended {
		if _, err := t.exec(ctx, db, endLeases, m.groupID.Load(), m.cursor.dueFrom, state.now); err != nil {
			return err
		}
	}
	if m.unheld {
		if _, err := t.exec(ctx, db, returnUnheld, m.groupID.Load(), m.owner, toJSON(m.claims())); err != nil {
			return err
		}
	}
	if state.ended || m.unheld {
		m.cursor.restart()
	}
	return nil
}

// loadBatch sets the envelopes of a batch.
func (t *Transport) loadBatch(ctx context.Context, db conn, batch []claimed) error {
	var events []int64
	for _, c := range batch {
		events = append(events, c.Event)
	}
	envelopes, err := t.loadEnvelopes(ctx, db, events)
	for i, c := range batch {
		batch[i].envelope = envelopes[c.Event]
	}
	return err
}

// loadEnvelopes returns the envelopes of events.
func (t *Transport) loadEnvelopes(ctx context.Context, db conn, events []int64) (map[int64]*bridge.Envelope, error) {
	envelopes := make(map[int64]*bridge.Envelope)
	err := t.query(ctx, db, func(scan scanner) error {
		var event int64
		e, err := scanEnvelope(scan, &event)
		envelopes[event] = e
		return err
	}, loadEvents, toJSON(events))
	return envelopes, err
}

// unsettledFactor is how many times MaxDeliver an event may be delivered without being
// settled. Such an event may crash the process, or share its fate.
const unsettledFactor = 4

// deliver calls the handler with a batch. When the subscription ends, it gives back the
// rest of the batch.
func (m *member) deliver(batch []claimed) {
	for _, c := range batch {
		switch {
		case c.envelope == nil:
			m.settle(c, nil)
		case c.Attempt > unsettledFactor*m.maxDeliver:
			m.settle(c, bridge.Poison(fmt.Errorf("delivered %d times without being settled", c.Attempt-1)))
		case m.ctx.Err() != nil:
			m.settle(c, bridge.ErrClosed)
		case m.dropIfExpired(c.claim):
		default:
			m.handle(bridge.Delivery{
				Envelope: c.envelope,
				Attempt:  c.Attempt,
				Last:     c.failures+1 >= m.maxDeliver,
				Settle:   func(err error) { m.settle(c, err) },
			})
		}
	}
}

// skipWindow moves the cursor behind a window of deliveries whose keys other members have
// claimed.
func (m *member) skipWindow(ctx context.Context) (wait time.Duration, err error) {
	t := m.transport
	var last sql.NullInt64
	if err := t.queryRow(ctx, t.db, findWindowEnd, m.groupID.Load(), m.cursor.after).Scan(&last); err != nil {
		return 0, err
	}
	if !last.Valid {
		m.cursor.rewind()
		return forever, nil
	}
	m.cursor.after = last.Int64
	return 0, nil
}
