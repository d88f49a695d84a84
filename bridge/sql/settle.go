package sqlbridge

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// An outcome is how a claim was settled, as the statements want it.
type outcome struct {
	claim
	Done   bool   `json:"-"`      // else it is parked
	State  int    `json:"state"`  // what it is then
	Pause  int64  `json:"pause"`  // in milliseconds, until it is due
	Back   int    `json:"back"`   // attempts that were none
	Failed int    `json:"failed"` // failures that were some
	Reason string `json:"reason"`
}

// settle notes how a claim was settled. A claim that is not held any longer is another
// member's.
func (m *member) settle(c claimed, err error) {
	o := m.outcome(c, err)
	if o.State == isDead {
		m.warn("dead letter "+letterID(c.Event, m.group.Load()), err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, held := m.held[c.claim]; !held {
		return
	}
	m.outcomes = append(m.outcomes, o)
	select {
	case m.settled <- struct{}{}:
	default:
	}
}

func (m *member) outcome(c claimed, err error) outcome {
	o := outcome{claim: c.claim}
	keep := m.transport.settings.keep
	switch {
	case err == nil && (keep == 0 || c.envelope == nil):
		o.Done = true
	case err == nil:
		o.State, o.Pause = isKept, keep.Milliseconds()
	case errors.Is(err, bridge.ErrClosed):
		o.State, o.Back = isAgain, 1
	default:
		o.Failed, o.Reason = 1, reason(err)
		o.State, o.Pause = isAgain, m.pause(c.failed+1).Milliseconds()
		if bridge.IsPoison(err) || c.failed+1 >= m.maxDeliver {
			o.State, o.Pause = isDead, 0
		}
	}
	if o.State == isDead && m.options.Broadcast {
		o.Done = true // nobody could replay it
	}
	return o
}

// pause returns how long to wait after the n-th failure.
func (m *member) pause(n int) time.Duration {
	if len(m.backoff) == 0 {
		return 0
	}
	return m.backoff[min(n, len(m.backoff))-1]
}

// reason returns an error's text as databases take it.
func reason(err error) string {
	const most = 4000
	text := strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", "\uFFFD"), "\uFFFD")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return text
}

// settleAll writes how claims were settled, until the subscription has ended and all is
// settled.
func (m *member) settleAll() {
	defer m.leave()
	retry := time.NewTimer(0)
	defer retry.Stop()
	left := m.left
	var deadline <-chan time.Time // after which nothing of this member is left
	for {
		var failed bool
		select {
		case <-m.settled:
			failed = !m.write()
		case <-retry.C:
			failed = !m.write()
		case <-left:
			left = nil
		case <-deadline:
			return
		}
		if failed {
			retry.Reset(m.leastPause())
		}
		if left == nil && m.isDone() {
			return
		}
		if left == nil && failed && deadline == nil {
			deadline = time.After(m.lease)
		}
	}
}

// write writes how claims were settled. It reports whether that went well.
func (m *member) write() bool {
	m.mu.Lock()
	outcomes := m.outcomes
	m.outcomes, m.writing = nil, len(outcomes)
	m.mu.Unlock()
	if len(outcomes) == 0 {
		return true
	}
	defer m.hasWritten()
	ctx, cancel := m.patience()
	defer cancel()
	err := again(ctx, isConflict, func() error { return m.note(ctx, outcomes) })
	m.unsettled.tell(m.transport.settings.logger(), err, "sql bridge: not settling", "signal", m.typ, "group", m.name)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.outcomes = append(outcomes, m.outcomes...)
		return false
	}
	for _, o := range outcomes {
		delete(m.held, o.claim)
	}
	return true
}

// hasWritten has the goroutine that claims look again.
func (m *member) hasWritten() {
	m.mu.Lock()
	m.writing = 0
	m.mu.Unlock()
	select {
	case m.written <- struct{}{}:
	default:
	}
}

// awaitWrites waits while a batch or more was settled and is not written. Whoever claims
// goes on as fast as receivers are, and so could keep the one who writes from a database
// that has one writer at a time: a process that dies then leaves much to be heard again.
func (m *member) awaitWrites() {
	for m.unwritten() >= m.transport.settings.batch {
		select {
		case <-m.written:
		case <-m.ctx.Done():
			return
		}
	}
}

func (m *member) unwritten() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.outcomes) + m.writing
}

