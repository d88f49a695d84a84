package runtime

import "unsafe"

// Receiver is one connected receiver as a generated Send sees it.
type Receiver[F any] struct {
	entry   // the first field: see receiversOf
	Func  F // what to call
}

// entry is a Receiver less its type.
type entry struct {
	conn Connection // the first field: see receiversOf
}

// Enter reports whether the receiver is to be called now. It disconnects a
// [Once] receiver; of all the sends that ask, one is told to call it.
func (e *entry) Enter() bool {
	return e.conn.state.Load() == live || e.conn.enter()
}

// Fail returns err, which the receiver returned, as a [*ReceiverError], or nil
// if it is [ErrStop].
func (e *entry) Fail(err error) error {
	conn, err := e.conn.origin(err)
	if isStop(err) {
		return nil
	}
	return conn.fail(err)
}

func (c *Connection) fail(err error) *ReceiverError {
	return &ReceiverError{Signal: c.core.name(), Receiver: c.info(), Err: err}
}

// untypedFunc returns a receiver as the core holds it, or nil for nil. F is a
// func type, and all of those have one representation: a pointer to the code and
// what it has captured. Nobody calls the func that is returned; [receiverOf]
// gives it its type back.
func untypedFunc[F any](receiver F) func() {
	return *(*func())(unsafe.Pointer(&receiver))
}

// receiversOf returns the receivers that connections belong to. All connections
// of a signal are the first field of a Receiver[func()] that holds a func of the
// one type F that its generated code uses, because [Connect] makes no others. The
// core can therefore do without F, and a program with a thousand signals holds
// its code once.
func receiversOf[F any](connections []*Connection) []*Receiver[F] {
	return *(*[]*Receiver[F])(unsafe.Pointer(&connections))
}

// receiverOf is receiversOf for one.
func receiverOf[F any](c *Connection) *Receiver[F] {
	return (*Receiver[F])(unsafe.Pointer(c))
}
