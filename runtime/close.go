package runtime

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
)

// Drain waits until no [Async] receiver of any signal in the program has anything
// queued or running. It also waits for what those receivers send. If ctx is done first,
// Drain returns the error of ctx, and names a signal and a receiver that still has
// work. As long as others keep sending, Drain keeps waiting. An async receiver must not
// call it: it would wait for itself.
func Drain(ctx context.Context) error { return drain(ctx, signals.all) }

// Close closes every signal of the default sets, and every other signal that the
// program has used. It waits as [Drain] does, and then closes all of them at once. What
// async receivers send while it waits is still delivered. When ctx is done, Close drops
// what is still queued, and the error counts it for each signal. Afterwards sends get
// [ErrClosed], as [Signal.Close] says. A signal outside the default sets that is first
// used after Close is not closed.
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

// coresOf returns the cores of the generated signals among them.
func coresOf(signals iter.Seq[AnySignal]) (cores []*core) {
	for s := range signals {
		if g, ok := s.(generated); ok {
			cores = append(cores, g.base())
		}
	}
	return cores
}

// drain waits until two rounds over all queues, one after the other, find the same:
// every queue is idle, and none has taken a send in between. A receiver that sent
// something itself shows in the second round: a queue is busy or has taken more.
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

// drainOnce waits for each queue in turn. It returns how many sends each has taken, and
// whether any was not idle.
func drainOnce(ctx context.Context, cores []*core) (taken map[*queue]uint64, waited bool, err error) {
	taken = make(map[*queue]uint64)
	for _, c := range cores {
		for _, conn := range c.queued() {
			q := conn.extra.queue
			if !q.isIdle() {
				waited = true
				if err := q.drain(ctx); err != nil {
					return nil, true, fmt.Errorf("signal %s: receiver %s has not finished: %w", c.known().Name, conn.info().Name, err)
				}
			}
			taken[q] = q.takenNow()
		}
	}
	return taken, waited, nil
}

// closeAll drains the signals, and then closes all of them at once. It waits for those
// that another call is closing already.
func closeAll(ctx context.Context, all func() []*core) error {
	var mine []*closing
	var others []*closing
	for _, c := range all() {
		if closing, first := c.announceClose(); first {
			mine = append(mine, closing)
		} else {
			others = append(others, closing)
		}
	}
	defer func() {
		for _, c := range mine {
			c.giveUp()
		}
	}()
	_ = drain(ctx, func() (cores []*core) { // end counts what is left
		for _, c := range mine {
			cores = append(cores, c.core)
		}
		return cores
	})
	for _, c := range mine {
		c.shut()
	}
	var errs []error
	for _, c := range mine {
		errs = append(errs, c.end(ctx))
	}
	for _, c := range others {
		errs = append(errs, c.wait(ctx))
	}
	return errors.Join(errs...)
}

// closing is one close of a signal. Anyone else who closes the signal waits for its
// end.
type closing struct {
	core *core
	done chan struct{} // closed at its end
	err  error         // set before done is closed
}

// close closes the signal.
func (c *core) close(ctx context.Context) error {
	closing, first := c.announceClose()
	if !first {
		return closing.wait(ctx)
	}
	defer closing.giveUp()
	closing.shut()
	return closing.end(ctx)
}

// announceClose begins to close the signal, which still sends. If a close has begun
// before, it returns that one and false.
func (c *core) announceClose() (begun *closing, first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing != nil {
		return c.closing, false
	}
	c.closing = &closing{core: c, done: make(chan struct{})}
	return c.closing, true
}

// shut ends sends, connects and taps, unless the signal has been reopened since.
func (c *closing) shut() {
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

// end disconnects the receivers of a signal that is shut.
func (c *closing) end(ctx context.Context) error {
	c.err = c.core.endReceivers(ctx)
	close(c.done)
	return c.err
}

// giveUp ends a close that an observer has interrupted by a panic, so that nobody waits
// for it forever.
func (c *closing) giveUp() {
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

// endReceivers disconnects the receivers. It drains the queues of async ones first. The
// error counts what was not delivered.
func (c *core) endReceivers(ctx context.Context) (err error) {
	var lost uint64
	for _, conn := range c.queued() {
		if drainErr := conn.Drain(ctx); drainErr != nil {
			err = drainErr
		}
		lost += conn.extra.queue.close()
	}
	for _, conn := range c.connections() {
		conn.Disconnect()
	}
	if lost == 0 && err == nil {
		return nil
	}
	if err == nil {
		err = ErrClosed // a send that was under way queued something after the drain
	}
	return fmt.Errorf("signal %s: closed with %d queued signals not delivered: %w", c.known().Name, lost, err)
}
