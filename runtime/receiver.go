package runtime

// Receiver is one connected receiver as a generated Send sees it.
type Receiver[F any] struct {
	conn Connection
	Func F // what to call
}

// Enter reports whether the receiver is to be called now. It disconnects a
// [Once] receiver; of all the sends that ask, one is told to call it.
func (r *Receiver[F]) Enter() bool {
	return r.conn.state.Load() == connected || r.conn.enterOnce()
}

// Fail returns err, which the receiver returned, as a [*ReceiverError].
func (r *Receiver[F]) Fail(err error) error {
	return &ReceiverError{Signal: r.conn.signal, Receiver: r.conn.info(), Err: err}
}

func (r *Receiver[F]) connection() *Connection { return &r.conn }

// enterOnce is the rest of Enter, apart so that Enter can be inlined.
func (c *Connection) enterOnce() bool {
	return c.state.Load() == connectedOnce && c.Disconnect()
}