// note writes outcomes into the database.
func (m *member) note(ctx context.Context, outcomes []outcome) error {
	t := m.transport
	var done []claim
	var parked []outcome
	for _, o := range outcomes {
		if o.Done {
			done = append(done, o.claim)
		} else {
			parked = append(parked, o)
		}
	}
	if len(parked) > 0 {
		if _, err := t.exec(ctx, t.db, toPark, m.group.Load(), m.owner, text(parked)); err != nil {
			return err
		}
		defer t.wake(m.typ)
	}
	if len(done) == 0 {
		return nil
	}
	return t.together(ctx, func(db conn) error {
		left, err := t.ids(ctx, db, toFinish, m.group.Load(), m.owner, text(done))
		if err != nil || len(left) == 0 {
			return err
		}
		return t.drop(ctx, db, left)
	})
}

// drop deletes those of the events that nobody needs. Two groups that are done with an
// event at the same time do not see each other in the statement that deletes their
// deliveries, but one of them does in this one, which comes after it is committed.
func (t *Transport) drop(ctx context.Context, db conn, events []int64) error {
	_, err := t.exec(ctx, db, toDrop, text(events), t.settings.unheard.Milliseconds())
	return err
}

// renewAll renews leases until all is settled. It does so beside settleAll, which may have
// to wait for the database.
func (m *member) renewAll() {
	defer m.renewing.Done()
	tick := time.NewTicker(min(m.lease/3, silence/10))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			m.renew()
		case <-m.over:
			return
		}
	}
}

// renew renews the lease of what is held.
func (m *member) renew() {
	began := time.Now()
	m.mu.Lock()
	m.noteLapse(began)
	var held []claim
	for c := range m.held {
		held = append(held, c)
	}
	m.mu.Unlock()
	t := m.transport
	ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), m.lease/3)
	defer cancel()
	err := again(ctx, isConflict, func() (err error) {
		if m.options.Broadcast {
			_, err = t.exec(ctx, t.db, toStay, m.group.Load())
		}
		if err == nil && len(held) > 0 {
			_, err = t.exec(ctx, t.db, toRenew, m.group.Load(), m.owner, text(held), m.lease.Milliseconds())
		}
		return err
	})
	m.unrenewed.tell(t.settings.logger(), err, "sql bridge: not renewing leases", "signal", m.typ, "group", m.name)
	if err != nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.renewed = began
}

// isLost reports whether the leases of a batch have ended without having been renewed,
// since the process was stopped, say: another member may have it. It drops a claim that
// is lost. The goroutine that claims calls it.
func (m *member) isLost(c claim) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.noteLapse(time.Now())
	if m.lapses == m.lapsed {
		return false
	}
	delete(m.held, c)
	return true
}

// noteLapse notes whether leases have ended. Whoever renews them looks first: what
// has ended is not brought back by that. The caller holds mu.
func (m *member) noteLapse(now time.Time) {
	if len(m.held) > 0 && elapsed(m.renewed, now) >= m.lease {
		m.lapsed++
		m.renewed = now
	}
}

// elapsed is the time between two by the clock that says more: the monotonic one
// stands still while a machine is suspended, the other one can be set.
func elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}

// dropAll drops what is held, of a group that has been removed.
func (m *member) dropAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.held)
	m.outcomes = nil
}

func (m *member) isDone() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.held) == 0
}

// leave ends the member, and with it a group that was for it alone.
func (m *member) leave() {
	defer close(m.done)
	defer m.transport.end(m)
	close(m.over)
	m.renewing.Wait()
	if !m.options.Broadcast {
		return
	}
	ctx, cancel := m.patience()
	defer cancel()
	if err := m.transport.RemoveGroup(ctx, m.typ, m.name); err != nil {
		m.warn("broadcast not ended yet", err)
	}
}
