package runtime

import (
	"context"
	"math"
	"unsafe"
)

// A ring is a buffer shared by the queues of consecutive async receivers. It stores
// each send once, however many receivers there are. The queues follow the ring, each at
// its own position.
//
// A queue that lags behind cannot follow: it would block the others, or lose sends that
// its [Overflow] promises to keep. It gets its own backlog, and stays apart from the
// ring until it has caught up. The same goes for a queue that gets a send that the
// others do not get.
//
// The core's queuing guards all fields, and the slots except for those that a worker
// has claimed. A worker reads these without the lock; nobody writes them before the
// queue has moved past them.
type ring struct {
	kind    *Kind
	members []*queue      // in the order of the list; some may have left
	run     []*Connection // the part of a snapshot's array that holds the members; nil once one has left
	live    int           // members that have not left

	stored    storage
	tail      uint64    // the position after the last send
	limit     uint64    // while tail is below it, no following member is full and slots suffice
	cleared   uint64    // slots of lower positions are empty or hold another send
	kept      [2]uint64 // a range of positions whose slots workers of queues that no longer follow may read
	following int       // members that follow
	busy      int       // following members with a worker that does not sleep
	sleepers  []*queue  // members to wake at the next send; some may have left, or stand apart
	apart     []*queue  // members that do not follow; some may have left
}

func newRing(k *Kind) *ring {
	return &ring{kind: k, stored: k.grown(nil, 0)}
}

// isOf reports whether the members are the async receivers at the beginning of left.
// The array of a snapshot never changes, so it is enough to compare addresses.
func (r *ring) isOf(left []*Connection) bool {
	n := len(r.run)
	return n > 0 && n <= len(left) && &r.run[0] == &left[0] && (n == len(left) || !left[n].shares())
}

// put stores a send for the members that follow, and wakes those that sleep.
func (r *ring) put(ctx context.Context, args any) {
	slot := r.stored.slot(r.tail)
	if before := r.tail - uint64(len(r.stored)); r.keeps(before) {
		r.vacate(slot, before)
	}
	r.kind.store(*slot, ctx, args)
	r.tail++
	sleepers := r.sleepers
	r.sleepers = sleepers[:0]
	for _, q := range sleepers {
		if q.ring != r || !q.listed {
			continue // it has left, and may have come back
		}
		q.listed = false
		if !q.apart && len(q.asleep) > 0 {
			q.wake()
		}
	}
}

// keep reserves a range of slots for a worker that reads them.
func (r *ring) keep(from, to uint64) {
	switch {
	case from == to:
	case r.kept[0] == r.kept[1]:
		r.kept = [2]uint64{from, to}
	default:
		r.kept = [2]uint64{min(r.kept[0], from), max(r.kept[1], to)}
	}
}

func (r *ring) keeps(position uint64) bool { return position-r.kept[0] < r.kept[1]-r.kept[0] }

// vacate empties the slot of the send at a position.
func (r *ring) vacate(slot **sent, position uint64) {
	if r.keeps(position) {
		*slot = &sent{args: r.kind.newArgs()}
		return
	}
	(*slot).clear()
}

// measure computes limit, and adds slots if the members have more room than the
// storage. It reports whether a following member is full.
func (r *ring) measure() (full bool) {
	first, limit := r.tail, uint64(math.MaxUint64)
	for q := range r.followers {
		first, limit = min(first, q.next-q.held), min(limit, q.limit())
	}
	if first+uint64(len(r.stored)) == r.tail && r.tail < limit {
		r.stored = r.kind.grown(r.stored, first)
	}
	r.limit = min(limit, first+uint64(len(r.stored)))
	return limit == r.tail
}

// refusing returns the first member that is full and does not drop, or nil.
func (r *ring) refusing() (first *queue) {
	candidates := r.apart
	if r.tail >= r.limit && r.measure() {
		candidates = r.members
	}
	for _, q := range candidates {
		if !q.drops() && q.isFull() && (first == nil || q.index < first.index) {
			first = q
		}
	}
	return first
}

