package runtime

import (
	"context"
	"fmt"
)

// A ConnectOption changes how a receiver is connected. Connect panics, and names the
// signal, if an option is nil or has an invalid argument.
type ConnectOption func(*Connection)

// Priority sets the receiver's priority. Receivers of higher priority are called first,
// and receivers of equal priority in the order in which they were connected. The
// default is 0; n may be negative.
func Priority(n int) ConnectOption {
	return func(c *Connection) {
		if c.rank = int32(n); int(c.rank) != n || c.rank == rankInExtra {
			c.rank, c.ensureExtra().priority = rankInExtra, n
		}
	}
}

// Once disconnects the receiver just before its first call. The receiver is called at
// most once, even if several goroutines send at the same time.
func Once() ConnectOption {
	return func(c *Connection) { c.ensureExtra().once = true }
}

// ID gives the connection an id. While it is connected, another Connect with the same
// id changes nothing and returns the first [Connection]. An id is unique among the
// receivers for all senders, and among those for one sender, as connected by
// ConnectFrom. An empty id means no id.
func ID(id string) ConnectOption {
	return func(c *Connection) { c.ensureExtra().id = id }
}

// Name names the receiver in errors, logs and lists of receivers. The default is the
// name of the func, which says little for a func literal.
func Name(name string) ConnectOption {
	return func(c *Connection) { c.ensureExtra().name = name }
}

// Until disconnects the receiver when ctx is done. Once ctx is done, no send calls it,
// even if it has not been disconnected yet.
func Until(ctx context.Context) ConnectOption {
	return func(c *Connection) {
		if ctx == nil {
			c.panicf("Until has a nil ctx")
		}
		c.ensureExtra().until = ctx
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

// overflows holds the names of the constants.
var overflows = [...]string{"Block", "DropNewest", "DropOldest", "Fail"}

// String returns the name of the constant.
func (o Overflow) String() string {
	if !o.isKnown() {
		return fmt.Sprintf("Overflow(%d)", int(o))
	}
	return overflows[o]
}

func (o Overflow) isKnown() bool { return o >= 0 && int(o) < len(overflows) }

// The limits of [Async] and [Workers].
const (
	largestQueue = 1 << 24
	mostWorkers  = 1 << 16
)

// Async runs the receiver in its own goroutine, behind a first-in first-out queue of
// the given size, from 1 to 16,777,216 sends. The goroutine starts with the first send.
//
// The receiver's ctx has the values of the sender's, but no cancellation and no
// deadline. Errors and panics of the receiver go to the [ErrorHandler]; a value that it
// returns is discarded. Disconnecting the receiver drops what is queued.
// [Connection.Dropped] counts these sends and those that did not fit.
// [Connection.Drain] waits until the queue is empty.
//
// With [Block], a receiver that sends its own signal may deadlock: once its queue is
// full, it waits for itself, as with a channel. While a send waits for one of several
// consecutive async receivers, it is queued for none of them.
//
// A send is stored once for all consecutive async receivers. The memory grows with what
// is queued, and is kept for later sends. A receiver that falls behind gets a queue
// with memory of its own until it has caught up.
//
// The queue never holds more than its size. A queue of 16 or more may count as full
// while up to an eighth of it, and at most 31 places, is free: the receiver takes sends
// in batches of that size, and all of a batch counts as queued until it has been
// handled.
func Async(size int, overflow Overflow) ConnectOption {
	return func(c *Connection) {
		if size < 1 || size > largestQueue {
			c.panicf("Async has the size %d; wanted 1 to %d", size, largestQueue)
		}
		if !overflow.isKnown() {
			c.panicf("Async has the overflow %d; wanted Block, DropNewest, DropOldest or Fail", int(overflow))
		}
		c.ensureExtra().size, c.ensureExtra().overflow = size, overflow
	}
}

// Workers sets the number of goroutines that call an [Async] receiver, from 1 to
// 65,536. They start as they are needed. The receiver must allow concurrent calls, and
// the calls no longer follow the order of the sends.
func Workers(n int) ConnectOption {
	return func(c *Connection) {
		if n < 1 || n > mostWorkers {
			c.panicf("Workers has %d goroutines; wanted 1 to %d", n, mostWorkers)
		}
		c.ensureExtra().workers = n
	}
}

// panicf panics because of an invalid option. The message begins with the signal's
// name.
func (c *Connection) panicf(format string, args ...any) {
	panic("signalgen: connecting to " + c.core.name() + ": " + fmt.Sprintf(format, args...))
}

// ensureExtra returns the extra of the connection, and makes one if there is none.
func (c *Connection) ensureExtra() *extra {
	if c.extra == nil {
		c.extra = new(extra)
	}
	return c.extra
}
