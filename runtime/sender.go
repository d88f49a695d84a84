package runtime

import (
	"runtime"
	"sync/atomic"
	"unsafe"
	"weak"
)

// Sender is the receivers that hear one sender only, for generated code.
type Sender struct {
	list
	key     any                   // in the core's map
	pointer func() unsafe.Pointer // returns the sender, or nil if it is gone; nil if the sender is a value
	cleanup runtime.Cleanup       // of a sender that is a pointer
	both    atomic.Pointer[merged]
}

// merged is the receivers of one sender among those for all senders, as they
// were in the two snapshots. It is kept until either list drops a receiver, or
// the next send finds that a snapshot is no longer the last one.
type merged struct {
	all, own  *snapshot
	receivers []*Connection
}

// ready returns what a generated loop for a send of the sender walks over.
func (s *Sender) ready(c *core) walk {
	all, own := c.all.published.Load(), s.published.Load()
	switch {
	case all == nil || all.walk.isUnready():
		return unready
	case own == nil:
		return all.walk
	case own.walk.isUnready():
		return unready
	case len(own.receivers) == 0:
		return all.walk
	case len(all.receivers) == 0:
		return own.walk
	}
	if m := s.both.Load(); m != nil && m.all == all && m.own == own {
		return walkOver(m.receivers)
	}
	return unready
}

// among returns the receivers that a send of the sender calls, in order; all is
// the snapshot of those for every sender, in order.
func (s *Sender) among(c *core, all *snapshot) []*Connection {
	own := s.ordered()
	switch {
	case own == nil || len(own.receivers) == 0:
		return all.receivers
	case len(all.receivers) == 0:
		return own.receivers
	}
	m := s.both.Load()
	if m == nil || m.all != all || m.own != own {
		m = &merged{all: all, own: own, receivers: merge(all.receivers, own.receivers)}
		c.keepMerge(s, m)
	}
	return m.receivers
}

// keepMerge keeps m for the sender's next sends. No send waits to do so.
func (c *core) keepMerge(s *Sender, m *merged) {
	if !c.mu.TryLock() {
		return
	}
	defer c.mu.Unlock()
	if c.all.published.Load() != m.all || s.published.Load() != m.own || s.live == 0 {
		return
	}
	if c.merges == nil {
		c.merges = make(map[*Sender]struct{})
	}
	c.merges[s] = struct{}{}
	s.both.Store(m)
}

// dropMerges lets go what merges hold of the receivers of a sender, nil for those
// of all senders, one of which has been disconnected. The caller holds mu.
func (c *core) dropMerges(from *Sender) {
	if from != nil {
		from.both.Store(nil)
		delete(c.merges, from)
		return
	}
	for s := range c.merges {
		s.both.Store(nil)
	}
	c.merges = nil
}

// From returns what is connected to the sender key, nil for nothing.
func From[S comparable, A any](s *Signal[A], key S) *Sender {
	if s.core.fromLive.Load() == 0 {
		return nil
	}
	return s.core.from(key)
}

func (c *core) from(key any) *Sender {
	if found, ok := c.others.Load(key); ok {
		return found.(*Sender)
	}
	return nil
}

// FromPointer is From for a sender that is a pointer.
func FromPointer[T, A any](s *Signal[A], p *T) *Sender {
	if s.core.fromLive.Load() == 0 {
		return nil
	}
	return s.core.fromPointer(unsafe.Pointer(p))
}

// fromPointer finds senders by their address, and what is found is compared, for
// the address may have had another sender before: a weak pointer to look for would
// cost an allocation.
func (c *core) fromPointer(p unsafe.Pointer) *Sender {
	if from := c.from(uintptr(p)); from != nil && from.pointer() == p {
		return from
	}
	return nil
}

// ConnectFrom is the ConnectFrom of generated code.
func ConnectFrom[S comparable, F, A, V any](s typed, call Call[F, A, V], key S, receiver F, opts []ConnectOption) *Connection {
	return connectFrom(s, newConnection(s, call, receiver, opts), key)
}

func connectFrom(s typed, conn *Connection, key any) *Connection {
	c := conn.core
	return connect(s, conn, prepared{sender: func() (*Sender, []*Connection) {
		from := c.from(key)
		if from == nil {
			from = &Sender{key: key}
			c.others.Store(key, from)
		}
		return from, nil
	}})
}

// ConnectFromPointer is ConnectFrom for a sender that is a pointer. It does not
// keep the sender from being collected; with the sender, its receivers go.
func ConnectFromPointer[T, F, A, V any](s typed, call Call[F, A, V], p *T, receiver F, opts []ConnectOption) *Connection {
	return connectFromPointer(s, newConnection(s, call, receiver, opts), (*pointee)(unsafe.Pointer(p)))
}

// pointee stands for what a sender points to, whatever its type. Nobody looks at
// it: a weak pointer and a cleanup go by the address alone.
type pointee byte

func connectFromPointer(s typed, conn *Connection, p *pointee) *Connection {
	c := conn.core
	return connect(s, conn, prepared{sender: func() (*Sender, []*Connection) {
		if from := c.fromPointer(unsafe.Pointer(p)); from != nil {
			return from, nil
		}
		held := weak.Make(p)
		from := &Sender{
			key:     uintptr(unsafe.Pointer(p)),
			pointer: func() unsafe.Pointer { return unsafe.Pointer(held.Value()) },
		}
		stale := c.replace(from)
		if p != nil {
			// The sender may hold the signal, and must not be kept by its own cleanup.
			from.cleanup = runtime.AddCleanup(p, dropSender, weak.Make(from))
		}
		return from, stale
	}})
}

// senderFunc finds a sender, and the connections that it has disconnected of one
// that is gone.
type senderFunc func() (from *Sender, stale []*Connection)

// replace puts a sender into the map, and disconnects the receivers of one that
// is gone and had the same address. The caller holds mu.
func (c *core) replace(from *Sender) (stale []*Connection) {
	if old, found := c.others.Load(from.key); found {
		for _, conn := range old.(*Sender).held() {
			if c.drop(conn) {
				stale = append(stale, conn)
			}
		}
	}
	c.others.Store(from.key, from)
	return stale
}

// dropSender disconnects the receivers of a sender that is gone.
func dropSender(from weak.Pointer[Sender]) {
	if from := from.Value(); from != nil {
		for _, conn := range from.held() {
			conn.Disconnect()
		}
	}
}

// SenderSignal is a [Signal] with senders that are values.
type SenderSignal[S comparable, A any] struct {
	Signal[A]
}

// HasReceiversFrom reports whether anything would hear a send of the sender.
func (s *SenderSignal[S, A]) HasReceiversFrom(sender S) bool {
	return s.core.hears(From(&s.Signal, sender))
}

// PointerSignal is a [Signal] with senders that are pointers.
type PointerSignal[T, A any] struct {
	Signal[A]
}

// HasReceiversFrom reports whether anything would hear a send of the sender.
func (s *PointerSignal[T, A]) HasReceiversFrom(sender *T) bool {
	return s.core.hears(FromPointer(&s.Signal, sender))
}
