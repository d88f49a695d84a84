package runtime

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
)

// Drain waits until no [Async] receiver of any signal in the program has anything
// queued or running, what their receivers send on included. If ctx is done first, it
// returns the error of ctx, with the names of a signal and a receiver that has not
// heard all. It does not return before that as long as others keep sending. An async
// receiver must not call it: it would wait for itself.
func Drain(ctx context.Context) error { return drain(ctx, signals.all) }

// Close ends every signal of the default sets, and every other one that the program has
// used: it waits as [Drain] does, and
// then closes all of them at once. What async receivers send on while it waits is
// heard. What they have not heard when ctx is done is dropped; the error counts it
// for each signal. Afterwards sends get [ErrClosed], as [Signal.Close] says. A signal
// of no default set that is first used after Close is not closed.
//
// Call it at the end of main, after what sends has ended:
//
//	err := runtime.Close(ctx)
//
// A receiver that is disconnected before it loses its queue.
func Close(ctx context.Context) error {
	for set := range Sets() {
		for range set.All() { // a signal that its set has shown is one in use
		}
	}
	return closeAll(ctx, signals.all)
}

// DrainAll does for signals what [Drain] does for all of the program's.
func DrainAll(ctx context.Context, signals iter.Seq[AnySignal]) error {
	return drain(ctx, func() []*core { return coresOf(signals) })
}

// CloseAll does for signals what [Close] does for all of the program's.
func CloseAll(ctx context.Context, signals iter.Seq[AnySignal]) error {
	return closeAll(ctx, func() []*core { return coresOf(signals) })
}

// coresOf returns the cores of those that are generated signals.
func coresOf(signals iter.Seq[AnySignal]) (cores []*core) {
	for s := range signals {
		if g, ok := s.(generated); ok {
			cores = append(cores, g.base())
		}
	}
	return cores
}

// drain waits until two rounds over all queues, one after the other, have found the
// same: each idle, and nothing heard in between. A receiver that has sent on what
// it heard shows in the second round, as busy or as one that heard more.
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

// drainOnce waits for each queue in turn. It returns how much each has heard, and
// whether any was not idle.
func drainOnce(ctx context.Context, cores []*core) (heard map[*queue]uint64, waited bool, err error) {
	heard = make(map[*queue]uint64)
	for _, c := range cores {
		for _, conn := range c.queued() {
			q := conn.extra.queue
			if !q.isIdle() {
				waited = true
				if err := q.drain(ctx); err != nil {
					return nil, true, fmt.Errorf("signal %s: receiver %s has not heard all: %w", c.known().Name, conn.info().Name, err)
				}
			}
			heard[q] = q.heard()
		}
	}
	return heard, waited, nil
}

// closeAll drains the signals, and then ends all of them at once. One that somebody
// closes already is waited for.
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
	_ = drain(ctx, func() (cores []*core) { // what it leaves is counted below
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

// closing is the close of a signal, from its beginning on: whoever else closes the
// signal waits for its end.
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

// announceClose begins to close the signal, which still sends. It returns false with
// the close that has been begun before.
func (c *core) announceClose() (begun *closing, first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing != nil {
		return c.closing, false
	}
	c.closing = &closing{core: c, done: make(chan struct{})}
	return c.closing, true
}

// shut ends sends, connects and taps, unless the signal has been opened again since.
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

// end ends the receivers of a signal that has been shut.
func (c *closing) end(ctx context.Context) error {
	c.err = c.core.endReceivers(ctx)
	close(c.done)
	return c.err
}

// giveUp ends a close that a panic has ended, of an observer, so that nobody waits for
// it.
func (c *closing) giveUp() {
	select {
	case <-c.done:
	default:
		c.err = fmt.Errorf("signal %s: the close did not come to its end", c.core.known().Name)
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

// endReceivers disconnects the receivers, async ones after they have heard what is
// queued. The error counts what they have not.
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
		err = ErrClosed // a send that was under way came after its queue was drained
	}
	return fmt.Errorf("signal %s: closed with %d queued signals not delivered: %w", c.known().Name, lost, err)
}
