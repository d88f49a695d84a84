package runtime

import (
	"context"
	"fmt"
)

// A ConnectOption changes how a receiver is connected. Connect panics, and names the
// signal, if an option is nil or has an invalid argument.
type ConnectOption func(*Connection)

// Priority makes the signal call the receiver before those of lower priority. The
// default is 0; n may be negative. Receivers of equal priority are called in the order
// in which they were connected.
func Priority(n int) ConnectOption {
	return func(c *Connection) {
		if c.rank = int32(n); int(c.rank) != n || c.rank == rankInExtra {
			c.rank, c.more().priority = rankInExtra, n
		}
	}
}

// Once disconnects the receiver just before its first call. The receiver is called
// once, even if several goroutines send at the same time.
func Once() ConnectOption {
	return func(c *Connection) { c.more().once = true }
}

// ID gives the connection an id. A signal has at most one connection of an id among
// those for all senders, and one for each sender of ConnectFrom. While it is connected,
// another Connect with the id changes nothing and returns the first [Connection]. An
// empty id means no id.
func ID(id string) ConnectOption {
	return func(c *Connection) { c.more().id = id }
}

// Name names the receiver in errors, logs and lists of receivers. The default is the
// name of the func, which says little for a func literal.
func Name(name string) ConnectOption {
	return func(c *Connection) { c.more().name = name }
}

// Until disconnects the receiver when ctx is done. Once ctx is done, no send begins to
// call it.
func Until(ctx context.Context) ConnectOption {
	return func(c *Connection) {
		if ctx == nil {
			c.refuse("Until has a nil ctx")
		}
		c.more().until = ctx
	}
}

// Overflow says what a send does when the queue of an [Async] receiver is full.
type Overflow int

const (
	Block      Overflow = iota // wait for room; if ctx is done first, the send gets its error
	DropNewest                 // drop the send
	DropOldest                 // drop the send that has been queued longest
	Fail                       // the send gets ErrQueueFull
)

// overflows has the names of the constants.
var overflows = [...]string{"Block", "DropNewest", "DropOldest", "Fail"}

// String returns the name of the constant.
func (o Overflow) String() string {
	if !o.isKnown() {
		return fmt.Sprintf("Overflow(%d)", int(o))
	}
	return overflows[o]
}

func (o Overflow) isKnown() bool { return o >= 0 && int(o) < len(overflows) }

// The largest queue that [Async] accepts, and the most goroutines that [Workers]
// accepts.
const (
	largestQueue = 1 << 24
	mostWorkers  = 1 << 16
)

// Async makes the receiver run in a goroutine of its own, behind a first-in first-out
// queue of the given size, from 1 to 16,777,216. The goroutine starts with the first
// send.
//
// The receiver's ctx has the values of the sender's, but no cancellation and no
// deadline. Errors and panics of the receiver go to the [ErrorHandler], and what else
// it returns is dropped. Disconnecting it drops what is queued. [Connection.Dropped]
// counts what was dropped then, and what did not fit. [Connection.Drain] waits until
// the queue is empty.
//
// With [Block], a receiver that sends its own signal waits for itself when its queue is
// full, as with a channel. While a send waits for one of several async receivers that
// are called one after another, it is queued for none of them.
//
// A send is stored once for all async receivers that are called one after another. The
// memory grows with what is queued, and is kept for later sends. A receiver that falls
// behind gets memory of its own for its queue until it has caught up.
//
// The queue never holds more than its size. One of 16 or more may count as full while
// an eighth of it is free, but at most 31 places: the receiver takes that many sends at
// once, and they count as queued until it has handled all of them.
func Async(size int, overflow Overflow) ConnectOption {
	return func(c *Connection) {
		if size < 1 || size > largestQueue {
			c.refuse("Async has the size %d; wanted 1 to %d", size, largestQueue)
		}
		if !overflow.isKnown() {
			c.refuse("Async has the overflow %d; wanted Block, DropNewest, DropOldest or Fail", int(overflow))
		}
		c.more().size, c.more().overflow = size, overflow
	}
}

// Workers makes n goroutines, from 1 to 65,536, call an [Async] receiver with what is
// in its queue. They start as they are needed. Several of them may call the receiver at
// once, so calls no longer follow the order of the sends.
func Workers(n int) ConnectOption {
	return func(c *Connection) {
		if n < 1 || n > mostWorkers {
			c.refuse("Workers has %d goroutines; wanted 1 to %d", n, mostWorkers)
		}
		c.more().workers = n
	}
}

// refuse panics because of an invalid option.
func (c *Connection) refuse(format string, args ...any) {
	panic("signalgen: connecting to " + c.core.name() + ": " + fmt.Sprintf(format, args...))
}

// more returns the extra of the connection, which it makes if there is none.
func (c *Connection) more() *extra {
	if c.extra == nil {
		c.extra = new(extra)
	}
	return c.extra
}