// putUpTo stores a send for the members before an index. None of them may refuse it,
// and no member from the index on may follow. It appends to dropped the members that
// drop a send for it.
func (r *ring) putUpTo(index int, ctx context.Context, args any, dropped []*queue) []*queue {
	if r.tail >= r.limit {
		for q := range r.followers {
			if q.isFull() {
				q.separate()
			}
		}
		r.measure()
	}
	for _, q := range r.apart {
		if q.index < index && !q.put(ctx, args) {
			dropped = append(dropped, q)
		}
	}
	if r.following > 0 {
		r.put(ctx, args)
	}
	return dropped
}

// lastFollowing returns the highest index of a member that follows, or -1.
func (r *ring) lastFollowing() int {
	last := -1
	for q := range r.followers {
		last = q.index
	}
	return last
}

// followers iterates over the members that follow, in order.
func (r *ring) followers(yield func(*queue) bool) {
	for _, q := range r.members {
		if q.ring == r && !q.apart && !yield(q) {
			return
		}
	}
}

// tidy clears the slots that all members have read. It is called when a worker goes to
// sleep, so that an idle ring does not keep the arguments of past sends alive.
func (r *ring) tidy() {
	const few = 8 // with more busy members, finding the slowest takes too long
	heard := r.tail
	switch {
	case r.busy > few:
		return
	case r.busy > 0:
		for q := range r.followers {
			heard = min(heard, q.next-q.held)
		}
	}
	if n := uint64(len(r.stored)); r.tail > n {
		r.cleared = max(r.cleared, r.tail-n)
	}
	for ; r.cleared < heard; r.cleared++ {
		r.vacate(r.stored.slot(r.cleared), r.cleared)
	}
}

// ringOf returns the ring whose members are the async receivers at the beginning of
// left. It is nil if the list has changed since the send began.
func (c *core) ringOf(left []*Connection) *ring {
	r := left[0].extra.queue.ring
	if r != nil && r.isOf(left) {
		return r
	}
	run := runOf(left)
	if !c.isCurrent(run) {
		return nil
	}
	if r == nil || r.live > following(r, run) {
		r = newRing(c.kind.Load()) // other queues still follow the old one
	}
	r.adopt(run)
	return r
}

// following returns how many of a run are members of a ring.
func following(r *ring, run []*Connection) (n int) {
	for _, conn := range run {
		if conn.extra.queue.ring == r {
			n++
		}
	}
	return n
}

// adopt makes the queues of a run the members. Those of another ring leave it.
func (r *ring) adopt(run []*Connection) {
	r.run, r.members, r.limit = run, make([]*queue, 0, len(run)), 0
	for i, conn := range run {
		q := conn.extra.queue
		if q.closed {
			continue
		}
		q.index = i
		r.members = append(r.members, q)
		if q.ring != r {
			q.move(r)
		}
	}
	r.apart = r.apart[:0]
	for _, q := range r.members {
		if q.apart {
			r.apart = append(r.apart, q)
		}
	}
}

// isCurrent reports whether a run is part of the current list.
func (c *core) isCurrent(run []*Connection) bool {
	s := c.all.published.Load()
	if s == nil || len(s.receivers) == 0 {
		return false
	}
	offset := uintptr(unsafe.Pointer(&run[0])) - uintptr(unsafe.Pointer(&s.receivers[0]))
	i := offset / unsafe.Sizeof(run[0])
	return i < uintptr(len(s.receivers)) && &s.receivers[i] == &run[0] && len(runOf(s.receivers[i:])) == len(run)
}

// runOf returns the async receivers at the beginning of left.
func runOf(left []*Connection) []*Connection {
	n := 0
	for n < len(left) && left[n].shares() {
		n++
	}
	return left[:n]
}
