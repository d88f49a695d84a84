package runtime

// A ConnectOption changes how a receiver is connected.
type ConnectOption func(*Connection)

// Priority has the receiver called before those of a lower priority. The
// default is 0; n may be negative. Receivers of one priority are called in the
// order in which they were connected.
func Priority(n int) ConnectOption {
	return func(c *Connection) { c.priority = n }
}

// Once disconnects the receiver just before its first call. It is called
// exactly once, also when several goroutines send at the same time.
func Once() ConnectOption {
	return func(c *Connection) { c.state.Store(connectedOnce) }
}

// ID names the connection. A signal has at most one connection of an id: while
// it lasts, a second Connect with the id changes nothing and returns the first
// one's [Connection]. The empty id stands for none.
func ID(id string) ConnectOption {
	return func(c *Connection) { c.id = id }
}
