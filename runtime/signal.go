package runtime

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// Signal is the part of a generated signal that does not depend on its types. Each
// generated signal embeds a Signal. The zero value is ready to use. A Signal must not
// be copied.
type Signal struct {
	all list // the receivers that hear every sender; its snapshot is the first thing that a send loads

	mu      sync.Mutex           // held to change anything below, and all; not held while receivers are called, or funcs of observers except For
	kind    atomic.Pointer[Kind] // set once, before the first snapshot that a send uses
	config  *config              // the signal's own settings; nil for the default ones
	ids     map[idKey]*Connection
	taps    []*tap
	seq     uint64                   // the seq of the last connection
	mutes   int                      // mutes that are not undone
	closing *closing                 // nil before the first Close
	closed  bool                     // sends and connects have ended
	ending  map[*Connection]struct{} // async Once receivers that have been disconnected and not called yet
	merges  map[*senderList]struct{} // the senders that have a merge
	untils  map[any]*until           // by ctx

	queuing queuing // held while a send is queued for async receivers; see ring and queue

	senders  sync.Map     // the receivers of single senders: a *senderList by its key; changed under mu
	fromLive atomic.Int64 // number of connected receivers in others; changed under mu
}

// An idKey identifies a connection with an [ID], which is unique in its list.
type idKey struct {
	list *list
	id   string
}

// AnySignal is the untyped view of a signal, for tools such as a debug page or a
// bridge. Every generated signal implements it, and so does the [Signal] that it
// embeds. Sets and observers pass a signal as its embedded *Signal, so compare with
// that:
//
//	info.Signal == &order.DefaultSignals.Placed.Signal
type AnySignal interface {
	Name() string
	Doc() string
	HasReceivers() bool
	Receivers() []ReceiverInfo
	Tap(func(ctx context.Context, args any)) *Connection
	Mute() (unmute func())
	DisconnectAll()
}

// Name returns the signal's stable name. Generated signals have their own Name. This
// one returns "" for a signal that has not been used yet.
func (s *Signal) Name() string { return s.base().known().Name }

// Doc returns the doc comment of the signal's declaration. Like Name, it returns "" for
// a signal that has not been used yet.
func (s *Signal) Doc() string { return s.base().known().Doc }

// known returns the signal's kind, or a zero Kind if it is not set yet.
func (c *core) known() *Kind {
	if k := c.kind.Load(); k != nil {
		return k
	}
	return new(Kind)
}

// HasReceivers reports whether anything is connected that a send could reach: a
// receiver for all senders or for one, a tap, or a call of Next or Events. It returns
// false while the signal is muted.
func (s *Signal) HasReceivers() bool {
	if s.base().hasReceivers(nil) {
		return true
	}
	if s.fromLive.Load() > 0 && !s.base().isSilent() {
		for _, from := range s.senders.Range {
			if from.(*senderList).anyConnected() {
				return true
			}
		}
	}
	return false
}

// hasReceivers reports whether a send would reach anything. Of the receivers for one
// sender, it considers those in from, which may be nil.
func (c *core) hasReceivers(from *senderList) bool {
	switch {
	case c.isSilent():
		return false
	case len(c.special().taps) > 0:
		return true
	case from != nil && from.anyConnected():
		return true
	default:
		return c.all.anyConnected()
	}
}

// isSilent reports whether the signal is muted or closed.
func (c *core) isSilent() bool {
	s := c.special()
	return s.muted || s.closed
}

// isClosed reports whether the signal is closed.
func (c *core) isClosed() bool { return c.special().closed }

// Receivers describes the connected receivers, including those for one sender, in the
// order in which they are called. It returns none while the signal is muted.
func (s *Signal) Receivers() []ReceiverInfo {
	if s.base().isSilent() {
		return nil
	}
	var infos []ReceiverInfo
	for _, conn := range s.base().connections() {
		infos = append(infos, conn.info())
	}
	return infos
}

// Mute mutes the signal: sends that begin afterwards call no receiver, until unmute is
// called. Mutes nest: receivers are called again once all mutes are undone. Calling
// unmute again has no effect.
func (s *Signal) Mute() (unmute func()) {
	c := s.base()
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

// Disconnect disconnects the receivers with the given [ID], whatever sender they hear.
// It reports whether there were any.
func (s *Signal) Disconnect(id string) bool {
	found := false
	for _, conn := range s.base().connections() {
		if id != "" && conn.extra != nil && conn.extra.id == id && conn.Disconnect() {
			found = true
		}
	}
	return found
}

// DisconnectAll disconnects all receivers. Taps, relays, Events and Next stay
// connected.
func (s *Signal) DisconnectAll() {
	for _, conn := range append(s.base().connections(), s.base().queued()...) {
		conn.Disconnect()
	}
}

// Checkpoint returns a func that restores the signal to the moment of the call. It
// disconnects whatever has been connected since, and restores the settings. A signal
// that has been closed since is open again, but without the receivers that Close
// disconnected. Checkpoint is for tests; see package signaltest. It panics if s is not
// a generated signal.
func Checkpoint(s AnySignal) (restore func()) {
	c := s.(generated).base()
	c.mu.Lock()
	seq, config, closed, closing := c.seq, c.config, c.closed, c.closing
	c.mu.Unlock()
	return func() {
		c.mu.Lock()
		c.config, c.closed, c.closing = config, closed, closing
		c.refresh()
		taps := slices.Clone(c.taps)
		c.mu.Unlock()
		connections := c.connections()
		for _, t := range taps {
			connections = append(connections, &t.conn)
		}
		for _, conn := range connections {
			if conn.seq > seq {
				conn.Disconnect()
			}
		}
	}
}

// Configure changes the settings that opts name. Observers and middleware add up. Once
// a signal has been configured, the settings of the func [Configure] no longer apply to
// it.
func (s *Signal) Configure(opts ...SetOption) {
	c := s.base()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.config == nil {
		c.config = builtin
	}
	c.config = c.config.with(opts)
	c.refresh()
}

// Close closes the signal and disconnects all receivers. From then on, sends return
// [ErrClosed]; if the signal's receivers return no error, the [ErrorHandler] gets it
// instead. Connect returns a Connection that is not connected. Close waits until
// [Async] receivers have handled what is queued. If ctx is done first, it returns an
// error that says how many sends were not delivered. A second Close waits for the first
// one, until its own ctx is done, and returns the same error.
//
// An async receiver must not close its own signal with a ctx that is never done: it
// would wait for itself.
func (s *Signal) Close(ctx context.Context) error { return s.base().close(ctx) }
