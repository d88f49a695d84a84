package runtime

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// Signal is the part of a generated signal that does not depend on the types of its
// receivers: each has a Signal embedded, and with it these methods. The zero value is
// ready to use. A Signal must not be copied.
type Signal struct {
	all list // the receivers that hear every sender; its snapshot is the first thing that a send loads

	mu      sync.Mutex           // held while anything below changes, never while a receiver or a func of an observer but For is called
	kind    atomic.Pointer[Kind] // set once, before the first snapshot that a send takes as it is
	config  *config              // the signal's own; nil for the default
	ids     map[idKey]*Connection
	taps    []*tap
	seq     uint64                   // the number of the last connection
	mutes   int                      // mutes that are not undone
	closing *closing                 // nil before the first Close
	closed  bool                     // no more sends and connects
	ending  map[*Connection]struct{} // async Once receivers that have been disconnected and not called yet
	merges  map[*senderList]struct{} // the senders that keep a merge
	untils  map[any]*until           // by ctx

	queuing queuing // held while a send is queued for async receivers; see ring and queue

	others   sync.Map     // the receivers of single senders: *senderList by its key; changed under mu
	fromLive atomic.Int64 // connected receivers in others; changed under mu
}

// An id is unique in its list.
type idKey struct {
	list *list
	id   string
}

// AnySignal is the untyped view of a signal, for tools: a debug page, a bridge.
// Every generated signal is one, and so is the [Signal] in it. Sets and observers
// show a signal as the *Signal in it; so compare with that:
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

// Name returns the signal's stable name. A generated signal has a Name of its own;
// this one returns nothing for a signal that has not been used yet.
func (s *Signal) Name() string { return s.base().known().Name }

// Doc returns the doc comment of the signal's declaration, under the same condition
// as Name.
func (s *Signal) Doc() string { return s.base().known().Doc }

// known returns what is known of the signal's kind.
func (c *core) known() *Kind {
	if k := c.kind.Load(); k != nil {
		return k
	}
	return new(Kind)
}

// HasReceivers reports whether anything would hear a send: a receiver, of whatever
// sender, Next or Events. While the signal is muted, nothing would.
func (s *Signal) HasReceivers() bool {
	if s.base().hears(nil) {
		return true
	}
	if s.fromLive.Load() > 0 && !s.base().silent() {
		for _, from := range s.others.Range {
			if from.(*senderList).anyConnected() {
				return true
			}
		}
	}
	return false
}

// hears reports whether anything would hear a send of the sender.
func (c *core) hears(from *senderList) bool {
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
func (s *Signal) Receivers() []ReceiverInfo {
	if s.base().silent() {
		return nil
	}
	var infos []ReceiverInfo
	for _, conn := range s.base().connections() {
		infos = append(infos, conn.info())
	}
	return infos
}

// Mute keeps sends that begin after it from calling any receiver, until unmute
// is called. Mutes nest: the signal is heard again when all are undone. To call
// unmute a second time does nothing.
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

// Disconnect disconnects the receiver with the [ID], for whatever sender, and
// reports whether there was one.
func (s *Signal) Disconnect(id string) bool {
	found := false
	for _, conn := range s.base().connections() {
		if id != "" && conn.extra != nil && conn.extra.id == id && conn.Disconnect() {
			found = true
		}
	}
	return found
}

// DisconnectAll disconnects every receiver. Events and Next go on.
func (s *Signal) DisconnectAll() {
	for _, conn := range append(s.base().connections(), s.base().queued()...) {
		conn.Disconnect()
	}
}

// Checkpoint returns a func that restores the signal: it disconnects what has been
// connected since Checkpoint was called, and gives the signal back the settings that
// it had then. A signal that has been closed since is open again, without the receivers
// that Close has disconnected. It is for tests: see package signaltest. It panics if s
// is not a generated signal.
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

// Configure changes the signal's settings. A further call changes what it names
// and adds its observers. Those of the package's [Configure] do not apply to the
// signal any more.
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

// Close ends the signal. Sends get [ErrClosed] from then on, or the
// [ErrorHandler] does if the signal's receivers return no error; Connect returns
// a Connection that is not connected. Receivers are disconnected: an [Async] one
// after its queue is empty, or when ctx is done. The error says then how many
// queued signals it has not heard. A second Close waits for the first one, until
// its own ctx is done, and returns what that has returned.
//
// An async receiver must not close its own signal with a ctx that is never
// done: it would wait for itself.
func (s *Signal) Close(ctx context.Context) error { return s.base().close(ctx) }
