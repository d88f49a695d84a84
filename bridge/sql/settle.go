package sqlbridge

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A settlement is how a delivery was settled: the row of updateSettled, or of
// deleteSettled if it is done and not kept.
type settlement struct {
	claim
	Delete   bool   `json:"-"`
	State    int    `json:"state"`
	Pause    int64  `json:"pause"`    // until it is due, in milliseconds
	Returned int    `json:"returned"` // 1 if it was given back, and the attempt does not count
	Failed   int    `json:"failed"`   // 1 if it has failed
	Reason   string `json:"reason"`
}

// settle settles a delivery. It ignores one that the member no longer holds.
func (m *member) settle(c claimed, err error) {
	s := m.settlement(c, err)
	if m.addSettlement(s) && s.State == stateDead {
		m.warn("dead letter "+deadLetterID(c.Event, m.groupID.Load()), err)
	}
}

// addSettlement adds a settlement to be stored. It returns false if the member no longer
// holds the claim.
func (m *member) addSettlement(s settlement) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, held := m.held[s.claim]; !held {
		return false
	}
	m.settlements = append(m.settlements, s)
	putToken(m.settled)
	return true
}

func (m *member) settlement(c claimed, err error) settlement {
	s := settlement{claim: c.claim}
	keep := m.transport.settings.keep
	switch {
	case err == nil && (keep == 0 || c.envelope == nil):
		s.Delete = true
	case err == nil:
		s.State, s.Pause = stateKept, keep.Milliseconds()
	case errors.Is(err, bridge.ErrClosed):
		s.State, s.Returned = stateWaiting, 1
	case bridge.IsPoison(err) || c.failures+1 >= m.maxDeliver:
		s.State, s.Failed, s.Reason = stateDead, 1, reason(err)
		s.Delete = m.options.Broadcast // its group is removed with the member, so it cannot be replayed
	default:
		s.State, s.Failed, s.Reason = stateRetry, 1, reason(err)
		s.Pause = m.retryPause(c.failures + 1).Milliseconds()
	}
	return s
}

// retryPause returns the pause after the nth failure.
func (m *member) retryPause(n int) time.Duration {
	if len(m.backoff) == 0 {
		return 0
	}
	return m.backoff[min(n, len(m.backoff))-1]
}

// reason returns the text of an error, as databases accept it.
func reason(err error) string {
	const longest = 4000
	text := strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", "\uFFFD"), "\uFFFD")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	return text
}

// settleAll stores settlements until claims have ended and all deliveries are settled.
func (m *member) settleAll(claimsEnded <-chan struct{}) {
	again := time.NewTimer(0)
	defer again.Stop()
	var deadline <-chan time.Time // after the last claims, a lease after the database has failed
	var w warner
	store := func() error {
		err := m.store()
		m.report(&w, "cannot store how deliveries were settled", err)
		return err
	}
	for {
		var err error
		select {
		case <-m.settled:
			err = store()
		case <-again.C:
			err = store()
		case <-claimsEnded:
			claimsEnded = nil
		case <-deadline:
			return
		}
		if err != nil {
			again.Reset(m.shortestPause())
		}
		if claimsEnded != nil {
			continue
		}
		if m.holdsNone() {
			return
		}
		if err == nil {
			deadline = nil // the leases are renewed
		} else if deadline == nil {
			deadline = time.After(m.lease)
		}
	}
}

// store stores the settlements that there are.
func (m *member) store() error {
	settlements := m.startStoring()
	if len(settlements) == 0 {
		return nil
	}
	ctx, cancel := m.queryContext()
	defer cancel()
	err := retry(ctx, isConflict, func() error { return m.storeSettlements(ctx, settlements) })
	m.endStoring(settlements, err)
	return err
}

func (m *member) startStoring() []settlement {
	m.mu.Lock()
	defer m.mu.Unlock()
	settlements := m.settlements
	m.settlements, m.storing = nil, len(settlements)
	return settlements
}

func (m *member) endStoring(settlements []settlement, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.storing = 0
	if err != nil {
		m.settlements = append(settlements, m.settlements...)
	} else {
		for _, s := range settlements {
			delete(m.held, s.claim)
		}
	}
	putToken(m.stored)
}

// awaitStored waits while a batch or more is settled and not stored. Otherwise claims
// could keep settlements from a database that has one writer at a time, and if the
// process died all of these deliveries would come again.
func (m *member) awaitStored() {
	for m.notStored() >= m.transport.settings.batch {
		select {
		case <-m.stored:
		case <-m.ctx.Done():
			return
		}
	}
}

func (m *member) notStored() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.settlements) + m.storing
}

// storeSettlements stores settlements in the database.
func (m *member) storeSettlements(ctx context.Context, settlements []settlement) error {
	t := m.transport
	var done []claim
	var kept []settlement
	for _, s := range settlements {
		if s.Delete {
			done = append(done, s.claim)
		} else {
			kept = append(kept, s)
		}
	}
	if len(kept) > 0 {
		if _, err := t.exec(ctx, t.db, updateSettled, m.groupID.Load(), m.owner, toJSON(kept)); err != nil {
			return err
		}
		defer t.wake(m.typ) // those that were given back
	}
	if len(done) == 0 {
		return nil
	}
	return t.inFewCommits(ctx, func(db conn) error {
		events, err := t.queryIDs(ctx, db, deleteSettled, m.groupID.Load(), m.owner, toJSON(done))
		if err != nil || len(events) == 0 {
			return err
		}
		return t.deleteDone(ctx, db, events)
	})
}

// deleteDone deletes those of the events that no group needs. It is a statement of its
// own, after the commit of the one that deletes deliveries: when two groups delete the
// last deliveries of an event at the same time, neither sees that the other one does.
func (t *Transport) deleteDone(ctx context.Context, db conn, events []int64) error {
	_, err := t.exec(ctx, db, deleteEvents, toJSON(events), t.settings.keepUnheard.Milliseconds())
	return err
}
