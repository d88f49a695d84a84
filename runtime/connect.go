package runtime

import (
	"context"
	"fmt"
	"runtime"
	"weak"
)

// A Call calls a receiver of type F with the arguments A of a send. Generated
// code has one for each signal; V is struct{} if receivers return no value.
type Call[F, A, V any] func(ctx context.Context, receiver F, args A) (V, error)

// CallPayload is the [Call] of every signal that is declared as a payload.
func CallPayload[A any](ctx context.Context, receiver func(context.Context, A) error, args A) (struct{}, error) {
	return struct{}{}, receiver(ctx, args)
}

// Connect is the Connect of generated code.
func Connect[F, A, V any](s typed[A], call Call[F, A, V], receiver F, opts []ConnectOption) *Connection {
	return connect(s, call, receiver, opts, prepared{})
}

// prepared is what the kinds of Connect do differently. Any of it may be nil.
type prepared struct {
	method any                           // the receiver whose name is told
	sender senderFunc                    // finds the one sender to hear, under the core's mutex
	owner  func() any                    // returns the owner of a weak receiver, or nil when it is gone
	attach func(*Connection) func() bool // ties the connection to something; what it returns unties it
	queue  func(*Connection) *queue      // makes the queue of an async receiver
}

func connect[F, A, V any](s typed[A], call Call[F, A, V], receiver F, opts []ConnectOption, p prepared) *Connection {
	core := &s.signal().core
	pc := entryOf(receiver)
	if pc == 0 {
		panic(fmt.Sprintf("signalgen: a nil receiver was connected to %s", s.Name()))
	}
	if p.method != nil {
		pc = entryOf(p.method)
	}
	p.queue = func(conn *Connection) *queue {
		return newQueue(conn, func(ctx context.Context, args A) error {
			_, err := call(ctx, receiver, args)
			return err
		})
	}
	r := &Receiver[F]{Func: receiver, conn: Connection{core: core, pc: pc}}
	return core.connect(s, &r.conn, opts, p)
}

// connect adds a connection, or returns the one that has its id already.
func (c *core) connect(self AnySignal, conn *Connection, opts []ConnectOption, p prepared) *Connection {
	for _, opt := range opts {
		opt(conn)
	}
	if site := siteOf(conn.pc); site != nil {
		conn.more().site = site
	}
	if p.owner != nil {
		conn.more().owner = p.owner
	}
	if e := conn.extra; e != nil {
		if e.size > 0 {
			e.queue = p.queue(conn)
		}
		if e.once || e.until != nil {
			conn.state.Store(conditional)
		}
	}
	first, stale := c.addLocked(self, conn, p)
	for _, conn := range stale {
		c.ended(conn, true)
	}
	if first != conn || c.isClosed() {
		return first
	}
	for _, o := range c.observers() {
		if o.Connected != nil {
			o.Connected(self, conn.info())
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
func (c *core) addLocked(self AnySignal, conn *Connection, p prepared) (first *Connection, stale []*Connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.add(self, conn, p)
}

// add is the part of connect for which the caller holds mu. It returns conn, or
// the connection that has its id; and the connections, disconnected now, of a
// sender that is gone and had the address of the one that is asked for.
func (c *core) add(self AnySignal, conn *Connection, p prepared) (first *Connection, stale []*Connection) {
	c.start(self)
	if c.closed {
		conn.state.Store(disconnected)
		return conn, nil
	}
	conn.list = &c.all
	if p.sender != nil {
		var from *Sender
		from, stale = p.sender()
		conn.list = &from.list
		conn.list.sender = from
	}
	e := conn.extra
	if e != nil && e.id != "" {
		key := idKey{conn.list, e.id}
		if first := c.ids[key]; first != nil && first.Connected() {
			return first, stale
		}
		if c.ids == nil {
			c.ids = make(map[idKey]*Connection)
		}
		c.ids[key] = conn
	}
	c.seq++
	conn.seq = c.seq
	if conn.slow() {
		c.slow++
		c.refresh() // before a loop can find it
	}
	conn.list.insert(conn)
	if conn.list.sender != nil {
		c.fromLive.Add(1)
	}
	if p.attach != nil {
		e.untie = append(e.untie, p.attach(conn))
	}
	return conn, stale
}

// drop is the part of disconnect for which the caller holds mu.
func (c *core) drop(conn *Connection) bool {
	if conn.state.Load() == disconnected {
		return false
	}
	conn.state.Store(disconnected)
	if e := conn.extra; e != nil && e.tap != nil {
		c.unlisten(e.tap)
		return true
	}
	conn.list.remove()
	c.dropMerges(conn.list)
	if from := conn.list.sender; from != nil {
		c.fromLive.Add(-1)
		if from.live == 0 {
			c.others.CompareAndDelete(from.key, from)
			from.cleanup.Stop()
		}
	}
	if e := conn.extra; e != nil {
		if key := (idKey{conn.list, e.id}); c.ids[key] == conn {
			delete(c.ids, key)
			if len(c.ids) == 0 {
				c.ids = nil // a map keeps the size that it has had
			}
		}
		for _, untie := range e.untie {
			untie()
		}
	}
	if conn.slow() {
		c.slow--
		c.refresh()
	}
	return true
}

// ConnectWeak is the ConnectWeak of generated code. The receiver calls method on
// owner, which it holds weakly; it does nothing once owner is gone.
func ConnectWeak[T, F, A, V any](s typed[A], call Call[F, A, V], owner *T, method any, receiver F, opts []ConnectOption) *Connection {
	if owner == nil || entryOf(method) == 0 {
		panic(fmt.Sprintf("signalgen: a nil owner or method was connected to %s", s.Name()))
	}
	held := weak.Make(owner)
	return connect(s, call, receiver, opts, prepared{
		method: method,
		owner: func() any {
			if owner := held.Value(); owner != nil {
				return owner
			}
			return nil
		},
		attach: func(conn *Connection) func() bool {
			// The owner may hold the signal, and must not be kept by its own cleanup.
			cleanup := runtime.AddCleanup(owner, disconnectWeak, weak.Make(conn))
			return func() bool { cleanup.Stop(); return true }
		},
	})
}

func disconnectWeak(conn weak.Pointer[Connection]) {
	if conn := conn.Value(); conn != nil {
		conn.Disconnect()
	}
}
