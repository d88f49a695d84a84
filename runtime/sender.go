package runtime

import (
	"runtime"
	"slices"
	"sync/atomic"
	"unsafe"
	"weak"
)

// Sender is the receivers that hear one sender only, for generated code.
type Sender struct {
	list
	key     any                   // in the core's map
	pointer func() unsafe.Pointer // returns the sender, or nil if it is gone; nil if the sender is a value
	both    atomic.Pointer[merged]
}

// merged is the receivers of one sender among those for all senders, as they
// were in the two snapshots. Any send may renew it.
type merged struct {
	all, own  *snapshot
	receivers []*Connection
}

// among returns the receivers that a send of the sender calls, in order; all is
// the snapshot of those for every sender, in order.
func (s *Sender) among(all *snapshot) []*Connection {
	own := s.ordered()
	switch {
	case own == nil || len(own.receivers) == 0:
		return all.receivers
	case len(all.receivers) == 0:
		return own.receivers
	}
	m := s.both.Load()
	if m == nil || m.all != all || m.own != own {
		m = &merged{all: all, own: own, receivers: slices.Clip(merge(all.receivers, own.receivers))}
		s.both.Store(m)
	}
	return m.receivers
}

// From returns what is connected to the sender key, nil for nothing.
func From[S comparable, A any](s *Signal[A], key S) *Sender {
	if s.fromLive.Load() == 0 {
		return nil
	}
	if found, ok := s.others.Load(key); ok {
		return found.(*Sender)
	}
	return nil
}

// FromPointer is From for a sender that is a pointer. Senders are found by their
// address, and what is found is compared, for the address may have had another
// sender before: a weak pointer to look for would cost an allocation.
func FromPointer[T, A any](s *Signal[A], p *T) *Sender {
	if s.fromLive.Load() == 0 {
		return nil
	}
	if found, ok := s.others.Load(uintptr(unsafe.Pointer(p))); ok && found.(*Sender).pointer() == unsafe.Pointer(p) {
		return found.(*Sender)
	}
	return nil
}

// ConnectFrom is the ConnectFrom of generated code.
func ConnectFrom[S comparable, F, A, V any](s typed[A], call Call[F, A, V], key S, receiver F, opts []ConnectOption) *Connection {
	core := &s.signal().core
	return connect(s, call, receiver, opts, prepared{sender: func() *Sender {
		if found, ok := core.others.Load(key); ok {
			return found.(*Sender)
		}
		from := &Sender{key: key}
		core.others.Store(key, from)
		return from
	}})
}

// ConnectFromPointer is ConnectFrom for a sender that is a pointer. It does not
// keep the sender from being collected; with the sender, its receivers go.
func ConnectFromPointer[T, F, A, V any](s typed[A], call Call[F, A, V], p *T, receiver F, opts []ConnectOption) *Connection {
	core := &s.signal().core
	return connect(s, call, receiver, opts, prepared{sender: func() *Sender {
		if from := FromPointer(s.signal(), p); from != nil {
			return from
		}
		held := weak.Make(p)
		from := &Sender{
			key:     uintptr(unsafe.Pointer(p)),
			pointer: func() unsafe.Pointer { return unsafe.Pointer(held.Value()) },
		}
		core.others.Store(from.key, from)
		if p != nil {
			runtime.AddCleanup(p, core.dropSender, from)
		}
		return from
	}})
}

// dropSender disconnects the receivers of a sender that is gone.
func (c *core) dropSender(from *Sender) {
	c.mu.Lock()
	connections := from.held()
	c.mu.Unlock()
	for _, conn := range connections {
		conn.Disconnect()
	}
}

// SenderSignal is a [Signal] with senders that are values.
type SenderSignal[S comparable, A any] struct {
	Signal[A]
}

// HasReceiversFrom reports whether anything would hear a send of the sender.
func (s *SenderSignal[S, A]) HasReceiversFrom(sender S) bool {
	return s.hears(From(&s.Signal, sender))
}

// PointerSignal is a [Signal] with senders that are pointers.
type PointerSignal[T, A any] struct {
	Signal[A]
}

// HasReceiversFrom reports whether anything would hear a send of the sender.
func (s *PointerSignal[T, A]) HasReceiversFrom(sender *T) bool {
	return s.hears(FromPointer(&s.Signal, sender))
}
