package runtime

import (
	"strings"
	"sync/atomic"
)

// A Connection ties one receiver to one signal, from the Connect that returned
// it until Disconnect. It may be used from several goroutines.
type Connection struct {
	state    atomic.Uint32 // connected, connectedOnce or disconnected; set to disconnected under the signal's mutex
	owner    interface{ disconnect(*Connection) bool }
	signal   string
	id       string
	priority int
	pc       uintptr // where the receiver's code begins
	site     *site   // the call that connected it, if the receiver has no place in the source
}

// The states of a connection. The zero value is that of most receivers, which
// a send calls without a further question.
const (
	connected uint32 = iota
	connectedOnce
	disconnected
)

// Disconnect takes the receiver off the signal, and nothing but that receiver,
// however often its func is connected. It reports whether this call did it:
// a further call, or one after a [Once] receiver was called, returns false.
//
// No send calls the receiver after Disconnect has returned, not even one that
// is under way. A call that has begun is not waited for, so a receiver may
// disconnect itself.
func (c *Connection) Disconnect() bool {
	return c.owner.disconnect(c)
}

// Connected reports whether the receiver is connected. A [Once] receiver is not
// any more while its call runs.
func (c *Connection) Connected() bool {
	return c.state.Load() != disconnected
}

// info describes the receiver.
func (c *Connection) info() ReceiverInfo {
	frame := frameOf(c.pc)
	info := ReceiverInfo{
		Name:     strings.TrimSuffix(frame.Function, methodValue),
		File:     frame.File,
		Line:     frame.Line,
		Priority: c.priority,
		ID:       c.id,
	}
	if c.site != nil {
		info.File, info.Line = c.site.file, c.site.line
	}
	return info
}
