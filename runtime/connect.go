package runtime

import (
	"fmt"
	"unsafe"
)

// newConnection makes a connection that is to be added to the signal.
func (k *Kind) newConnection(s *Signal, receiver Receiver, opts []ConnectOption) *Connection {
	code := *(*unsafe.Pointer)(receiver) // a func value points to its code pointer, followed by what it has captured
	if code == nil {
		panic(fmt.Sprintf("signalgen: a nil receiver was connected to %s", k.Name))
	}
	c := s.base()
	c.startLocked(k)
	conn := &Connection{core: c, receiver: unsafe.Pointer(receiver), receives: declarationOf(*(*uintptr)(code))}
	for _, opt := range opts {
		if opt == nil {
			conn.refuse("found a nil option")
		}
		opt(conn)
	}
	if e := conn.extra; e != nil && e.size > 0 {
		e.queue = newQueue(conn)
	} else if e != nil && e.workers > 0 {
		conn.refuse("found Workers without a queue; wanted Async too")
	}
	return conn
}

// prepared is what the kinds of Connect do differently. Each field may be nil.
type prepared struct {
	sender senderFunc                    // finds the list of the one sender; called under the core's mutex
	attach func(*Connection) func() bool // ties the connection to something; what it returns unties it
}

// connect adds a connection, or returns the existing one that makes it unnecessary.
func (c *core) connect(conn *Connection, p prepared) *Connection {
	if conn.receives.made {
		conn.more().site = siteOfConnect()
	}
	conn.settle()
	first, stale := c.addLocked(conn, p)
	for _, conn := range stale {
		c.ended(conn, true)
	}
	if first != conn || c.isClosed() {
		return first
	}
	conn.notifyConnected()
	if e := conn.extra; e != nil && e.until != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if conn.state.Load() != disconnected {
			c.endWith(e.until, conn)
		}
	}
	return conn
}

// notifyConnected tells the observers. If one of them panics, nobody gets the Connection,
// so the receiver is disconnected.
func (c *Connection) notifyConnected() {
	told := false
	defer func() {
		if !told {
			c.Disconnect()
		}
	}()
	for _, o := range c.core.observers() {
		if o.Connected != nil {
			o.Connected((*Signal)(c.core), c.info())
		}
	}
	told = true
}

// addLocked calls add under mu, and unlocks even if a sender's hash or a name panics.
func (c *core) addLocked(conn *Connection, p prepared) (first *Connection, stale []*Connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.add(conn, p)
}

// add is the part of connect that runs under mu, which the caller holds. It returns
// conn, or the existing connection with the same id or of the same annotated func. It
// also returns the connections of a collected sender that had the address of the sender
// asked for; they are disconnected.
func (c *core) add(conn *Connection, p prepared) (first *Connection, stale []*Connection) {
	if c.closed {
		conn.state.Store(disconnected)
		return conn, nil
	}
	if p.sender != nil {
		conn.more().from, stale = p.sender()
	}
	if first := c.standing(conn); first != nil {
		return first, stale
	}
	c.seq++
	conn.seq = c.seq
	c.keepID(conn)
	conn.list().insert(conn)
	if conn.from() != nil {
		c.fromLive.Add(1)
	}
	if p.attach != nil {
		conn.extra.untie = append(conn.extra.untie, p.attach(conn))
	}
	return conn, stale
}

// standing returns the existing connection that makes conn unnecessary, or nil. The
// caller holds mu.
func (c *core) standing(conn *Connection) *Connection {
	e := conn.extra
	if e == nil {
		return nil
	}
	if first := c.ids[idKey{conn.list(), e.id}]; first != nil && first.Connected() {
		return first
	}
	if e.annotated != (annotated{}) {
		for _, other := range conn.list().held() {
			if other.extra != nil && other.extra.annotated == e.annotated && other.Connected() {
				return other
			}
		}
	}
	return nil
}

// keepID registers the id of conn, if it has one. The caller holds mu.
func (c *core) keepID(conn *Connection) {
	if conn.extra == nil || conn.extra.id == "" {
		return
	}
	if c.ids == nil {
		c.ids = make(map[idKey]*Connection)
	}
	c.ids[idKey{conn.list(), conn.extra.id}] = conn
}

// drop is the part of disconnect that runs under mu, which the caller holds.
func (c *core) drop(conn *Connection) bool {
	if conn.state.Load() == disconnected {
		return false
	}
	conn.state.Store(disconnected)
	conn.release()
	if e := conn.extra; e != nil && e.tap != nil {
		c.unlisten(e.tap)
		return true
	}
	list, from := conn.list(), conn.from()
	list.remove()
	c.dropMerges(from)
	if from != nil {
		c.fromLive.Add(-1)
		if from.live == 0 {
			c.others.CompareAndDelete(from.key, from)
			from.cleanup.Stop()
		}
	}
	if e := conn.extra; e != nil {
		c.dropID(idKey{list, e.id}, conn)
		for _, untie := range e.untie {
			untie()
		}
	}
	return true
}

// dropID forgets the id of conn. The caller holds mu.
func (c *core) dropID(key idKey, conn *Connection) {
	if c.ids[key] == conn {
		delete(c.ids, key)
		if len(c.ids) == 0 {
			c.ids = nil // a map never shrinks
		}
	}
}
