package runtime

import "slices"

// follows reports whether the queue reads its sends from a ring.
func (q *queue) follows() bool { return q.ring != nil && !q.apart }

// separate makes the queue stop following its ring. It copies the sends that the queue
// has not read to its backlog.
func (q *queue) separate() {
	r := q.ring
	r.keep(q.next-q.held, q.next)
	for at := q.next; at != r.tail; at++ {
		s := *r.stored.slot(at)
		q.backlog.put(q.kind(), s.ctx, s.args)
	}
	q.apart = true
	r.apart = append(r.apart, q)
	q.unfollow(r)
}

// follow makes the queue read from the ring, beginning with the next send. The backlog
// must be empty, and no worker may hold a send.
func (q *queue) follow() {
	r := q.ring
	q.apart, q.next = false, r.tail
	r.limit = min(r.limit, q.next+q.size)
	r.following++
	if q.busy > 0 {
		r.busy++
	}
	q.addSleeper()
}

// rejoin is follow for a queue that has been apart.
func (q *queue) rejoin() {
	r := q.ring
	r.apart = slices.DeleteFunc(r.apart, func(other *queue) bool { return other == q })
	q.follow()
}

// addSleeper adds the queue to the ring's sleepers if it follows and its worker sleeps.
// There is one worker: a queue with several never follows.
func (q *queue) addSleeper() {
	if q.follows() && !q.listed && len(q.asleep) > 0 {
		q.listed = true
		q.ring.sleepers = append(q.ring.sleepers, q)
	}
}

// move moves the queue from its ring to another.
func (q *queue) move(to *ring) {
	if q.follows() {
		q.separate()
	}
	q.leave()
	q.ring, q.apart = to, true
	to.live++
	if q.backlog.len() == 0 && q.held == 0 {
		q.follow()
	}
}

// leave removes the queue from its ring, if it is in one.
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

// unfollow updates r after one of its queues has stopped following it.
func (q *queue) unfollow(r *ring) {
	r.following--
	if q.busy > 0 {
		r.busy--
	}
	r.tidy()
}
