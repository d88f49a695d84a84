package runtime

import (
	"fmt"
	"unsafe"
)

// newConnection makes a connection that has not been added to the signal yet.
func (k *Kind) newConnection(s *Signal, receiver Receiver, opts []ConnectOption) *Connection {
	code := *(*unsafe.Pointer)(receiver) // a func value points to its code pointer, which captured variables follow
	if code == nil {
		panic(fmt.Sprintf("signalgen: a nil receiver was connected to %s", k.Name))
	}
	c := s.base()
	c.start(k)
	conn := &Connection{core: c, receiver: unsafe.Pointer(receiver), receives: declarationOf(*(*uintptr)(code))}
	for _, opt := range opts {
		if opt == nil {
			conn.panicf("found a nil option")
		}
		opt(conn)
	}
	if e := conn.extra; e != nil && e.size > 0 {
		e.queue = newQueue(conn)
	} else if e != nil && e.workers > 0 {
		conn.panicf("found Workers without a queue; wanted Async too")
	}
	return conn
}

// connectArgs holds what differs between Connect, ConnectFrom and ConnectWeak. Each
// field may be nil.
type connectArgs struct {
	sender senderFunc                    // finds the list of the one sender; called under the core's mutex
	attach func(*Connection) func() bool // called once the connection is added; the result is called at its disconnect
}

// connect adds a connection, or returns the existing one that takes its place.
func (c *core) connect(conn *Connection, p connectArgs) *Connection {
	if conn.receives.wrapper {
		conn.ensureExtra().site = siteOfConnect()
	}
	conn.placeReceiver()
	first, stale := c.add(conn, p)
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

// notifyConnected notifies the observers. If one of them panics, the caller of Connect
// does not get the Connection, so the receiver is disconnected.
func (c *Connection) notifyConnected() {
	returned := false
	defer func() {
		if !returned {
			c.Disconnect()
		}
	}()
	for _, o := range c.core.observers() {
		if o.Connected != nil {
			o.Connected((*Signal)(c.core), c.info())
		}
	}
	returned = true
}

// add is addLocked for a caller that does not hold mu. It unlocks even if hashing the
// sender or an observer's For panics.
func (c *core) add(conn *Connection, p connectArgs) (first *Connection, stale []*Connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.addLocked(conn, p)
}

// addLocked is the part of connect that runs under mu, which the caller holds. It
// returns conn, or the existing connection that takes its place. It also returns
// connections that it has disconnected, because their sender has been collected.
func (c *core) addLocked(conn *Connection, p connectArgs) (first *Connection, stale []*Connection) {
	if c.closed {
		conn.state.Store(disconnected)
		return conn, nil
	}
	if p.sender != nil {
		conn.ensureExtra().from, stale = p.sender()
	}
	if first := c.existing(conn); first != nil {
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
		conn.extra.onDisconnect = append(conn.extra.onDisconnect, p.attach(conn))
	}
	return conn, stale
}

// existing returns the connection that takes the place of conn, because it has the same
// id or the same annotated func, or nil. The caller holds mu.
func (c *core) existing(conn *Connection) *Connection {
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
			c.senders.CompareAndDelete(from.key, from)
			from.cleanup.Stop()
		}
	}
	if e := conn.extra; e != nil {
		c.dropID(idKey{list, e.id}, conn)
		for _, untie := range e.onDisconnect {
			untie()
		}
	}
	return true
}

// dropID removes the id of conn. The caller holds mu.
func (c *core) dropID(key idKey, conn *Connection) {
	if c.ids[key] == conn {
		delete(c.ids, key)
		if len(c.ids) == 0 {
			c.ids = nil // an emptied map would keep its memory
		}
	}
}
