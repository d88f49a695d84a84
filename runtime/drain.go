package runtime

import "context"

// isIdle reports whether nothing is queued and no call runs.
func (q *queue) isIdle() bool {
	c := q.conn.core
	c.queuing.Lock()
	defer c.queuing.Unlock()
	return q.busy == 0
}

// takenNow returns how many sends the workers have taken so far.
func (q *queue) takenNow() uint64 {
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
	if q.idle == nil {
		q.idle = make(chan struct{})
	}
	finished := q.idle
	c.queuing.Unlock()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finish ends the workers once nothing is queued. It reports whether any has started.
func (q *queue) finish() (started bool) {
	c := q.conn.core
	c.queuing.Lock()
	defer c.queuing.Unlock()
	q.stopAccepting()
	return q.started
}

// stopAccepting closes the queue to further sends. What is queued is still delivered.
func (q *queue) stopAccepting() {
	q.leave()
	if q.closed {
		return
	}
	q.closed = true
	if !q.started {
		return
	}
	close(q.done)
	for n := len(q.asleep); n > 0 && q.asleep[n-1].wake != nil; n-- { // workers that have started are at the end
		q.wake()
	}
}

// close drops what is queued and ends the workers. It returns how many sends it
// dropped.
func (q *queue) close() uint64 {
	c := q.conn.core
	c.queuing.Lock()
	n := q.untaken() // a worker drops what it holds itself
	if q.follows() {
		q.ring.keep(q.next-q.held, q.next)
	}
	q.backlog.reset()
	q.stopAccepting()
	c.queuing.Unlock()
	q.drop(n)
	return n
}
