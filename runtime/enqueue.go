package runtime

import "context"

// shares reports whether the receiver can be part of a run of async receivers that
// store each send once. A [Once] receiver cannot, since it needs a check first. Neither
// can a receiver with several [Workers], which take from a backlog.
func (c *Connection) shares() bool { return c.async() && !c.extra.once && c.extra.workers < 2 }

// enqueue queues a send for the run of async receivers at the beginning of left, in
// order, up to the first that refuses it. It returns how many receivers it has dealt
// with, and the error of the last one, if that refused.
//
// While the send waits for one of them, because of [Block], it is queued for none.
func (c *core) enqueue(ctx context.Context, left []*Connection, args any) (n int, err error) {
	detached := detach(ctx)
	if !left[0].shares() {
		return enqueueEach(ctx, detached, left[:1], args)
	}
	c.queuing.Lock()
	r := left[0].extra.queue.ring
	if r != nil && len(r.apart) == 0 && r.tail < r.limit && r.isOf(left) {
		r.put(detached, args)
		n = len(r.run)
		c.queuing.Unlock()
		return n, nil
	}
	return c.enqueueSome(ctx, detached, left, args)
}

// enqueueSome is enqueue for a run in which some receivers may be full or apart. The
// caller holds queuing; enqueueSome unlocks it.
func (c *core) enqueueSome(ctx, detached context.Context, left []*Connection, args any) (n int, err error) {
	var waited *queue
	for ; ; c.queuing.Lock() {
		r := c.ringOf(left)
		if r == nil {
			c.queuing.Unlock()
			return enqueueEach(ctx, detached, runOf(left), args)
		}
		n, q := len(r.run), r.refusing()
		if q != nil {
			n = q.index
		}
		if q == nil || q.fails() && q.index >= r.lastFollowing() {
			var few [4]*queue
			dropped := r.putUpTo(n, detached, args, few[:0])
			c.queuing.Unlock()
			for _, q := range dropped {
				q.drop(1)
			}
			if waited != nil {
				waited.signalRoom()
			}
			if q == nil {
				return n, nil
			}
			q.drop(1)
			return n + 1, ErrQueueFull
		}
		c.queuing.Unlock()
		if err := q.refuse(ctx); err != nil {
			if n, err := enqueueEach(ctx, detached, left[:n], args); err != nil {
				return n, err
			}
			q.drop(1)
			return n + 1, err
		}
		waited = q
	}
}

// enqueueEach queues a send for each of several async receivers separately.
func enqueueEach(ctx, detached context.Context, receivers []*Connection, args any) (n int, err error) {
	for i, conn := range receivers {
		if !conn.enter() {
			continue
		}
		if err := conn.enqueueAlone(ctx, detached, args); err != nil {
			return i + 1, err
		}
	}
	return len(receivers), nil
}

// enqueueAlone queues a send for one async receiver. The queue of a [Once] receiver is
// then closed to further sends.
func (c *Connection) enqueueAlone(ctx, detached context.Context, args any) error {
	q := c.extra.queue
	err := q.push(ctx, detached, args)
	if c.extra.once && !q.finish() {
		c.core.forget(c) // no worker will do it
	}
	return err
}

// detach returns ctx without its cancellation. A nil ctx stays nil, as it would for a
// receiver that is not async.
func detach(ctx context.Context) context.Context {
	if ctx == nil || ctx.Done() == nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}
