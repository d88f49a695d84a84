package runtime

import (
	"slices"
	"unsafe"
)

// A walk goes over connections. A pointer is all that a loop keeps of where it is:
// with a slice and an index, each call would have three things to load again in
// place of one, which takes a tenth of a send to ten receivers.
type walk struct {
	next, end **Connection // end is behind the last one, where the array goes on
}

// More reports whether there is a receiver to call.
func (w walk) More() bool { return w.next != w.end }

// Len returns how many receivers there are.
func (w walk) Len() int {
	return int((uintptr(unsafe.Pointer(w.end)) - uintptr(unsafe.Pointer(w.next))) / unsafe.Sizeof(*w.next))
}

// Advance goes to the next receiver.
func (w *walk) Advance() {
	// The array goes on behind the last connection, so that this points into it.
	w.next = (**Connection)(unsafe.Add(unsafe.Pointer(w.next), unsafe.Sizeof(*w.next)))
}

// Fail returns err, which the receiver has returned, as a [*ReceiverError], or nil
// if it is [ErrStop].
//
//go:noinline
func (w walk) Fail(err error) error { return (*w.next).failed(err) }

// left returns the receivers that are left.
func (w walk) left() []*Connection { return unsafe.Slice(w.next, w.Len()) }

// isUnready reports whether the loop has been given no receivers.
func (w walk) isUnready() bool { return w == unready || w == picked }

// A send that is left to the runtime as a whole has one of these walks. It has been
// counted, and is to be observed, if its walk is picked.
var (
	unready = walkOver(with(nil, new(Connection)))
	picked  = walkOver(with(nil, new(Connection)))
)

// walkOver returns a walk over connections, behind which the array must go on: a
// pointer behind it would point to something else.
func walkOver(connections []*Connection) walk {
	n := len(connections)
	if n == 0 {
		return walk{}
	}
	return walk{&connections[0], &connections[:n+1][n]}
}

// with appends a connection, and leaves room for one more.
func with(connections []*Connection, c *Connection) []*Connection {
	return append(slices.Grow(connections, 2), c)
}
