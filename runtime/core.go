package runtime

import (
	"slices"
	"sync"
	"sync/atomic"
)

// core is a signal less all that depends on its types.
type core struct {
	all list // the receivers that hear every sender; its snapshot is the first thing that a send loads

	mu     sync.Mutex // held while anything below changes, never while a receiver or an observer is called
	self   AnySignal  // the generated signal around the core; set once, before the first snapshot is published
	config *config    // the signal's own; nil for the default
	ids    map[idKey]*Connection
	taps   []*tap
	seq    uint64 // the number of the last connection
	mutes  int    // mutes that are not undone
	closed bool
	ending map[*Connection]struct{} // async Once receivers that have been disconnected and not called yet
	merges map[*Sender]struct{}     // the senders that keep a merge

	blank atomic.Pointer[carrier] // carries nothing, and makes others; nil before the first Connect

	others   sync.Map     // the receivers of single senders: *Sender by its key; changed under mu
	fromLive atomic.Int64 // connected receivers in others; changed under mu
}

// An id is unique in its list.
type idKey struct {
	list *list
	id   string
}

// special is what a send has to heed besides its receivers.
type special struct {
	observers []*Observer
	taps      []*tap
	muted     bool
	closed    bool
	unstarted bool // the core does not know its signal yet
}

// start makes the core ready for its first receiver or send. The caller holds mu.
func (c *core) start(s typed) {
	if c.self != nil {
		return
	}
	c.self = s
	defaults.add(c)
	c.refresh()
}

// name returns the stable name of the signal, which has started.
func (c *core) name() string { return c.self.Name() }

// refresh publishes what sends have to heed. The caller holds mu.
func (c *core) refresh() {
	var s *special
	observers := c.settings().observers
	if c.self == nil || c.closed || c.mutes > 0 || len(c.taps) > 0 || len(observers) > 0 {
		s = &special{observers: observers, taps: slices.Clone(c.taps), muted: c.mutes > 0, closed: c.closed, unstarted: c.self == nil}
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
			o.Disconnected(c.self, conn.info())
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
		connections = append(connections, from.(*Sender).held()...)
	}
	connections = slices.DeleteFunc(connections, func(conn *Connection) bool { return !conn.Connected() })
	slices.SortFunc(connections, before)
	return connections
}
