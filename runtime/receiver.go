package runtime

import "unsafe"

// Receiver is one connected receiver as a generated Send sees it.
type Receiver[F any] struct {
	conn Connection // the first field: see receiversOf
	Func F          // what to call
}

// Enter reports whether the receiver is to be called now. It disconnects a
// [Once] receiver; of all the sends that ask, one is told to call it.
func (r *Receiver[F]) Enter() bool {
	return r.conn.state.Load() == live || r.conn.enter()
}

// Fail returns err, which the receiver returned, as a [*ReceiverError], or nil
// if it is [ErrStop].
func (r *Receiver[F]) Fail(err error) error {
	if isStop(err) {
		return nil
	}
	return r.conn.fail(err)
}

func (c *Connection) fail(err error) *ReceiverError {
	return &ReceiverError{Signal: c.core.name(), Receiver: c.info(), Err: err}
}

// receiversOf returns the receivers that connections belong to. All connections
// of a signal are the first field of a Receiver[F] with the one F that its
// generated code uses, because [Connect] makes no others. The core can therefore
// do without F, and a program with a thousand signals holds its code once.
func receiversOf[F any](connections []*Connection) []*Receiver[F] {
	return *(*[]*Receiver[F])(unsafe.Pointer(&connections))
}

// receiverOf is receiversOf for one.
func receiverOf[F any](c *Connection) *Receiver[F] {
	return (*Receiver[F])(unsafe.Pointer(c))
}
