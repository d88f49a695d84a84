package runtime

import (
	"maps"
	"slices"
	"sync/atomic"
)

// core is a [Signal] without its methods. All that this package does with a signal
// it does with the core, for the compiler makes a func of each method of Signal, an
// unexported one too, for each generated signal.
type core Signal

// base returns the core. It tells the generated signals from others.
func (s *Signal) base() *core { return (*core)(s) }

// generated is a [Signal] or one that is built on it.
type generated interface{ base() *core }

// coreOf returns the core of a signal, which knows its kind, or nil if it is not a
// generated one.
func coreOf(s AnySignal) *core {
	g, ok := s.(generated)
	if !ok {
		return nil
	}
	c := g.base()
	if c.known().Args == nil {
		_ = s.Name() // a generated one has the core know it
	}
	if c.known().Args == nil {
		return nil // a type with a Name of its own is around a signal that has not been used
	}
	return c
}

// start makes the core ready for its first receiver or send. The caller holds mu.
func (c *core) start(k *Kind) {
	if c.kind.Load() != nil {
		return
	}
	c.kind.Store(k)
	signals.add(c)
	c.refresh()
}

// startLocked is start under mu. It returns the kind that the core has.
func (c *core) startLocked(k *Kind) *Kind {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.start(k)
	return c.kind.Load()
}

// name returns the stable name of the signal, which has started.
func (c *core) name() string { return c.kind.Load().Name }

// refresh publishes what sends have to heed. The caller holds mu.
func (c *core) refresh() {
	var s *special
	hooks, started := c.settings().hooks, c.kind.Load() != nil
	if started { // before, there is nothing to observe, and the signal has no name
		hooks.observers = hooks.observers.of((*Signal)(c))
	}
	if !started || c.closed || c.mutes > 0 || len(c.taps) > 0 || len(hooks.observers) > 0 || len(hooks.middleware) > 0 {
		s = &special{hooks: hooks, taps: slices.Clone(c.taps), muted: c.mutes > 0, closed: c.closed, unstarted: !started}
	}
	c.all.update(func(next *snapshot) { next.special = s })
}

// disconnect takes conn off and reports whether it was connected. What is queued
// is dropped, unless the connection ends because it has been called once.
func (c *core) disconnect(conn *Connection, drop bool) bool {
	c.mu.Lock()
	dropped := c.drop(conn)
	if dropped && !drop && conn.async() {
		if c.ending == nil {
			c.ending = make(map[*Connection]struct{})
		}
		c.ending[conn] = struct{}{}
	}
	c.mu.Unlock()
	if dropped {
		c.ended(conn, drop)
	}
	return dropped
}

// ended is the part of disconnect behind drop, without mu.
func (c *core) ended(conn *Connection, drop bool) {
	if conn.extra != nil && conn.extra.tap != nil {
		return // a tap is no receiver
	}
	if drop && conn.extra != nil {
		atomic.StorePointer(&conn.extra.receiver, nil)
	}
	if drop && conn.async() {
		conn.extra.queue.close()
	}
	for _, o := range c.observers() {
		if o.Disconnected != nil {
			o.Disconnected((*Signal)(c), conn.info())
		}
	}
}

// forget notes that the queue of an async receiver has ended.
func (c *core) forget(conn *Connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.ending, conn)
}

// connections returns all that are connected, in order.
func (c *core) connections() []*Connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	connections := c.all.held()
	for _, from := range c.others.Range {
		connections = append(connections, from.(*senderList).held()...)
	}
	connections = slices.DeleteFunc(connections, func(conn *Connection) bool { return !conn.Connected() })
	slices.SortFunc(connections, before)
	return connections
}

// queued returns the async receivers, those among them that have been disconnected
// because they are called once and have not been called yet.
func (c *core) queued() []*Connection {
	queued := slices.DeleteFunc(c.connections(), func(conn *Connection) bool { return !conn.async() })
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.AppendSeq(queued, maps.Keys(c.ending))
}
