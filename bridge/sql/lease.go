package sqlbridge

import (
	"context"
	"maps"
	"slices"
	"time"
)

// hold adds the claims of a batch. Their leases started at began or later.
func (m *member) hold(batch []claimed, began time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range batch {
		m.held[c.claim] = began
	}
}

// dropClaims drops all claims, after the group has been removed.
func (m *member) dropClaims() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.held)
	m.settlements = nil
}

// holdsNone reports whether all claims are settled, and that is stored.
func (m *member) holdsNone() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.held) == 0
}

// renewAll renews leases until all deliveries are settled. It runs in its own goroutine
// because settleAll may wait for a lock of the database.
func (m *member) renewAll(settled <-chan struct{}) {
	tick := time.NewTicker(min(m.lease/3, broadcastTimeout/10))
	defer tick.Stop()
	var w warner
	for {
		select {
		case <-tick.C:
			m.report(&w, "cannot renew leases", m.renew())
		case <-settled:
			return
		}
	}
}

// renew renews the leases of all claims, and the life of a broadcast group.
func (m *member) renew() error {
	began := time.Now()
	claims := m.claims()
	var renewed []claim
	t := m.transport
	ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), m.lease/3)
	defer cancel()
	err := retry(ctx, isConflict, func() (err error) {
		if m.options.Broadcast {
			_, err = t.exec(ctx, t.db, touchGroup, m.groupID.Load())
		}
		if err == nil && len(claims) > 0 {
			renewed, err = m.renewClaims(ctx, claims)
		}
		return err
	})
	if err == nil {
		m.holdLonger(renewed, began)
	}
	return err
}

// renewClaims renews the leases of claims. It returns those that the member still has: the
// others have been settled, or have ended and may be those of other members.
func (m *member) renewClaims(ctx context.Context, claims []claim) (renewed []claim, err error) {
	t := m.transport
	err = t.query(ctx, t.db, func(scan scanner) error {
		var c claim
		err := scan(&c.Event, &c.Attempt)
		renewed = append(renewed, c)
		return err
	}, renewLeases, m.groupID.Load(), m.owner, toJSON(claims), m.lease.Milliseconds())
	return renewed, err
}

// holdLonger notes that the leases of claims have been renewed at began or later.
func (m *member) holdLonger(renewed []claim, began time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range renewed {
		if _, held := m.held[c]; held {
			m.held[c] = began
		}
	}
}

// claims returns all claims that the member holds.
func (m *member) claims() []claim {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.AppendSeq([]claim{}, maps.Keys(m.held))
}

// dropIfExpired drops a claim of the last batch, and returns true, if its lease has
// expired, for instance because the process was suspended: another member may have claimed
// the delivery. The rest of the batch is then dropped too, so that it comes again in
// order. The goroutine that claims calls it.
func (m *member) dropIfExpired(c claim) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.unheld && elapsed(m.held[c], time.Now()) < m.lease {
		return false
	}
	delete(m.held, c)
	m.unheld = true
	return true
}

// elapsed returns the time between two times, by the monotonic clock or by the wall clock,
// whichever is longer: the monotonic clock stops while a machine is suspended, and the
// wall clock can be set back.
func elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}
