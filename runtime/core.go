package runtime

import (
	"maps"
	"slices"
	"sync/atomic"
)

// core is a [Signal] without its methods. This package does all its work on the core:
// the compiler makes a func of every method of Signal, exported or not, for each
// generated signal.
type core Signal

// base returns the core. Only generated signals have this method.
func (s *Signal) base() *core { return (*core)(s) }

// generated is a [Signal] or a type built on it.
type generated interface{ base() *core }

// coreOf returns the core of a generated signal and makes sure that it knows its kind.
// It returns nil for a signal that is not generated.
func coreOf(s AnySignal) *core {
	g, ok := s.(generated)
	if !ok {
		return nil
	}
	c := g.base()
	if c.known().Args == nil {
		_ = s.Name() // a generated Name tells the core its kind
	}
	if c.known().Args == nil {
		return nil // a type with its own Name embeds a signal that has not been used
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

// startLocked is start under mu. It returns the kind of the core.
func (c *core) startLocked(k *Kind) *Kind {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.start(k)
	return c.kind.Load()
}

// name returns the stable name of a started signal.
func (c *core) name() string { return c.kind.Load().Name }

// refresh publishes what sends have to respect. The caller holds mu.
func (c *core) refresh() {
	var s *special
	hooks, started := c.settings().hooks, c.kind.Load() != nil
	if started { // before that there is nothing to observe, and the signal has no name
		hooks.observers = hooks.observers.of((*Signal)(c))
	}
	if !started || c.closed || c.mutes > 0 || len(c.taps) > 0 || len(hooks.observers) > 0 || len(hooks.middleware) > 0 {
		s = &special{hooks: hooks, taps: slices.Clone(c.taps), muted: c.mutes > 0, closed: c.closed, unstarted: !started}
	}
	c.all.update(func(next *snapshot) { next.special = s })
}

// disconnect removes conn and reports whether it was connected. Queued sends are
// dropped, except where the connection ends because a [Once] receiver is called.
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

// ended is the part of disconnect that follows drop, without mu.
func (c *core) ended(conn *Connection, drop bool) {
	if conn.extra != nil && conn.extra.tap != nil {
		return // a tap is not a receiver
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

// forget removes an async receiver whose queue has ended.
func (c *core) forget(conn *Connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.ending, conn)
}

// connections returns all connected receivers, in order.
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

// queued returns the async receivers. This includes those with [Once] that have been
// disconnected for their call but not called yet.
func (c *core) queued() []*Connection {
	queued := slices.DeleteFunc(c.connections(), func(conn *Connection) bool { return !conn.async() })
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.AppendSeq(queued, maps.Keys(c.ending))
}
