package sqlbridge

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A member is one subscription. One goroutine claims deliveries and hands them over,
// one renews their leases, and one writes how they were settled.
type member struct {
	transport  *Transport
	ctx        context.Context // of the subscription
	typ, name  string
	options    bridge.SubscribeOptions
	handle     bridge.Handler
	owner      string // in the rows that this member holds
	lease      time.Duration
	maxDeliver int
	backoff    []time.Duration

	// Of the goroutine that claims.
	cursor cursor
	looked int64 // when it looked last, by the database's clock
	lapses int   // how many there were when the last batch was claimed

	unsettled trouble // of the goroutine that settles
	unrenewed trouble // of the goroutine that renews leases
	renewing  sync.WaitGroup

	group atomic.Int64 // the id of its group

	woken   chan struct{} // holds a token when there may be something to claim
	settled chan struct{} // holds a token when there is something to write
	written chan struct{} // holds a token when something was written, or failed to be
	left    chan struct{} // closed when nothing more is handed over
	over    chan struct{} // closed when all is settled
	done    chan struct{} // closed when all of this has ended

	mu       sync.Mutex // guards what follows
	held     map[claim]struct{}
	outcomes []outcome
	writing  int       // outcomes that are being written
	renewed  time.Time // when the oldest lease of what is held began
	lapsed   int       // how often that was longer ago than a lease
}

// A claim is a delivery that a member has claimed. Nobody else can settle it, nor this
// member another claim by it.
type claim struct {
	Event   int64 `json:"event"`
	Attempt int   `json:"attempt"`
}

// A claimed is a claim with what is claimed.
type claimed struct {
	claim
	failed   int
	envelope *bridge.Envelope // nil if somebody has deleted the event
}

// wake has the member look for something to claim.
func (m *member) wake() {
	select {
	case m.woken <- struct{}{}:
	default:
	}
}

// claimAll claims and hands over until the subscription ends.
func (m *member) claimAll() {
	defer close(m.left)
	timer := time.NewTimer(0)
	defer timer.Stop()
	idle := m.leastPause()
	var trouble trouble
	for m.ctx.Err() == nil {
		more, err := m.round()
		if m.ctx.Err() != nil {
			return
		}
		trouble.tell(m.transport.settings.logger(), err, "sql bridge: not claiming", "signal", m.typ, "group", m.name)
		var pause time.Duration
		switch {
		case err != nil:
			idle = min(2*idle, m.transport.settings.poll)
			pause = idle
		case more == 0:
			idle = m.leastPause()
			continue
		default:
			pause = min(idle, more)
			idle = min(2*idle, m.transport.settings.poll)
		}
		timer.Reset(pause)
		select {
		case <-timer.C:
		case <-m.woken:
			idle = m.leastPause()
		case <-m.ctx.Done():
		}
	}
}

func (m *member) leastPause() time.Duration {
	return max(m.transport.settings.poll/16, time.Millisecond)
}

func (m *member) warn(what string, err error) {
	m.transport.settings.logger().Warn("sql bridge: "+what, "signal", m.typ, "group", m.name, "error", err)
}

// round claims once and hands over what it has claimed. It returns after what time
// there may be more: 0 if that is at once.
func (m *member) round() (more time.Duration, err error) {
	m.awaitWrites()
	batch, more, err := m.next()
	if err == nil {
		m.handOver(batch)
	}
	return more, err
}

// next claims a batch, if there is one. more is the time after which there may be more.
func (m *member) next() (batch []claimed, more time.Duration, err error) {
	ctx, cancel := m.patience()
	defer cancel()
	rescan := m.cursor.start(time.Now())
	if rescan {
		if err := m.catchUp(ctx); err != nil {
			return nil, 0, err
		}
	}
	ready, more, err := m.look(ctx)
	if err == nil && ready {
		batch, err = m.claim(ctx)
	}
	if err != nil {
		return nil, 0, err
	}
	if rescan {
		m.cursor.rescanned(time.Now())
	}
	if len(batch) < m.transport.settings.batch {
		m.cursor.drained(m.looked)
	}
	switch {
	case len(batch) > 0:
		m.cursor.claimed(batch[len(batch)-1].Event)
		return batch, 0, nil
	case ready:
		more, err = m.skip(ctx)
	default:
		m.cursor.rewind()
	}
	if !rescan { // whatever woke the member may be found by a rescan only
		more = min(more, max(time.Until(m.cursor.rescan), 0))
	}
	return nil, more, err
}

// patience returns the ctx of what a member does at the database. It lasts a lease,
// and does not end with the subscription, for that would leave in doubt what has been
// claimed.
func (m *member) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(m.ctx), max(m.lease, 5*time.Second))
}

const forever = time.Duration(1<<63 - 1)

