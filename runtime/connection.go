package runtime

import (
	"context"
	"math"
	"sync/atomic"
	"unsafe"
)

// A Connection ties one receiver to one signal, from the Connect that returned
// it until Disconnect. It may be used from several goroutines.
type Connection struct {
	state atomic.Uint32 // live, conditional or disconnected; becomes disconnected under the core's mutex
	rank  int32         // the priority, or elsewhere
	core  *core
	seq   uint64 // in the order of Connect
	extra *extra // what most receivers do without; nil for those

	receives *declaration // the receiver's func

	// receiver is the [Receiver] to call, for loops that ask nothing: it is nil for a
	// receiver that is to be asked or does not run in the loop, which has it in extra.
	// It becomes nil when the receiver is disconnected, before Disconnect returns. It
	// is loaded and stored atomically.
	receiver unsafe.Pointer
}

// elsewhere is the rank of a receiver with a priority that a rank cannot hold.
const elsewhere = math.MinInt32

// The states of a connection.
const (
	live         uint32 = iota // a send calls the receiver without a further question
	conditional                // a send asks the extra first
	disconnected               // for good
)

// extra is what only some receivers have.
type extra struct {
	receiver unsafe.Pointer  // the receiver, if it is not in the Connection; like that one, but for a Once receiver, which is called after its end
	queue    *queue          // of an async receiver
	until    context.Context // nil for no limit
	owner    func() any      // returns the owner of a weak receiver, or nil when it is gone
	once     bool

	responds  bool // a weak receiver has a response, and must not have one when its owner is gone
	id, name  string
	annotated annotated
	priority  int           // if it is not in the Connection
	site      *site         // the call that connected it, if the receiver has no place in the source
	untie     []func() bool // called when the receiver is disconnected; guarded by the core's mutex
	from      *senderList   // whose sends alone the receiver hears; nil for all; guarded by the core's mutex
	tap       *tap          // whose connection it is; nil for a receiver
	size      int           // of the queue of an async receiver; 0 for others
	workers   int           // of that; 0 for 1
	around    []Middleware  // nil for none
	overflow  Overflow
}

// Disconnect takes the receiver off the signal, and nothing but that receiver,
// however often its func is connected. It reports whether this call did it:
// a further call, or one after a [Once] receiver was called, returns false.
//
// No send calls the receiver after Disconnect has returned, not even one that
// is under way. A call that has begun is not waited for, so a receiver may
// disconnect itself. What the queue of an [Async] receiver holds is dropped, that of a
// [Once] receiver too, which has been disconnected by the send that is queued.
func (c *Connection) Disconnect() bool {
	if c.core.disconnect(c, true) {
		return true
	}
	if c.async() {
		c.extra.queue.close()
	}
	return false
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

// enter reports whether a send is to call the receiver now. It disconnects a
// [Once] receiver; of all the sends that ask, one is told to call it.
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

// alive reports whether nothing has ended that the connection depends on.
func (e *extra) alive() bool {
	return (e.until == nil || e.until.Err() == nil) && (e.owner == nil || e.owner() != nil)
}

// async reports whether the receiver has a queue.
func (c *Connection) async() bool {
	return c.extra != nil && c.extra.queue != nil
}

// settle decides where the func of a new connection stands. A generated loop cannot
// call a receiver by itself that must be asked, has a queue to go to or middleware around
// it, or is weak and must not be collected between the question whether it is there and
// its call.
func (c *Connection) settle() {
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

// call returns what to call, or nil if the receiver has been disconnected just now.
func (c *Connection) call() Receiver {
	if c.extra != nil {
		if receiver := atomic.LoadPointer(&c.extra.receiver); receiver != nil {
			return Receiver(receiver)
		}
	}
	return Receiver(atomic.LoadPointer(&c.receiver))
}

// letGo lets go the func, whatever it has captured, of a receiver that has been
// disconnected.
func (c *Connection) letGo() {
	atomic.StorePointer(&c.receiver, nil)
	if c.extra != nil && !c.extra.once {
		atomic.StorePointer(&c.extra.receiver, nil)
	}
}

// priority returns the receiver's [Priority].
func (c *Connection) priority() int {
	if c.rank == elsewhere {
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

// from returns the one sender that the receiver hears, or nil for all.
func (c *Connection) from() *senderList {
	if c.extra == nil {
		return nil
	}
	return c.extra.from
}

// failed returns err, which the receiver has returned, as a [*ReceiverError], or
// nil if it is [ErrStop].
func (c *Connection) failed(err error) error {
	if isStop(err) {
		return nil
	}
	return c.fail(err)
}

// fail returns err as a [*ReceiverError], and tells observers of it.
func (c *Connection) fail(err error) *ReceiverError {
	info := c.info()
	c.tellFailed(info, err)
	return &ReceiverError{Signal: c.core.name(), Receiver: info, Err: err}
}

// tellFailed tells observers of an error of the receiver.
func (c *Connection) tellFailed(info ReceiverInfo, err error) {
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
