package runtime

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
)

// Drain waits until no [Async] receiver of any signal in the program has anything
// queued or running. This includes what these receivers send. If ctx is done first,
// Drain returns an error that wraps ctx.Err and names a signal and a receiver that has
// not finished. Drain keeps waiting as long as others keep sending. An async receiver
// must not call it: it would wait for itself.
func Drain(ctx context.Context) error { return drain(ctx, signals.all) }

// Close closes every signal of the default sets, and every other signal that the
// program has used. It waits as [Drain] does, and then closes all of them at once. What
// async receivers send while it waits is still delivered. If ctx is done first, Close
// drops what is still queued, and returns an error that says how many sends each signal
// has lost, or which receiver has not finished. From then on, sends get [ErrClosed], as
// described at [Signal.Close]. A signal outside the default sets that is first used after
// Close is not closed.
//
// Call it at the end of main, after everything that sends has stopped:
//
//	err := runtime.Close(ctx)
//
// Do not disconnect async receivers before it: Disconnect drops their queues.
func Close(ctx context.Context) error {
	for set := range Sets() {
		for range set.All() { // iterating over a set marks its signals as in use
		}
	}
	return closeAll(ctx, signals.all)
}

// DrainAll is [Drain] for the given signals.
func DrainAll(ctx context.Context, signals iter.Seq[AnySignal]) error {
	return drain(ctx, func() []*core { return coresOf(signals) })
}

// CloseAll is [Close] for the given signals.
func CloseAll(ctx context.Context, signals iter.Seq[AnySignal]) error {
	return closeAll(ctx, func() []*core { return coresOf(signals) })
}

// coresOf returns the cores of the generated signals among signals.
func coresOf(signals iter.Seq[AnySignal]) (cores []*core) {
	for s := range signals {
		if g, ok := s.(generated); ok {
			cores = append(cores, g.base())
		}
	}
	return cores
}

// drain waits until two consecutive rounds over all queues find every queue idle and no
// send taken in between. One round is not enough: a receiver that it waits for may send
// to a queue that it has already visited. The second round then finds that queue busy, or
// with more sends taken.
func drain(ctx context.Context, cores func() []*core) error {
	var before map[*queue]uint64
	for {
		now, waited, err := drainOnce(ctx, cores())
		if err != nil {
			return err
		}
		if !waited && maps.Equal(before, now) {
			return nil
		}
		before = now
	}
}

// drainOnce waits for each queue in turn. It returns how many sends each queue has
// taken, and whether it had to wait for one.
func drainOnce(ctx context.Context, cores []*core) (taken map[*queue]uint64, waited bool, err error) {
	taken = make(map[*queue]uint64)
	for _, c := range cores {
		for _, conn := range c.queued() {
			q := conn.extra.queue
			if !q.isIdle() {
				waited = true
				if err := q.drain(ctx); err != nil {
					return nil, true, unfinished(conn, err)
				}
			}
			taken[q] = q.takenNow()
		}
	}
	return taken, waited, nil
}

// unfinished returns the error for an async receiver that a drain gave up waiting for.
func unfinished(conn *Connection, err error) error {
	return fmt.Errorf("signal %s: receiver %s has not finished: %w", conn.core.known().Name, conn.info().Name, err)
}

// closeAll drains the signals, and then closes all of them at once. It waits for signals
// that another call is already closing.
func closeAll(ctx context.Context, all func() []*core) error {
	var mine []*closing
	var others []*closing
	for _, c := range all() {
		if closing, first := c.beginClose(); first {
			mine = append(mine, closing)
		} else {
			others = append(others, closing)
		}
	}
	defer func() {
		for _, c := range mine {
			c.abort()
		}
	}()
	_ = drain(ctx, func() (cores []*core) { // finish counts what is left
		for _, c := range mine {
			cores = append(cores, c.core)
		}
		return cores
	})
	for _, c := range mine {
		c.stop()
	}
	var errs []error
	for _, c := range mine {
		errs = append(errs, c.finish(ctx))
	}
	for _, c := range others {
		errs = append(errs, c.wait(ctx))
	}
	return errors.Join(errs...)
}

// closing is a close of a signal that is under way or done. Other calls that close the
// signal wait for it.
type closing struct {
	core *core
	done chan struct{} // closed when the close is done
	err  error         // set before done is closed
}

// close closes the signal.
func (c *core) close(ctx context.Context) error {
	closing, first := c.beginClose()
	if !first {
		return closing.wait(ctx)
	}
	defer closing.abort()
	closing.stop()
	return closing.finish(ctx)
}

// beginClose begins to close the signal, which remains open until stop. If a close has
// already begun, beginClose returns that one and false.
func (c *core) beginClose() (begun *closing, first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing != nil {
		return c.closing, false
	}
	c.closing = &closing{core: c, done: make(chan struct{})}
	return c.closing, true
}

// stop ends sends, connects and taps, unless the signal has been reopened meanwhile.
func (c *closing) stop() {
	core := c.core
	core.mu.Lock()
	if core.closing != c {
		core.mu.Unlock()
		return
	}
	taps := core.taps
	core.taps, core.closed = nil, true
	for _, t := range taps {
		t.conn.state.Store(disconnected)
	}
	core.refresh()
	core.mu.Unlock()
	for _, t := range taps {
		if t.end != nil {
			t.end()
		}
	}
}

// finish disconnects the receivers of a stopped signal.
func (c *closing) finish(ctx context.Context) error {
	c.err = c.core.endReceivers(ctx)
	close(c.done)
	return c.err
}

// abort ends a close that an observer has interrupted by a panic. Otherwise other calls
// would wait for it forever.
func (c *closing) abort() {
	select {
	case <-c.done:
	default:
		c.err = fmt.Errorf("signal %s: the close was interrupted", c.core.known().Name)
		close(c.done)
	}
}

// wait waits for the end of the close.
func (c *closing) wait(ctx context.Context) error {
	select {
	case <-c.done:
		return c.err
	default:
	}
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// endReceivers drains the queues of the async receivers and disconnects all receivers.
// The error says how many sends were not delivered, or which receiver has not finished.
func (c *core) endReceivers(ctx context.Context) error {
	var lost uint64
	var running *Connection
	for _, conn := range c.queued() {
		if conn.Drain(ctx) != nil {
			running = conn
		}
		lost += conn.extra.queue.close()
	}
	for _, conn := range c.connections() {
		conn.Disconnect()
	}
	switch {
	case lost == 0 && running == nil:
		return nil
	case lost == 0:
		return unfinished(running, ctx.Err())
	}
	err := ctx.Err()
	if running == nil {
		err = ErrClosed // a send that was under way queued something after the drain
	}
	return fmt.Errorf("signal %s: closed with %d queued signals not delivered: %w", c.known().Name, lost, err)
}
