package runtime

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// Signal is what a generated signal is built on: its methods are those of every
// signal, whatever its receivers look like. A is what a send carries: the
// payload, or a struct of the arguments. The zero value is ready to use; it must
// not be copied.
type Signal[A any] struct {
	untyped
}

// untyped is the part of a Signal that does not depend on A. It embeds nothing,
// for a generated signal has a wrapper for each method that it is given.
type untyped struct {
	core core
}

// AnySignal is the untyped view of a signal, for tools: a debug page, a bridge.
// Every generated signal is one.
type AnySignal interface {
	Name() string
	Doc() string
	HasReceivers() bool
	Receivers() []ReceiverInfo
	Tap(func(ctx context.Context, args any)) *Connection
	Mute() (unmute func())
	DisconnectAll()
}

//lint:ignore U1000 by it a generated signal, which embeds this one, is a typed.
func (u *untyped) base() *core { return &u.core }

// HasReceivers reports whether anything would hear a send: a receiver, of
// whatever sender, [Signal.Next] or [Signal.Events]. While the signal is muted,
// nothing would.
func (u *untyped) HasReceivers() bool {
	c := &u.core
	if c.hears(nil) {
		return true
	}
	if c.fromLive.Load() > 0 && !c.silent() {
		for _, from := range c.others.Range {
			if from.(*Sender).anyConnected() {
				return true
			}
		}
	}
	return false
}

// hears reports whether anything would hear a send of the sender.
func (c *core) hears(from *Sender) bool {
	snapshot := c.all.published.Load()
	switch {
	case snapshot == nil || c.silent():
		return false
	case snapshot.special != nil && len(snapshot.special.taps) > 0:
		return true
	case from != nil && from.anyConnected():
		return true
	default:
		return c.all.anyConnected()
	}
}

// silent reports whether the signal is muted or closed.
func (c *core) silent() bool {
	snapshot := c.all.published.Load()
	return snapshot != nil && snapshot.special != nil && (snapshot.special.muted || snapshot.special.closed)
}

// isClosed reports whether the signal is closed.
func (c *core) isClosed() bool {
	snapshot := c.all.published.Load()
	return snapshot != nil && snapshot.special != nil && snapshot.special.closed
}

// Receivers describes the receivers that are connected, those of single senders
// among them, in the order in which they are called. While the signal is muted
// there are none.
func (u *untyped) Receivers() []ReceiverInfo {
	c := &u.core
	if c.silent() {
		return nil
	}
	var infos []ReceiverInfo
	for _, conn := range c.connections() {
		infos = append(infos, conn.info())
	}
	return infos
}

// Mute keeps sends that begin after it from calling any receiver, until unmute
// is called. Mutes nest: the signal is heard again when all are undone. To call
// unmute a second time does nothing.
func (u *untyped) Mute() (unmute func()) {
	c := &u.core
	c.addMutes(1)
	undone := false
	return func() {
		c.mu.Lock()
		again := undone
		undone = true
		c.mu.Unlock()
		if !again {
			c.addMutes(-1)
		}
	}
}

func (c *core) addMutes(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mutes += n
	c.refresh()
}

// Disconnect disconnects the receiver with the [ID], for whatever sender, and
// reports whether there was one.
func (u *untyped) Disconnect(id string) bool {
	c := &u.core
	found := false
	for _, conn := range c.connections() {
		if id != "" && conn.extra != nil && conn.extra.id == id && conn.Disconnect() {
			found = true
		}
	}
	return found
}

// DisconnectAll disconnects every receiver. [Signal.Events] and [Signal.Next]
// go on.
func (u *untyped) DisconnectAll() {
	c := &u.core
	for _, conn := range c.connections() {
		conn.Disconnect()
	}
}

// Checkpoint returns a func that disconnects what has been connected since and
// gives the signal back its settings. It is for tests: see package signaltest.
func (u *untyped) Checkpoint() (restore func()) {
	c := &u.core
	c.mu.Lock()
	seq, config := c.seq, c.config
	c.mu.Unlock()
	return func() {
		c.mu.Lock()
		c.config = config
		c.refresh()
		c.mu.Unlock()
		for _, conn := range c.connections() {
			if conn.since() > seq {
				conn.Disconnect()
			}
		}
	}
}

// since tells when the receiver was connected, in the order of connects.
func (c *Connection) since() uint64 {
	if c.isWired() {
		return c.extra.born
	}
	return c.seq - firstDynamic
}

// Configure changes the signal's settings. A further call changes what it names
// and adds its observers. Those of the package's [Configure] do not apply to the
// signal any more.
func (u *untyped) Configure(opts ...SetOption) {
	c := &u.core
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.config == nil {
		c.config = builtin
	}
	c.config = c.config.with(opts)
	c.refresh()
}

// Close ends the signal. Sends get [ErrClosed] from then on, or the
// [ErrorHandler] does if the signal's receivers return no error; Connect returns
// a Connection that is not connected. Receivers are disconnected: an [Async] one
// after its queue is empty, or when ctx is done. The error says then how many
// queued signals it has not heard. A second Close does nothing and returns nil.
//
// An async receiver must not close its own signal with a ctx that is never
// done: it would wait for itself.
func (u *untyped) Close(ctx context.Context) error {
	c := &u.core
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	taps := c.taps
	c.taps = nil
	for _, t := range taps {
		t.conn.state.Store(disconnected)
	}
	c.refresh()
	c.mu.Unlock()

	for _, t := range taps {
		if t.end != nil {
			t.end()
		}
	}
	var lost uint64
	var err error
	connections := c.connections()
	c.mu.Lock()
	connections = slices.AppendSeq(connections, maps.Keys(c.ending))
	c.mu.Unlock()
	for _, conn := range connections {
		if drainErr := conn.Drain(ctx); drainErr != nil {
			err = drainErr
		}
		if conn.async() {
			lost += conn.extra.queue.close()
		}
		conn.Disconnect()
	}
	if lost == 0 && err == nil {
		return nil
	}
	if err == nil {
		err = ErrClosed // a send that was under way came after its queue was drained
	}
	return fmt.Errorf("signal %s: closed with %d queued signals not delivered: %w", c.name(), lost, err)
}
