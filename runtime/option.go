package runtime

import (
	"context"
	"fmt"
)

// A ConnectOption changes how a receiver is connected. One that is nil or has an
// invalid argument panics at Connect, with the name of the signal.
type ConnectOption func(*Connection)

// Priority has the receiver called before those of a lower priority. The
// default is 0; n may be negative. Receivers of one priority are called in the
// order in which they were connected.
func Priority(n int) ConnectOption {
	return func(c *Connection) {
		if c.rank = int32(n); int(c.rank) != n || c.rank == elsewhere {
			c.rank, c.more().priority = elsewhere, n
		}
	}
}

// Once disconnects the receiver just before its first call. It is called
// exactly once, also when several goroutines send at the same time.
func Once() ConnectOption {
	return func(c *Connection) { c.more().once = true }
}

// ID names the connection. A signal has at most one connection of an id for all
// senders, and one for each sender of ConnectFrom: while it lasts, a second
// Connect with the id changes nothing and returns the first one's [Connection].
// The empty id stands for none.
func ID(id string) ConnectOption {
	return func(c *Connection) { c.more().id = id }
}

// Name names the receiver in errors, logs and lists of receivers. The default
// is the func's own name, which is of little help for a closure.
func Name(name string) ConnectOption {
	return func(c *Connection) { c.more().name = name }
}

// Until disconnects the receiver when ctx is done. No send that begins to call
// it after that does.
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
	Block      Overflow = iota // wait for room until ctx is done, whose error the send then gets
	DropNewest                 // drop what is being sent
	DropOldest                 // drop what has waited longest
	Fail                       // the send gets ErrQueueFull
)

// overflows are the names of the constants.
var overflows = [...]string{"Block", "DropNewest", "DropOldest", "Fail"}

// String returns the name of the constant.
func (o Overflow) String() string {
	if !o.isKnown() {
		return fmt.Sprintf("Overflow(%d)", int(o))
	}
	return overflows[o]
}

func (o Overflow) isKnown() bool { return o >= 0 && int(o) < len(overflows) }

// largestQueue is the largest queue that [Async] takes: it is allocated at once.
const largestQueue = 1 << 24

// Async has the receiver run in a goroutine of its own, behind a first-in
// first-out queue of the given size, from 1 to 16,777,216. The queue is allocated at
// once, but for the arguments of a send: their memory is allocated when it is first
// needed, and kept for later sends.
//
// The receiver's ctx has the values of the sender's, and no cancellation and no
// deadline. Its errors and panics go to the [ErrorHandler]; what it returns is
// no response. Disconnecting it drops what is queued; [Connection.Dropped]
// counts that, as it does what overflowed. See [Connection.Drain] for waiting.
//
// With [Block], a receiver that sends to itself waits for itself when its queue
// is full, as with a channel.
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

// refuse panics because of an invalid option.
func (c *Connection) refuse(format string, args ...any) {
	panic("signalgen: connecting to " + c.core.name() + ": " + fmt.Sprintf(format, args...))
}

// more returns the connection's extra.
func (c *Connection) more() *extra {
	if c.extra == nil {
		c.extra = new(extra)
	}
	return c.extra
}
