package runtime

import (
	"context"
	"sync/atomic"
)

// A Connection ties one receiver to one signal, from the Connect that returned
// it until Disconnect. It may be used from several goroutines.
type Connection struct {
	state    atomic.Uint32 // live, conditional or disconnected; becomes disconnected under the core's mutex
	core     *core
	list     *list
	priority int
	seq      uint64  // in the order of Connect
	pc       uintptr // where the receiver's code begins
	extra    *extra  // what most receivers do without; nil for those
}

// The states of a connection.
const (
	live         uint32 = iota // a send calls the receiver without a further question
	conditional                // a send asks the extra first
	disconnected               // for good
)

// extra is what only some receivers have.
type extra struct {
	id, name  string
	once      bool
	until     context.Context // nil for no limit
	site      *site           // the call that connected it, if the receiver has no place in the source
	owner     func() any      // returns the owner of a weak receiver, or nil when it is gone
	untie     []func() bool   // called when the receiver is disconnected; guarded by the core's mutex
	chain     *Chain          // that the receiver is a link of; nil for none
	whole     *whole          // the chain that is called by the func; nil for a receiver
	born      uint64          // when it was connected, if seq does not tell
	annotated bool            // a directive has declared it, and it may be wired
	tap       *tap            // whose connection it is; nil for a receiver
	size      int             // of the queue of an async receiver; 0 for others
	overflow  Overflow
	queue     *queue // of an async receiver
}

// Disconnect takes the receiver off the signal, and nothing but that receiver,
// however often its func is connected. It reports whether this call did it:
// a further call, or one after a [Once] receiver was called, returns false.
//
// No send calls the receiver after Disconnect has returned, not even one that
// is under way. A call that has begun is not waited for, so a receiver may
// disconnect itself. What the queue of an [Async] receiver holds is dropped.
func (c *Connection) Disconnect() bool {
	return c.core.disconnect(c, true)
}

// Connected reports whether the receiver is connected. A [Once] receiver is not
// any more while its call runs.
func (c *Connection) Connected() bool {
	switch c.state.Load() {
	case live:
		return c.extra == nil || c.extra.alive()
	case conditional:
		return c.extra.alive()
	default:
		return false
	}
}

// Drain waits until the queue of an [Async] receiver is empty and its last call
// has returned, or until ctx is done, whose error it returns then. For any other
// receiver it returns nil at once. An async receiver must not drain itself.
func (c *Connection) Drain(ctx context.Context) error {
	if c.extra == nil || c.extra.queue == nil {
		return nil
	}
	return c.extra.queue.drain(ctx)
}

// Dropped returns how many signals an [Async] receiver has missed because its
// queue was full or because it was disconnected. It is 0 for any other receiver.
func (c *Connection) Dropped() uint64 {
	if c.extra == nil || c.extra.queue == nil {
		return 0
	}
	return c.extra.queue.dropped()
}

// enter reports whether a send is to call the receiver now. It is the part of
// [Receiver.Enter] for receivers that are not simply live.
func (c *Connection) enter() bool {
	switch {
	case c.state.Load() == disconnected:
		return false
	case c.extra.until != nil && c.extra.until.Err() != nil:
		c.Disconnect()
		return false
	case c.extra.once:
		return c.core.disconnect(c, false)
	default:
		return true
	}
}

// alive reports whether nothing has ended that the connection depends on.
func (e *extra) alive() bool {
	return (e.until == nil || e.until.Err() == nil) && (e.owner == nil || e.owner() != nil)
}

// async reports whether the receiver has a queue.
func (c *Connection) async() bool {
	return c.extra != nil && c.extra.queue != nil
}

// slow reports whether a generated loop cannot call the receiver by itself: an
// async one has a queue to go to, and a weak one must not be collected between
// the question whether it is there and its call, or it would seem to respond.
func (c *Connection) slow() bool {
	return c.extra != nil && (c.extra.queue != nil || c.extra.owner != nil)
}

// info describes the receiver.
func (c *Connection) info() ReceiverInfo {
	info := describe(c.pc)
	info.Priority = c.priority
	if e := c.extra; e != nil {
		info.ID = e.id
		if e.name != "" {
			info.Name = e.name
		}
		if e.site != nil {
			info.File, info.Line = e.site.file, e.site.line
		}
	}
	return info
}
