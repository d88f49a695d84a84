package runtime

import (
	"iter"
	"slices"
	"sync"
	"sync/atomic"
)

// Wire has connect connect the receivers of one signal that a program is wired
// with, for generated code: at once, as the program starts. In a test of the
// program it waits for [ConnectWired], for a test is wired only if it asks.
func Wire(connect func()) {
	wired.mu.Lock()
	held := wired.held
	if held {
		wired.waiting = append(wired.waiting, connect)
	}
	wired.mu.Unlock()
	if !held {
		connect()
	}
}

// HoldWires has [Wire] wait. Generated test files call it before any init does.
func HoldWires() struct{} {
	wired.mu.Lock()
	defer wired.mu.Unlock()
	wired.held = true
	return struct{}{}
}

// ConnectWired connects in a test what the program under test is wired with, until
// disconnect is called, or as long as another caller needs it. It is for package
// signaltest.
func ConnectWired() (disconnect func()) {
	wired.mu.Lock()
	wired.users++
	var waiting []func()
	if wired.users == 1 {
		waiting = wired.waiting
	}
	wired.mu.Unlock()
	for _, connect := range waiting {
		connect()
	}
	return sync.OnceFunc(func() {
		wired.mu.Lock()
		wired.users--
		var connected []*Connection
		if wired.users == 0 {
			connected, wired.connected = wired.connected, nil
		}
		wired.mu.Unlock()
		for _, conn := range connected {
			conn.Disconnect()
		}
	})
}

// wired is what a test may ask for.
var wired struct {
	mu        sync.Mutex    // guards what follows; taken after a core's mutex, never before
	held      bool          // this is a test
	waiting   []func()      // of Wire
	users     int           // calls of ConnectWired that are not undone
	connected []*Connection // if it is held
}

// noteWired has [ConnectWired] know a wired connection.
func noteWired(conn *Connection) {
	wired.mu.Lock()
	defer wired.mu.Unlock()
	if wired.held {
		wired.connected = append(wired.connected, conn)
	}
}

// Wired has a receiver called at a position among the wired ones of its priority,
// and before all others of it, for generated code.
func Wired(position int) ConnectOption {
	return func(c *Connection) { c.seq = uint64(position) }
}

// firstDynamic is the number of the first connection that is not wired. All
// wired ones have smaller numbers.
const firstDynamic = 1 << 32

// isWired reports whether the receiver is one that the program is wired with.
func (c *Connection) isWired() bool { return 0 < c.seq && c.seq < firstDynamic }

// Annotated says which func a receiver is or stands for, for generated code: fn
// is what is told of it. Where the program is wired with fn already, Connect
// changes nothing and returns the wired one's [Connection].
//
// Where the receiver stands for fn, its type is given, so that generated code does
// not compile any more when fn has come to take or return something else.
func Annotated[F any](fn F) ConnectOption {
	return func(c *Connection) {
		c.pc = entryOf(fn)
		c.more().annotated = true
	}
}

// wired returns the wired receiver that is the same func as conn, an annotated
// one, or nil. The caller holds mu.
func (c *core) wired(conn *Connection) *Connection {
	if conn.isWired() || conn.list() != &c.all {
		return nil
	}
	for _, other := range c.all.held() {
		if other.isWired() && other.pc == conn.pc && other.Connected() {
			return other
		}
	}
	return nil
}

// replaceAnnotated disconnects the receivers that are the same func as a wired one
// and were connected before the program was wired, by the init of another package.
// The caller holds mu.
func (c *core) replaceAnnotated(wired *Connection) (stale []*Connection) {
	for _, other := range c.all.held() {
		if other.pc == wired.pc && other.extra != nil && other.extra.annotated && !other.isWired() && c.drop(other) {
			stale = append(stale, other)
		}
	}
	return stale
}

// A Chain is several wired receivers of one priority, its links, which a
// generated func calls one after another. As long as all of them are connected, a
// send calls that func in their place.
type Chain struct {
	// broken is set when a link is disconnected, before Disconnect returns. The
	// generated func looks at it before each call.
	broken atomic.Bool

	current  atomic.Pointer[links] // what is in use; never changes but by being replaced
	building []*Connection         // the links so far; guarded by the mutex of the signal's core
}

// links are the receivers of a chain, in order, and the func that calls them all,
// in the form of a receiver that is in no list.
type links struct {
	receivers []*Connection
	whole     *Connection
}

// Link makes a receiver the next link of the chain, at a position as of [Wired].
func (c *Chain) Link(position int) ConnectOption {
	return func(conn *Connection) {
		conn.seq = uint64(position)
		conn.more().chain = c
	}
}

