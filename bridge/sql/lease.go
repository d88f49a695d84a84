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
	if len(m.held) == 0 {
		m.leaseStart = began
	}
	m.batchExpiries = m.expiries
	for _, c := range batch {
		m.held[c.claim] = struct{}{}
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
	claims := m.startRenewal(began)
	t := m.transport
	ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), m.lease/3)
	defer cancel()
	err := retry(ctx, isConflict, func() (err error) {
		if m.options.Broadcast {
			_, err = t.exec(ctx, t.db, touchGroup, m.groupID.Load())
		}
		if err == nil && len(claims) > 0 {
			_, err = t.exec(ctx, t.db, renewLeases, m.groupID.Load(), m.owner, toJSON(claims), m.lease.Milliseconds())
		}
		return err
	})
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.leaseStart = began
	return nil
}

// startRenewal returns the claims to renew. Before that it checks for expiry, because a
// renewal does not bring back what other members have claimed meanwhile.
func (m *member) startRenewal(now time.Time) (claims []claim) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.checkExpiry(now)
	return slices.Collect(maps.Keys(m.held))
}

// claims returns all claims that the member holds.
func (m *member) claims() []claim {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.AppendSeq([]claim{}, maps.Keys(m.held))
}

// dropIfExpired drops a claim of the last batch, and returns true, if leases have expired
// since the batch was claimed, for instance because the process was suspended: another
// member may have claimed the delivery. The goroutine that claims calls it.
func (m *member) dropIfExpired(c claim) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.checkExpiry(time.Now())
	if m.expiries == m.batchExpiries {
		return false
	}
	delete(m.held, c)
	m.unheld = true
	return true
}

// checkExpiry counts an expiry if leases have expired. The caller holds mu.
func (m *member) checkExpiry(now time.Time) {
	if len(m.held) > 0 && elapsed(m.leaseStart, now) >= m.lease {
		m.expiries++
		m.leaseStart = now
	}
}

// elapsed returns the time between two times, by the monotonic clock or by the wall clock,
// whichever is longer: the monotonic clock stops while a machine is suspended, and the
// wall clock can be set back.
func elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}
