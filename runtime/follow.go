package runtime

import "slices"

// How queues follow a ring, and stand apart from it.

// follows reports whether the queue reads what is put into its ring.
func (q *queue) follows() bool { return q.ring != nil && !q.apart }

// part takes what the queue has yet to hear from the ring into its backlog.
func (q *queue) part() {
	r := q.ring
	r.keep(q.next-q.held, q.next)
	for at := q.next; at != r.tail; at++ {
		s := *r.stored.of(at)
		q.backlog.put(q.kind(), s.ctx, s.args)
	}
	q.apart = true
	r.apart = append(r.apart, q)
	q.unfollow(r)
}

// follow goes on with the ring, from what is put there next. The backlog is empty, and no
// worker holds anything.
func (q *queue) follow() {
	r := q.ring
	q.apart, q.next = false, r.tail
	r.limit = min(r.limit, q.next+q.size)
	r.following++
	if q.busy > 0 {
		r.busy++
	}
	q.list()
}

// rejoin is follow for a queue that is apart.
func (q *queue) rejoin() {
	r := q.ring
	r.apart = slices.DeleteFunc(r.apart, func(other *queue) bool { return other == q })
	q.follow()
}

// list puts the queue among the ring's sleepers, if it follows and its worker sleeps: one
// with several never follows.
func (q *queue) list() {
	if q.follows() && !q.listed && len(q.asleep) > 0 {
		q.listed = true
		q.ring.sleepers = append(q.ring.sleepers, q)
	}
}

// move has the queue leave its ring for another one.
func (q *queue) move(to *ring) {
	if q.follows() {
		q.part()
	}
	q.leave()
	q.ring, q.apart = to, true
	to.live++
	if q.backlog.len() == 0 && q.held == 0 {
		q.follow()
	}
}

// leave takes the queue out of its ring.
func (q *queue) leave() {
	if q.ring == nil {
		return
	}
	r, followed := q.ring, q.follows()
	r.live--
	r.run = nil
	q.listed = false
	q.ring = nil
	if followed {
		q.unfollow(r)
	}
}

// unfollow has the ring no longer count on the queue, which does not read it any more.
func (q *queue) unfollow(r *ring) {
	r.following--
	if q.busy > 0 {
		r.busy--
	}
	r.tidy()
}