// Whole makes the func that is connected the one that calls the n links, which are
// connected before it.
func (c *Chain) Whole(n int) ConnectOption {
	return func(conn *Connection) { conn.more().whole = &whole{c, n} }
}

// whole says which chain a func calls.
type whole struct {
	chain *Chain
	n     int
}

// complete puts the chain to use, unless one of its links was not connected: then
// each of them is called by itself.
func (c *core) complete(self typed, conn *Connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.start(self)
	w := conn.extra.whole
	if len(w.chain.building) == w.n && len(connectedOf(w.chain.building)) == w.n {
		w.chain.broken.Store(false)
		w.chain.current.Store(&links{w.chain.building, conn})
	}
	w.chain.building = nil
	c.all.update((*snapshot).arrange)
}

// Broken reports whether a link has been disconnected.
func (c *Chain) Broken() bool { return c.broken.Load() }

// Fail says that the i-th link has returned err. What it returns is for the
// generated Send alone.
func (c *Chain) Fail(i int, err error) error { return &linkError{c, i, err} }

// Rest returns an iterator over the links from one on that are to be called now,
// and their numbers. F is the type of the receivers.
func Rest[F any](c *Chain, from int) iter.Seq2[int, F] {
	return func(yield func(int, F) bool) {
		for i, link := range c.current.Load().receivers[from:] {
			if !link.enter() {
				continue
			}
			if receiver := link.call(); receiver != nil && !yield(from+i, receiverOf[F](receiver)) {
				return
			}
		}
	}
}

// A linkError is the error of one link of a chain, until the send makes a
// [ReceiverError] of it.
type linkError struct {
	chain *Chain
	link  int
	err   error
}

// rest returns the links behind the one that has failed.
func (e *linkError) rest() []*Connection {
	return slices.Clone(e.chain.current.Load().receivers[e.link+1:])
}

func (e *linkError) Error() string { return e.err.Error() }
func (e *linkError) Unwrap() error { return e.err }

// panicked returns the number of the link that is panicking, or -1 if it cannot be
// told. It is for a deferred func, which runs on top of the frames of the panic. To
// keep the number in memory instead would cost each call a tenth of what the
// receivers take.
func (c *Chain) panicked() int {
	links := c.current.Load().receivers
	names := make([]string, len(links))
	for i, link := range links {
		names[i] = describe(link.pc).Name
	}
	found, recovering, inner := -1, "", ""
	for frame := range callers() {
		switch {
		case recovering == "" && frame.Function == "runtime.gopanic":
			recovering = deferrer(inner)
		case frame.Function == recovering:
			return found
		}
		if i := slices.Index(names, frame.Function); i >= 0 {
			found = i // the outermost is the one, for it may call or send to another
		}
		inner = frame.Function
	}
	return found
}

// origin returns which receiver has returned an error, and what: for the func of a
// chain, that is one of its links.
func (c *Connection) origin(err error) (*Connection, error) {
	if failed, ok := err.(*linkError); ok && c.extra != nil && c.extra.whole != nil {
		return failed.chain.current.Load().receivers[failed.link], failed.err
	}
	return c, err
}

// thrown says which receiver has panicked: for the func of a chain, which link. It
// is for a deferred func.
func (c *Connection) thrown(err error) error {
	if c.extra == nil || c.extra.whole == nil || err == ErrGoexit {
		return err
	}
	chain := c.extra.whole.chain
	if link := chain.panicked(); link >= 0 {
		return &linkError{chain, link, err}
	}
	return err
}

// arrange puts chains in place of their links. A send may do so as well.
func (s *snapshot) arrange() {
	if s.calls != nil {
		calls := withChains(s.receivers)
		s.calls = &calls
	}
}

// withChains returns receivers with chains in place of their links, in an array of
// its own.
func withChains(receivers []*Connection) []*Connection {
	calls := make([]*Connection, 0, len(receivers)+1)
	for i := 0; i < len(receivers); i++ {
		if l := receivers[i].beginsChain(receivers[i:]); l != nil {
			calls = append(calls, l.whole)
			i += len(l.receivers) - 1
			continue
		}
		calls = append(calls, receivers[i])
	}
	return calls
}

// beginsChain returns the chain whose links all stand at the beginning of
// receivers, the first of which is c.
func (c *Connection) beginsChain(receivers []*Connection) *links {
	if c.extra == nil || c.extra.chain == nil || c.extra.chain.Broken() {
		return nil
	}
	l := c.extra.chain.current.Load()
	if l == nil || len(receivers) < len(l.receivers) || !slices.Equal(receivers[:len(l.receivers)], l.receivers) {
		return nil
	}
	return l
}
