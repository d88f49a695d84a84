package runtime

import (
	"fmt"
	"reflect"
	"runtime"
	"sync/atomic"
	"unsafe"
	"weak"
)

// senderList is the receivers that hear only one sender.
type senderList struct {
	list
	key     any                   // in the core's map
	pointer func() unsafe.Pointer // returns the sender, or nil if it has been collected; nil if the sender is a value
	cleanup runtime.Cleanup       // of a sender that is a pointer
	both    atomic.Pointer[merged]
}

// merged is the receivers of one sender merged with those for all senders, as of two
// snapshots. It is kept until either list drops a receiver, or until the next send
// finds that a snapshot is outdated.
type merged struct {
	all, own  *snapshot
	receivers []*Connection
}

// ready returns what a generated loop walks over for a send of this sender.
func (s *senderList) ready(c *core) walk {
	all := c.all.published.Load()
	if all == nil {
		return unready
	}
	w := s.readyAmong(all)
	if w != unready && all.counter != nil && all.counter.pick() {
		return picked
	}
	return w
}

// readyAmong is ready without the counter; all is the snapshot for every sender.
func (s *senderList) readyAmong(all *snapshot) walk {
	own := s.published.Load()
	switch {
	case all.walk.isUnready():
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

// among returns the receivers that a send of this sender calls, in order; all is the
// snapshot for every sender, in order.
func (s *senderList) among(c *core, all *snapshot) []*Connection {
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

// keepMerge keeps m for later sends of this sender. No send waits for that.
func (c *core) keepMerge(s *senderList, m *merged) {
	if !c.mu.TryLock() {
		return
	}
	defer c.mu.Unlock()
	if c.all.published.Load() != m.all || s.published.Load() != m.own || s.live == 0 {
		return
	}
	if c.merges == nil {
		c.merges = make(map[*senderList]struct{})
	}
	c.merges[s] = struct{}{}
	s.both.Store(m)
}

// dropMerges drops the merges that hold receivers of a sender, or of all senders if
// from is nil. One of these receivers has been disconnected. The caller holds mu.
func (c *core) dropMerges(from *senderList) {
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

// from returns the list of a sender, or nil if nothing is connected to it.
func (k *Kind) from(c *core, sender any) *senderList {
	if c.fromLive.Load() == 0 {
		return nil
	}
	if k.SenderIsPointer {
		return c.fromPointer(unsafe.Pointer(pointerIn(sender)))
	}
	if !isKey(sender) {
		return nil
	}
	return c.from(sender)
}

// all returns the calls of a send for which no loop has called any: they are not ready.
func (k *Kind) all(s *Signal, args any) Calls {
	if k.Sender == nil || s.fromLive.Load() == 0 {
		return Calls{walk: unready}
	}
	return Calls{unready, k.from(s.base(), k.Sender(args))}
}

// isKey reports whether a sender can be looked up. A sender of an interface type may
// hold a value that cannot be compared; nobody can have connected to that.
func isKey(sender any) bool {
	switch sender.(type) {
	case string, int, nil: // most senders are of these types, and need no closer look
		return true
	default:
		return reflect.ValueOf(unescaped(sender)).Comparable()
	}
}

func (c *core) from(key any) *senderList {
	if found, ok := c.others.Load(key); ok {
		return found.(*senderList)
	}
	return nil
}

// address is the key of a sender that is a pointer. It has two words so that Go does
// not allocate it among small objects. If it shared a block with the sender, the sender
// would never be collected.
type address [2]uintptr

// fromPointer looks up a sender by its address, and then compares the sender itself: an
// earlier sender may have had the same address. Looking it up by a weak pointer would
// cost an allocation.
func (c *core) fromPointer(p unsafe.Pointer) *senderList {
	if from := c.from(address{uintptr(p)}); from != nil && from.pointer() == p {
		return from
	}
	return nil
}

// senderFunc returns the func that looks up a sender for a connect, and adds it if it
// is new.
func (k *Kind) senderFunc(s *Signal, sender any) senderFunc {
	if itself := sender; !isKey(sender) || itself != sender { // NaN is not
		panic(fmt.Sprintf("signalgen: connecting to %s: found the sender %v of type %T, wanted one that is equal to itself", k.Name, sender, sender))
	}
	c := s.base()
	if k.SenderIsPointer {
		return func() (*senderList, []*Connection) { return c.keepPointer(pointerIn(sender)) }
	}
	return func() (*senderList, []*Connection) {
		from := c.from(sender)
		if from == nil {
			from = &senderList{key: sender}
			c.others.Store(sender, from)
		}
		return from, nil
	}
}

// keepPointer adds a sender that is a pointer. It does not keep the sender alive. When
// the sender is collected, its receivers are disconnected. The caller holds mu.
func (c *core) keepPointer(p *pointee) (from *senderList, stale []*Connection) {
	if from := c.fromPointer(unsafe.Pointer(p)); from != nil {
		return from, nil
	}
	held := weak.Make(p)
	from = &senderList{
		key:     address{uintptr(unsafe.Pointer(p))},
		pointer: func() unsafe.Pointer { return unsafe.Pointer(held.Value()) },
	}
	stale = c.replace(from)
	if p != nil {
		// The sender may refer to the signal, and its own cleanup must not keep it
		// alive.
		from.cleanup = runtime.AddCleanup(p, dropSender, weak.Make(from))
	}
	return from, stale
}

// senderFunc looks up a sender. It also returns the connections of a collected sender
// that it has disconnected.
type senderFunc func() (from *senderList, stale []*Connection)

// replace adds a sender to the map, and disconnects the receivers of a collected one
// that had the same address. The caller holds mu.
func (c *core) replace(from *senderList) (stale []*Connection) {
	if old, found := c.others.Load(from.key); found {
		for _, conn := range old.(*senderList).held() {
			if c.drop(conn) {
				stale = append(stale, conn)
			}
		}
	}
	c.others.Store(from.key, from)
	return stale
}

// dropSender disconnects the receivers of a collected sender.
func dropSender(from weak.Pointer[senderList]) {
	if from := from.Value(); from != nil {
		for _, conn := range from.held() {
			conn.Disconnect()
		}
	}
}
