package runtime

import (
	"context"
	"math"
	"sync/atomic"
	"unsafe"
)

// A Connection connects one receiver to one signal, from the call of Connect that
// returned it until Disconnect. It is safe for concurrent use.
type Connection struct {
	state atomic.Uint32 // live, conditional or disconnected; set to disconnected under the core's mutex
	rank  int32         // the priority, or rankInExtra
	core  *core
	seq   uint64 // numbers the connections of a signal
	extra *extra // fields that most receivers do not need; nil if none is set

	receives *declaration // the receiver's func

	// receiver is the [Receiver] that a generated loop calls directly. It is nil for a
	// receiver that needs a check first or does not run in the loop; that one is in the
	// extra. It becomes nil when the receiver is disconnected, before Disconnect
	// returns. It is loaded and stored atomically.
	receiver unsafe.Pointer
}

// rankInExtra is the rank of a receiver whose priority does not fit and is in the
// extra.
const rankInExtra = math.MinInt32

// The states of a connection.
const (
	live         uint32 = iota // a send calls the receiver without a check
	conditional                // a send checks the extra first
	disconnected               // final
)

// extra holds the fields that only some receivers need.
type extra struct {
	receiver unsafe.Pointer  // the receiver, if it is not in the Connection; cleared at the disconnect, except for a Once receiver, which is called after it
	queue    *queue          // of an async receiver
	until    context.Context // nil for no limit
	owner    func() any      // returns the owner of a weak receiver, or nil when it has been collected
	once     bool

	responds     bool // whether a weak receiver returns a value; the check for its owner then decides whether there is a response
	id, name     string
	annotated    annotated
	priority     int           // if it does not fit in the rank
	site         *site         // the call that connected the receiver, if its func has no position
	onDisconnect []func() bool // called when the receiver is disconnected; guarded by the core's mutex
	from         *senderList   // the one sender that the receiver hears; nil for all; guarded by the core's mutex
	tap          *tap          // the tap that is connected; nil for a receiver
	size         int           // the queue size of an async receiver; 0 for others
	workers      int           // the workers of an async receiver; 0 means 1
	around       []Middleware  // nil for none
	overflow     Overflow
}

// Disconnect disconnects this receiver and no other, even if the same func is connected
// several times. It reports whether this call disconnected it: it returns false if the
// receiver had been disconnected before, or was a [Once] receiver that has been called.
//
// Once Disconnect has returned, no send calls the receiver, not even one that is under
// way. Disconnect does not wait for a call that has begun, so a receiver may disconnect
// itself. What is queued for an [Async] receiver is dropped, including the only call of
// a receiver that is both Once and Async.
func (c *Connection) Disconnect() bool {
	if c.core.disconnect(c, true) {
		return true
	}
	if c.async() {
		c.extra.queue.close()
	}
	return false
}

// Connected reports whether the receiver is connected. A [Once] receiver is
// disconnected before its call, so Connected returns false during it.
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

// Drain waits until the queue of an [Async] receiver is empty and its last call has
// returned. If ctx is done first, Drain returns ctx.Err(). For any other receiver it
// returns nil at once. An async receiver must not drain itself: it would wait forever.
func (c *Connection) Drain(ctx context.Context) error {
	if c.extra == nil || c.extra.queue == nil {
		return nil
	}
	return c.extra.queue.drain(ctx)
}

// Dropped returns how many sends an [Async] receiver has missed because its queue was
// full, or because it was disconnected while they were queued. It returns 0 for any
// other receiver.
func (c *Connection) Dropped() uint64 {
	if c.extra == nil || c.extra.queue == nil {
		return 0
	}
	return c.extra.queue.dropped()
}

// enter reports whether a send may call the receiver now. It disconnects a [Once]
// receiver, and so returns true to only one send.
func (c *Connection) enter() bool {
	switch state := c.state.Load(); {
	case state == live:
		return true
	case state == disconnected:
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

// alive reports whether the ctx of [Until] is not done and the owner has not been
// collected.
func (e *extra) alive() bool {
	return (e.until == nil || e.until.Err() == nil) && (e.owner == nil || e.owner() != nil)
}

// async reports whether the receiver has a queue.
func (c *Connection) async() bool {
	return c.extra != nil && c.extra.queue != nil
}

// placeReceiver decides where a new connection keeps its receiver. It moves to the
// extra if a generated loop must not call it directly: if it needs a check, has a queue
// or middleware, or is weak and returns a value, since its owner must not be collected
// between the check and the call.
func (c *Connection) placeReceiver() {
	e := c.extra
	if e == nil {
		return
	}
	if e.once || e.until != nil {
		c.state.Store(conditional)
	}
	if c.state.Load() == conditional || e.queue != nil || e.around != nil || e.owner != nil && e.responds {
		e.receiver, c.receiver = c.receiver, nil
	}
}

// call returns the receiver, or nil if it has just been disconnected.
func (c *Connection) call() Receiver {
	if c.extra != nil {
		if receiver := atomic.LoadPointer(&c.extra.receiver); receiver != nil {
			return Receiver(receiver)
		}
	}
	return Receiver(atomic.LoadPointer(&c.receiver))
}

// release clears the func of a disconnected receiver, so that what it has captured can
// be collected.
func (c *Connection) release() {
	atomic.StorePointer(&c.receiver, nil)
	if c.extra != nil && !c.extra.once {
		atomic.StorePointer(&c.extra.receiver, nil)
	}
}

// priority returns the receiver's [Priority].
func (c *Connection) priority() int {
	if c.rank == rankInExtra {
		return c.extra.priority
	}
	return int(c.rank)
}

// list returns the list that the receiver is in.
func (c *Connection) list() *list {
	if from := c.from(); from != nil {
		return &from.list
	}
	return &c.core.all
}

// from returns the list of the one sender that the receiver hears, or nil for all.
func (c *Connection) from() *senderList {
	if c.extra == nil {
		return nil
	}
	return c.extra.from
}

// failed returns the receiver's error err as a [*ReceiverError], or nil if it is
// [ErrStop].
func (c *Connection) failed(err error) error {
	if isStop(err) {
		return nil
	}
	return c.fail(err)
}

// fail returns err as a [*ReceiverError], and notifies the observers.
func (c *Connection) fail(err error) *ReceiverError {
	info := c.info()
	c.notifyFailed(info, err)
	return &ReceiverError{Signal: c.core.name(), Receiver: info, Err: err}
}

// notifyFailed notifies the observers that the receiver has failed.
func (c *Connection) notifyFailed(info ReceiverInfo, err error) {
	for _, o := range c.core.observers() {
		if o.Failed != nil {
			o.Failed((*Signal)(c.core), info, err)
		}
	}
}

// info describes the receiver.
func (c *Connection) info() ReceiverInfo {
	d := c.receives
	info := ReceiverInfo{Name: d.name, Func: d.name, File: d.site.file, Line: d.site.line, Priority: c.priority()}
	if e := c.extra; e != nil {
		info.ID = e.id
		if e.name != "" {
			info.Name = e.name
		}
		if e.site != nil {
			info.File, info.Line = e.site.file, e.site.line
		}
		if e.queue != nil {
			info.Queue = e.queue.info()
		}
	}
	return info
}
