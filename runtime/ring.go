package runtime

import (
	"context"
	"math"
	"unsafe"
)

// A ring holds what is sent to async receivers that stand next to each other in the
// list of all: each send once, however many they are. Their queues follow it, each at
// a position of its own.
//
// A queue that lags cannot follow: it would hold up the others, or would lose what its
// [Overflow] says it keeps. What it has yet to hear is then a backlog of its own, and it
// stands apart until it has heard that. So does a queue that is sent something which
// the others are not.
//
// All of it is guarded by the core's queuing, but for the slots that a worker has
// claimed: they are read without it, and not written before the queue has gone on.
type ring struct {
	kind    *Kind
	members []*queue      // in the order of the list; some may have left
	run     []*Connection // the members' part of the array of a snapshot; nil if one has left since
	live    int           // members that have not left

	stored    storage
	tail      uint64    // behind the last send
	limit     uint64    // no member that follows is full, and no slot is lacking, as long as tail is below
	cleared   uint64    // slots of positions below hold nothing, or another send
	kept      [2]uint64 // from one position to another, slots that workers of queues that do not follow may read
	following int       // members that follow
	busy      int       // members that follow and have not gone to sleep
	sleepers  []*queue  // members that follow, or have, and whose worker sleeps
	apart     []*queue  // members that do not follow; some may have left
}

func newRing(k *Kind) *ring {
	return &ring{kind: k, stored: k.grown(nil, 0)}
}

// isOf reports whether the members are the async receivers at the beginning of left.
// The array of a snapshot never changes; so the place in it is all there is to compare.
func (r *ring) isOf(left []*Connection) bool {
	n := len(r.run)
	return n > 0 && n <= len(left) && &r.run[0] == &left[0] && (n == len(left) || !left[n].shares())
}

// put stores a send for the members that follow, and wakes those that sleep.
func (r *ring) put(ctx context.Context, args any) {
	slot := r.stored.of(r.tail)
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

// keep leaves the slots from one position to another to a worker that reads them.
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

// vacate has a slot hold nothing of the send at a position.
func (r *ring) vacate(slot **sent, position uint64) {
	if r.keeps(position) {
		*slot = &sent{args: r.kind.newArgs()}
		return
	}
	(*slot).clear()
}

// measure finds limit, and makes more slots where only they are lacking. It reports
// whether a member that follows is full.
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

// putUpTo stores a send for the members in front of an index, behind which nobody
// follows and in front of which nobody refuses. It appends those to dropped that drop
// one for it.
func (r *ring) putUpTo(index int, ctx context.Context, args any, dropped []*queue) []*queue {
	if r.tail >= r.limit {
		for q := range r.followers {
			if q.isFull() {
				q.part()
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

// tidy clears what all members have heard. It is called when one goes to sleep.
func (r *ring) tidy() {
	const few = 8 // so many are looked at one by one
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
		r.vacate(r.stored.of(r.cleared), r.cleared)
	}
}

// ringOf returns the ring whose members are the async receivers at the beginning of left.
// It is nil if the list has changed since the send began that left is of.
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
		r = newRing(c.kind.Load()) // others follow that one
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

// adopt makes a run the members. Those that are in another ring leave it.
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

// isCurrent reports whether a run is one in the list as it is now.
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
