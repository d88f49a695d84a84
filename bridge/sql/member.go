package sqlbridge

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A member is one subscription: one member of a group. One goroutine claims deliveries and
// calls the handler, one renews leases, and one stores how deliveries were settled.
type member struct {
	transport  *Transport
	ctx        context.Context // of the subscription
	typ, group string
	options    bridge.SubscribeOptions
	handle     bridge.Handler
	owner      string // identifies the member in the rows that it has claimed
	lease      time.Duration
	maxDeliver int
	backoff    []time.Duration
	groupID    atomic.Int64 // changes when the group is removed and created again

	// Used only by the goroutine that claims.
	cursor cursor
	unheld bool // the member may have claims in the database that it does not hold

	// Each channel has room for one token, except done.
	woken   chan struct{} // there may be something to claim
	settled chan struct{} // there is a settlement to store
	stored  chan struct{} // settlements have been stored, or that has failed
	done    chan struct{} // closed when the member has ended

	mu          sync.Mutex          // guards what follows
	held        map[claim]time.Time // claimed, with no settlement stored yet; no lease started earlier than that
	settlements []settlement        // to be stored
	storing     int                 // settlements that are being stored
}

// newMember returns a member that has not joined its group.
func (t *Transport) newMember(ctx context.Context, typ, group string, opts bridge.SubscribeOptions, handle bridge.Handler) *member {
	m := &member{
		transport:  t,
		ctx:        ctx,
		typ:        typ,
		group:      group,
		options:    opts,
		handle:     handle,
		owner:      rand.Text()[:16],
		lease:      t.settings.lease,
		maxDeliver: t.settings.maxDeliver,
		backoff:    t.settings.backoff,
		held:       make(map[claim]time.Time),
		woken:      make(chan struct{}, 1),
		settled:    make(chan struct{}, 1),
		stored:     make(chan struct{}, 1),
		done:       make(chan struct{}),
	}
	if opts.AckWait > 0 {
		m.lease = max(opts.AckWait, shortestLease)
	}
	if opts.MaxDeliver > 0 {
		m.maxDeliver = opts.MaxDeliver
	}
	if len(opts.Backoff) > 0 {
		m.backoff = opts.Backoff
	}
	return m
}

// run runs the member until its subscription has ended and its deliveries are settled.
func (m *member) run() {
	defer close(m.done)
	defer m.transport.removeMember(m)
	claimsEnded, settled := make(chan struct{}), make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() {
		defer close(claimsEnded)
		m.claimAll()
	})
	others.Go(func() { m.renewAll(settled) })
	m.settleAll(claimsEnded)
	close(settled)
	others.Wait()
	if m.options.Broadcast {
		m.removeBroadcast()
	}
}

// removeBroadcast removes the member's group, which no other member has.
func (m *member) removeBroadcast() {
	ctx, cancel := m.queryContext()
	defer cancel()
	if err := m.transport.RemoveGroup(ctx, m.typ, m.group); err != nil {
		m.warn("cannot remove the group of a broadcast yet", err)
	}
}

// wake makes the member poll.
func (m *member) wake() { putToken(m.woken) }

// putToken puts a token into a channel that has room for one.
func putToken(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// queryContext returns the ctx for queries. It does not end with the subscription: an
// interrupted claim may have succeeded, and would block the events for a lease.
func (m *member) queryContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(m.ctx), max(m.lease, 5*time.Second))
}

// shortestPause is the first pause of an idle member between two polls.
func (m *member) shortestPause() time.Duration {
	return max(m.transport.settings.poll/16, time.Millisecond)
}

// warn logs an error.
func (m *member) warn(msg string, err error) {
	m.transport.settings.logger().Warn("sql bridge: "+msg, "signal", m.typ, "group", m.group, "error", err)
}

// report reports the result of an operation to a warner.
func (m *member) report(w *warner, msg string, err error) {
	w.report(m.transport.settings.logger(), "sql bridge: "+msg, err, "signal", m.typ, "group", m.group)
}
