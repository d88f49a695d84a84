package runtime

import (
	"fmt"
	"unsafe"
)

// newConnection makes a connection that is to be added to the signal.
func (k *Kind) newConnection(s *Signal, receiver Receiver, opts []ConnectOption) *Connection {
	code := *(*unsafe.Pointer)(receiver) // a func is a pointer to where its code and what it has captured stand
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

// prepared is what the kinds of Connect do differently. Any of it may be nil.
type prepared struct {
	sender senderFunc                    // finds the one sender to hear, under the core's mutex
	attach func(*Connection) func() bool // ties the connection to something; what it returns unties it
}

// connect adds a connection, or returns the one that stands for it already.
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
	conn.tellConnected()
	if e := conn.extra; e != nil && e.until != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if conn.state.Load() != disconnected {
			c.endWith(e.until, conn)
		}
	}
	return conn
}

// tellConnected tells the observers. A receiver whose Connection nobody gets, because
// one of them panics, is disconnected.
func (c *Connection) tellConnected() {
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

// addLocked is add under mu, whatever a sender's hash or a name may do.
func (c *core) addLocked(conn *Connection, p prepared) (first *Connection, stale []*Connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.add(conn, p)
}

// add is the part of connect for which the caller holds mu. It returns the
// receiver's connection, or the one that has its id or is of the same annotated func;
// and the connections, disconnected now, of a sender that is gone and had the address
// of the one that is asked for.
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

// standing returns the connection that stands for conn already, or nil. The caller
// holds mu.
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

// keepID makes the id of conn known, if it has one. The caller holds mu.
func (c *core) keepID(conn *Connection) {
	if conn.extra == nil || conn.extra.id == "" {
		return
	}
	if c.ids == nil {
		c.ids = make(map[idKey]*Connection)
	}
	c.ids[idKey{conn.list(), conn.extra.id}] = conn
}

// drop is the part of disconnect for which the caller holds mu.
func (c *core) drop(conn *Connection) bool {
	if conn.state.Load() == disconnected {
		return false
	}
	conn.state.Store(disconnected)
	conn.letGo()
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
			c.ids = nil // a map keeps the size that it has had
		}
	}
}
