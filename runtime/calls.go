package runtime

import (
	"slices"
	"sync/atomic"
	"unsafe"
)

// Calls are the receivers that a send calls, in order, for the loop of a
// generated method. They never change, but a receiver among them may come to be
// disconnected.
type Calls[F any] struct {
	walk // less the type of the receivers
}

// Ready returns the receivers that a send calls. If there is more to the send
// than to call them, the first is nil, so that the loop leaves the send to [Send],
// [Gather] and their like.
func Ready[F, A, V any](s *Signal[A], _ Call[F, A, V]) Calls[F] {
	if snapshot := s.core.all.published.Load(); snapshot != nil {
		return Calls[F]{snapshot.walk}
	}
	return Calls[F]{unready}
}

// ReadyFrom is Ready for a send of one sender, which it returns as well.
func ReadyFrom[F, A, V any](s *Signal[A], from *Sender, call Call[F, A, V]) (Calls[F], *Sender) {
	if from == nil {
		return Ready(s, call), nil
	}
	return Calls[F]{from.ready(&s.core)}, from
}

// Receiver returns the next receiver. There is one if More reports so. It is nil
// if it cannot just be called: it is disconnected, or asynchronous, or has to be
// asked first. Then the rest is left to [Send], [SendRobust] or their like.
func (c Calls[F]) Receiver() F {
	receiver := atomic.LoadPointer(&(*c.next).receiver)
	return *(*F)(unsafe.Pointer(&receiver))
}

// Next returns the calls behind the next one.
func (c Calls[F]) Next() Calls[F] {
	c.Advance()
	return c
}

// walk is a Calls less its type. A pointer is all that a loop keeps of where it
// is: with a slice and an index, each call would have three things to load again in
// place of one.
type walk struct {
	next, end **Connection // end is behind the last one, where the array goes on
}

// More reports whether there is a receiver to call.
func (w walk) More() bool { return w.next != w.end }

// Len returns how many receivers there are.
func (w walk) Len() int {
	return int((uintptr(unsafe.Pointer(w.end)) - uintptr(unsafe.Pointer(w.next))) / unsafe.Sizeof(*w.next))
}

// Advance sets the calls to Next. Where a func literal has captured them, that
// writes less.
func (w *walk) Advance() {
	w.next = (**Connection)(unsafe.Add(unsafe.Pointer(w.next), unsafe.Sizeof(*w.next)))
}

// Fail returns err, which the receiver has returned, as a [*ReceiverError], or nil
// if it is [ErrStop].
func (w walk) Fail(err error) error { return (*w.next).failed(err) }

// left returns the receivers that are left.
func (w walk) left() []*Connection { return unsafe.Slice(w.next, w.Len()) }

// isUnready reports whether the loop has been given no receivers.
func (w walk) isUnready() bool { return w == unready }

// unready is the walk of a send that is left to the runtime as a whole.
var unready = walkOver(with(nil, new(Connection)))

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

// untypedFunc returns a receiver as the core holds it, or nil for nil. F is a
// func type, and all of those have one representation: a pointer to the code and
// what it has captured. All receivers of a signal are of the one type F that its
// generated code uses, for [Connect] takes no others: the core can do without F,
// and a program with a thousand signals has its code once.
func untypedFunc[F any](receiver F) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&receiver))
}

// receiverOf gives a receiver its type back.
func receiverOf[F any](receiver unsafe.Pointer) F {
	return *(*F)(unsafe.Pointer(&receiver))
}