// look looks whether there is something to claim, or when there will be.
func (m *member) look(ctx context.Context) (ready bool, more time.Duration, err error) {
	t := m.transport
	var groups int
	var waiting, inHand, again sql.NullInt64
	var now int64
	if err := t.row(ctx, t.db, toLook, m.group.Load(), m.cursor.after, m.cursor.dueFrom).Scan(&groups, &waiting, &inHand, &again, &now); err != nil {
		return false, 0, err
	}
	m.looked = now
	if groups == 0 {
		return false, 0, m.rejoin()
	}
	more = forever
	for _, due := range []sql.NullInt64{inHand, again} {
		if due.Valid {
			more = min(more, time.Duration(due.Int64-now)*time.Millisecond)
		}
	}
	return waiting.Valid || more <= 0, max(more, time.Millisecond), nil
}

// claim claims a batch, in order.
func (m *member) claim(ctx context.Context) (batch []claimed, err error) {
	t := m.transport
	began := time.Now()
	err = again(ctx, isConflict, func() error {
		return t.within(ctx, func(db conn) (err error) {
			batch, err = m.take(ctx, db)
			return err
		})
	})
	if errors.Is(err, errRemoved) {
		return nil, m.rejoin()
	}
	if err != nil {
		return nil, err
	}
	m.hold(batch, began)
	return batch, nil
}

var errRemoved = errors.New("the group has been removed, and is made anew")

// rejoin makes the group anew, which somebody has removed, unless the subscription has
// ended. It returns an error in any case.
func (m *member) rejoin() error {
	m.cursor = cursor{}
	m.dropAll()
	return errors.Join(errRemoved, m.join(m.ctx))
}

// take is claim in a transaction.
func (m *member) take(ctx context.Context, db conn) (batch []claimed, err error) {
	t := m.transport
	var id int64
	var settings string
	err = t.row(ctx, db, toHold, m.group.Load(), strconv.FormatInt(m.lease.Milliseconds(), 10)).Scan(&id, &settings)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errRemoved
	}
	if err != nil {
		return nil, err
	}
	apart := t.language.embedded
	var ids []int64
	err = t.rows(ctx, db, func(scan func(to ...any) error) (err error) {
		var c claimed
		if apart {
			err = scan(&c.Event, &c.Attempt, &c.failed)
		} else {
			c.envelope, _, err = scanEnvelope(scan, &c.Event, &c.Attempt, &c.failed)
		}
		batch, ids = append(batch, c), append(ids, c.Event)
		return err
	}, toClaim, m.group.Load(), m.owner, m.cursor.after, m.lease.Milliseconds(), m.cursor.dueFrom)
	if err != nil || !apart || len(batch) == 0 {
		return batch, err
	}
	slices.SortFunc(batch, func(a, b claimed) int { return cmp.Compare(a.Event, b.Event) })
	events, err := t.load(ctx, db, ids)
	for i, c := range batch {
		batch[i].envelope = events[c.Event]
	}
	return batch, err
}

// load reads events.
func (t *Transport) load(ctx context.Context, db conn, ids []int64) (map[int64]*bridge.Envelope, error) {
	all := make(map[int64]*bridge.Envelope)
	err := t.rows(ctx, db, func(scan func(to ...any) error) error {
		var id int64
		e, _, err := scanEnvelope(scan, &id)
		all[id] = e
		return err
	}, toLoad, text(ids))
	return all, err
}

// text returns a parameter that is a list or rows.
func text(list any) string {
	text, err := json.Marshal(list)
	if err != nil {
		panic("sqlbridge: " + err.Error()) // it is made of numbers and text
	}
	return string(text)
}

// hold notes what has been claimed.
func (m *member) hold(batch []claimed, began time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.held) == 0 {
		m.renewed = began
	}
	m.lapses = m.lapsed
	for _, c := range batch {
		m.held[c.claim] = struct{}{}
	}
}

// handOver hands a batch over. What is left when the subscription ends is given back.
func (m *member) handOver(batch []claimed) {
	for _, c := range batch {
		switch {
		case c.envelope == nil:
			m.settle(c, nil)
		case c.Attempt > 4*m.maxDeliver:
			m.settle(c, bridge.Poison(fmt.Errorf("handed over %d times without being settled", c.Attempt-1)))
		case m.ctx.Err() != nil:
			m.settle(c, bridge.ErrClosed)
		case m.isLost(c.claim):
		default:
			m.handle(bridge.Delivery{
				Envelope: c.envelope,
				Attempt:  c.Attempt,
				Last:     c.failed+1 >= m.maxDeliver,
				Settle:   func(err error) { m.settle(c, err) },
			})
		}
	}
}

// skip goes on behind a window in which there was nothing to claim, because other
// members have the keys of all that is in it.
func (m *member) skip(ctx context.Context) (more time.Duration, err error) {
	t := m.transport
	var last sql.NullInt64
	if err := t.row(ctx, t.db, toReach, m.group.Load(), m.cursor.after).Scan(&last); err != nil {
		return 0, err
	}
	if !last.Valid {
		m.cursor.rewind()
		return forever, nil
	}
	m.cursor.after = last.Int64
	return 0, nil
}
