package runtime

import (
	"maps"
	"slices"
	"sync/atomic"
)

// core is a [Signal] without its methods. This package works on the core because every
// method of Signal, exported or not, is promoted: the compiler emits it again for each
// generated signal.
type core Signal

// base returns the core. Only generated signals have this method.
func (s *Signal) base() *core { return (*core)(s) }

// generated is a [Signal] or a type built on it.
type generated interface{ base() *core }

// coreOf returns the core of a generated signal, with its kind set. It returns nil for a
// signal that is not generated.
func coreOf(s AnySignal) *core {
	g, ok := s.(generated)
	if !ok {
		return nil
	}
	c := g.base()
	if c.known().Args == nil {
		_ = s.Name() // a generated Name sets the kind
	}
	if c.known().Args == nil {
		return nil // a type with its own Name that embeds an unused signal
	}
	return c
}

// startLocked sets the kind before the first receiver or send. The caller holds mu.
func (c *core) startLocked(k *Kind) {
	if c.kind.Load() != nil {
		return
	}
	c.kind.Store(k)
	signals.add(c)
	c.refresh()
}

// start is startLocked for a caller that does not hold mu. It returns the core's kind.
func (c *core) start(k *Kind) *Kind {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.startLocked(k)
	return c.kind.Load()
}

// name returns the stable name of a started signal.
func (c *core) name() string { return c.kind.Load().Name }

// refresh publishes the signal's current state to sends. The caller holds mu.
func (c *core) refresh() {
	var s *special
	hooks, started := c.settings().hooks, c.kind.Load() != nil
	if started { // an Observer's For may ask for the signal's name
		hooks.observers = hooks.observers.bind((*Signal)(c))
	}
	if !started || c.closed || c.mutes > 0 || len(c.taps) > 0 || len(hooks.observers) > 0 || len(hooks.middleware) > 0 {
		s = &special{hooks: hooks, taps: slices.Clone(c.taps), muted: c.mutes > 0, closed: c.closed, unstarted: !started}
	}
	c.all.update(func(next *snapshot) { next.special = s })
}

// disconnect removes conn and reports whether it was connected. If drop is false, because
// the receiver is a [Once] receiver that is about to be called, what is queued for it
// stays queued.
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

// ended is the part of disconnect that runs after drop, without mu.
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
	for _, from := range c.senders.Range {
		connections = append(connections, from.(*senderList).held()...)
	}
	connections = slices.DeleteFunc(connections, func(conn *Connection) bool { return !conn.Connected() })
	slices.SortFunc(connections, before)
	return connections
}

// queued returns the async receivers, including [Once] receivers that have been
// disconnected for their call but not called yet.
func (c *core) queued() []*Connection {
	queued := slices.DeleteFunc(c.connections(), func(conn *Connection) bool { return !conn.async() })
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.AppendSeq(queued, maps.Keys(c.ending))
}
