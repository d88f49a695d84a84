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

// The largest queue that [Async] takes, and the most goroutines that [Workers] does.
const (
	largestQueue = 1 << 24
	mostWorkers  = 1 << 16
)

// Async has the receiver run in a goroutine of its own, behind a first-in
// first-out queue of the given size, from 1 to 16,777,216. The goroutine begins with the
// first send.
//
// What is sent is stored once for all async receivers that are called one after
// another. The memory for it grows with what is queued, and is kept for later sends. A
// receiver that has fallen behind keeps what is queued in memory of its own, until it
// has heard that.
//
// The queue never holds more than its size. One of 16 or more may be full while it holds
// an eighth less, or 31 if that is more than 31: what the receiver has just heard is
// counted as heard by as many sends at once.
//
// The receiver's ctx has the values of the sender's, and no cancellation and no
// deadline. Its errors and panics go to the [ErrorHandler]; what it returns is
// no response. Disconnecting it drops what is queued; [Connection.Dropped]
// counts that, as it does what overflowed. See [Connection.Drain] for waiting.
//
// With [Block], a receiver that sends to itself waits for itself when its queue
// is full, as with a channel. A send that waits for one of several async receivers that
// are called one after another is queued for none of them before.
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

// Workers has n goroutines, from 1 to 65,536, call an [Async] receiver with what is in its
// queue. They begin as they are needed. The receiver is called by several at once, and
// so no longer in the order of the sends.
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

// more returns the connection's extra.
func (c *Connection) more() *extra {
	if c.extra == nil {
		c.extra = new(extra)
	}
	return c.extra
}
