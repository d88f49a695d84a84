package runtime

import (
	"context"
	"fmt"
	"runtime"
	"unsafe"
	"weak"
)

// A Call calls a receiver of type F with the arguments A of a send. Generated
// code has one for each signal; V is struct{} if receivers return no value.
type Call[F, A, V any] = func(ctx context.Context, receiver F, args A) (V, error)

// CallPayload is the [Call] of every signal that is declared as a payload.
func CallPayload[A any](ctx context.Context, receiver func(context.Context, A) error, args A) (struct{}, error) {
	return struct{}{}, receiver(ctx, args)
}

// Connect is the Connect of generated code.
func Connect[F, A, V any](s typed, call Call[F, A, V], receiver F, opts []ConnectOption) *Connection {
	return connect(s, newConnection(s, call, receiver, opts), prepared{})
}

// newConnection makes a connection that is to be added to the signal. It is not
// inlined, for it would be in three functions of every signal.
//
//go:noinline
func newConnection[F, A, V any](s typed, call Call[F, A, V], receiver F, opts []ConnectOption) *Connection {
	conn := newReceiver(s, untypedFunc(receiver), opts)
	if conn.needsCarrier() {
		conn.carry(newCarrier(*new(A), call, nil))
	}
	return conn
}

// needsCarrier reports whether the connection, or its core, is to be given a
// carrier.
func (c *Connection) needsCarrier() bool {
	return c.core.blank.Load() == nil || c.extra != nil && c.extra.size > 0
}

// carry gives an async receiver its queue, and the core the first carrier that it
// is shown. The carrier carries nothing.
func (c *Connection) carry(carry carrier) {
	c.core.blank.CompareAndSwap(nil, &carry)
	if c.extra != nil && c.extra.size > 0 {
		c.extra.queue = newQueue(c, carry)
	}
}

// newReceiver is the part of newConnection that depends on no type.
func newReceiver(s typed, receiver unsafe.Pointer, opts []ConnectOption) *Connection {
	if receiver == nil {
		panic(fmt.Sprintf("signalgen: a nil receiver was connected to %s", s.Name()))
	}
	conn := &Connection{core: s.base(), receiver: receiver, pc: *(*uintptr)(receiver)}
	for _, opt := range opts {
		opt(conn)
	}
	return conn
}

// prepared is what the kinds of Connect do differently. Any of it may be nil.
type prepared struct {
	sender senderFunc                    // finds the one sender to hear, under the core's mutex
	attach func(*Connection) func() bool // ties the connection to something; what it returns unties it
}

// connect adds a connection, or returns the one that has its id already.
func connect(s typed, conn *Connection, p prepared) *Connection {
	if site := siteOf(conn.pc); site != nil {
		conn.more().site = site
	}
	conn.settle()
	c := conn.core
	if conn.extra != nil && conn.extra.whole != nil {
		c.complete(s, conn)
		return conn
	}
	first, stale := c.addLocked(s, conn, p)
	for _, conn := range stale {
		c.ended(conn, true)
	}
	if first != conn || c.isClosed() {
		return first
	}
	for _, o := range c.observers() {
		if o.Connected != nil {
			o.Connected(c.self, conn.info())
		}
	}
	if e := conn.extra; e != nil && e.until != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if conn.state.Load() != disconnected {
			e.untie = append(e.untie, context.AfterFunc(e.until, func() { conn.Disconnect() }))
		}
	}
	return conn
}

// addLocked is add under mu, whatever a sender's hash or a name may do.
func (c *core) addLocked(s typed, conn *Connection, p prepared) (first *Connection, stale []*Connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.add(s, conn, p)
}

// add is the part of connect for which the caller holds mu. It returns the
// receiver's connection, or the one that has its id; and the connections, disconnected now, of a
// sender that is gone and had the address of the one that is asked for.
func (c *core) add(s typed, conn *Connection, p prepared) (first *Connection, stale []*Connection) {
	c.start(s)
	if c.closed {
		conn.state.Store(disconnected)
		return conn, nil
	}
	if p.sender != nil {
		conn.more().from, stale = p.sender()
	}
	e, list := conn.extra, conn.list()
	key := idKey{list, ""}
	if e != nil && e.id != "" {
		key.id = e.id
		if first := c.ids[key]; first != nil && first.Connected() {
			return first, stale
		}
	}
	if conn.isWired() {
		stale = append(stale, c.replaceAnnotated(conn)...)
	} else if e != nil && e.annotated {
		if wired := c.wired(conn); wired != nil {
			return wired, stale
		}
	}
	if key.id != "" {
		if c.ids == nil {
			c.ids = make(map[idKey]*Connection)
		}
		c.ids[key] = conn
	}
	c.number(conn)
	if e := conn.extra; e != nil && e.chain != nil {
		e.chain.building = append(e.chain.building, conn)
	}
	list.insert(conn)
	if conn.from() != nil {
		c.fromLive.Add(1)
	}
	if p.attach != nil {
		e.untie = append(e.untie, p.attach(conn))
	}
	return conn, stale
}

// number says when conn is connected. The caller holds mu.
func (c *core) number(conn *Connection) {
	c.seq++
	if conn.isWired() {
		conn.more().born = c.seq
		noteWired(conn)
	} else {
		conn.seq = firstDynamic + c.seq
	}
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
	if e := conn.extra; e != nil && e.chain != nil {
		e.chain.broken.Store(true)
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
		if key := (idKey{list, e.id}); c.ids[key] == conn {
			delete(c.ids, key)
			if len(c.ids) == 0 {
				c.ids = nil // a map keeps the size that it has had
			}
		}
		for _, untie := range e.untie {
			untie()
		}
	}
	return true
}

// ConnectWeak is the ConnectWeak of generated code. The receiver calls method on
// owner, which it holds weakly; it does nothing once owner is gone.
func ConnectWeak[T, F, A, V any](s typed, call Call[F, A, V], owner *T, method any, receiver F, opts []ConnectOption) *Connection {
	if owner == nil || entryOf(method) == 0 {
		panic(fmt.Sprintf("signalgen: a nil owner or method was connected to %s", s.Name()))
	}
	held := weak.Make(owner)
	conn := newConnection(s, call, receiver, opts)
	conn.pc = entryOf(method)
	_, silent := any(*new(V)).(struct{})
	conn.more().responds = !silent
	conn.extra.owner = func() any {
		if owner := held.Value(); owner != nil {
			return owner
		}
		return nil
	}
	return connect(s, conn, prepared{attach: func(conn *Connection) func() bool {
		// The owner may hold the signal, and must not be kept by its own cleanup.
		cleanup := runtime.AddCleanup(owner, disconnectWeak, weak.Make(conn))
		return func() bool { cleanup.Stop(); return true }
	}})
}

func disconnectWeak(conn weak.Pointer[Connection]) {
	if conn := conn.Value(); conn != nil {
		conn.Disconnect()
	}
}
