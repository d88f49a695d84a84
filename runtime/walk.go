package runtime

import (
	"slices"
	"unsafe"
)

// A walk iterates over connections. A loop keeps only one pointer to its place. With a
// slice and an index it would have to load three words again after each call instead of
// one, which costs a tenth of a send to ten receivers.
type walk struct {
	next, end **Connection // end is after the last one, still inside the array
}

// More reports whether there is a receiver to call.
func (w walk) More() bool { return w.next != w.end }

// Len returns how many receivers there are.
func (w walk) Len() int {
	return int((uintptr(unsafe.Pointer(w.end)) - uintptr(unsafe.Pointer(w.next))) / unsafe.Sizeof(*w.next))
}

// Advance goes to the next receiver.
func (w *walk) Advance() {
	// The array continues after the last connection, so this stays inside it.
	w.next = (**Connection)(unsafe.Add(unsafe.Pointer(w.next), unsafe.Sizeof(*w.next)))
}

// Fail returns the receiver's error err as a [*ReceiverError], or nil if it is
// [ErrStop].
//
//go:noinline
func (w walk) Fail(err error) error { return (*w.next).failed(err) }

// left returns the remaining receivers.
func (w walk) left() []*Connection { return unsafe.Slice(w.next, w.Len()) }

// isUnready reports whether the loop has no receivers to call and leaves the send to
// the runtime.
func (w walk) isUnready() bool { return w == unready || w == picked }

// A send that is left to the runtime as a whole has one of these walks. With picked, it
// has been counted and is to be observed.
var (
	unready = walkOver(with(nil, new(Connection)))
	picked  = walkOver(with(nil, new(Connection)))
)

// walkOver returns a walk over connections. The array must continue after them:
// otherwise a pointer to their end would point to something else.
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
