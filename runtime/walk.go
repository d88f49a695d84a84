package runtime

import (
	"slices"
	"unsafe"
)

// A walk iterates over connections. After each call, a loop has to reload only one
// pointer. With a slice and an index it would reload three words, which makes a send to
// ten receivers a tenth slower.
type walk struct {
	next, end **Connection // end is after the last one, still inside the array
}

// More reports whether there is a next receiver.
func (w walk) More() bool { return w.next != w.end }

// Len returns how many receivers are left.
func (w walk) Len() int {
	return int((uintptr(unsafe.Pointer(w.end)) - uintptr(unsafe.Pointer(w.next))) / unsafe.Sizeof(*w.next))
}

// Advance moves past the next receiver.
func (w *walk) Advance() {
	// The array continues after the last connection, so the pointer stays inside it.
	w.next = (**Connection)(unsafe.Add(unsafe.Pointer(w.next), unsafe.Sizeof(*w.next)))
}

// Fail returns the error of the next receiver as a [*ReceiverError], or nil if it is
// [ErrStop].
//
//go:noinline
func (w walk) Fail(err error) error { return (*w.next).failed(err) }

// left returns the remaining receivers.
func (w walk) left() []*Connection { return unsafe.Slice(w.next, w.Len()) }

// isUnready reports whether the loop must leave the whole send to the runtime.
func (w walk) isUnready() bool { return w == unready || w == picked }

// The walks of a send that is left to the runtime. Their only connection has no
// receiver, so the loop stops at once. With picked, the send has been counted and is to
// be observed.
var (
	unready = walkOver(with(nil, new(Connection)))
	picked  = walkOver(with(nil, new(Connection)))
)

// walkOver returns a walk over connections. Their array must have room for one more.
// Otherwise end would point past the array, into another object.
func walkOver(connections []*Connection) walk {
	n := len(connections)
	if n == 0 {
		return walk{}
	}
	return walk{&connections[0], &connections[:n+1][n]}
}

// with appends a connection, and leaves room for another, as walkOver requires.
func with(connections []*Connection, c *Connection) []*Connection {
	return append(slices.Grow(connections, 2), c)
}
