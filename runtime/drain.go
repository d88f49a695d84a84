package runtime

import "context"

// How queues come to their end.

// isIdle reports whether nothing is queued and no call runs.
func (q *queue) isIdle() bool {
	c := q.conn.core
	c.queuing.Lock()
	defer c.queuing.Unlock()
	return q.busy == 0
}

// heard returns how many sends workers have taken.
func (q *queue) heard() uint64 {
	q.conn.core.queuing.Lock()
	defer q.conn.core.queuing.Unlock()
	return q.taken
}

// drain waits until nothing is queued and no call runs.
func (q *queue) drain(ctx context.Context) error {
	c := q.conn.core
	c.queuing.Lock()
	if q.busy == 0 {
		c.queuing.Unlock()
		return nil
	}
	if q.finished == nil {
		q.finished = make(chan struct{})
	}
	finished := q.finished
	c.queuing.Unlock()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finish ends the workers after what is queued. It reports whether there is one.
func (q *queue) finish() (started bool) {
	c := q.conn.core
	c.queuing.Lock()
	defer c.queuing.Unlock()
	q.shut()
	return q.started
}

// shut ends the queue behind its backlog.
func (q *queue) shut() {
	q.leave()
	if q.closed {
		return
	}
	q.closed = true
	if !q.started {
		return
	}
	close(q.gone)
	for n := len(q.asleep); n > 0 && q.asleep[n-1].wake != nil; n-- { // those that have started are behind
		q.wake()
	}
}

// close drops what is queued and ends the workers. It returns how many it dropped.
func (q *queue) close() uint64 {
	c := q.conn.core
	c.queuing.Lock()
	n := q.untaken() // what a worker holds it drops itself
	if q.follows() {
		q.ring.keep(q.next-q.held, q.next)
	}
	q.backlog.reset()
	q.shut()
	c.queuing.Unlock()
	q.drop(n)
	return n
}
