package runtime

import (
	"fmt"
	"reflect"
	"runtime"
	"sync/atomic"
	"unsafe"
	"weak"
)

// senderList holds the receivers that hear only one sender.
type senderList struct {
	list
	key     any                    // in the core's map
	pointer func() unsafe.Pointer  // returns the sender, or nil if it has been collected; nil if the sender is no pointer
	cleanup runtime.Cleanup        // of a sender that is a pointer
	both    atomic.Pointer[merged] // a cache; stored under the core's mutex
}

// merged holds the receivers of one sender, merged with those for all senders from two
// snapshots. It is used until one of the snapshots is replaced, and dropped when one of
// its receivers is disconnected.
type merged struct {
	all, own  *snapshot
	receivers []*Connection
}

// ready returns the walk for the generated loop of a send from this sender.
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

// readyAmong is ready without the counter; all is the snapshot of the receivers for all
// senders.
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

// among returns the receivers that a send from this sender calls, in order; all is the
// ordered snapshot of the receivers for all senders.
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

// keepMerge keeps m for later sends from this sender, unless the mutex is taken or m is
// outdated: a send never waits for the mutex.
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

// dropMerges drops the merges that hold a disconnected receiver, so that it can be
// collected: the merge of its sender, or all merges if it was for all senders and from
// is nil. The caller holds mu.
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

// from returns the list of a sender, or nil if no receiver is connected to it.
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

// all returns the calls of a send that the runtime handles from the beginning.
func (k *Kind) all(s *Signal, args any) Calls {
	if k.Sender == nil || s.fromLive.Load() == 0 {
		return Calls{walk: unready}
	}
	return Calls{unready, k.from(s.base(), k.Sender(args))}
}

// isKey reports whether a sender can be looked up. If the senders' type is an
// interface, a sender may not be comparable. No receiver can be connected to such a
// sender.
func isKey(sender any) bool {
	switch sender.(type) {
	case string, int, nil: // the usual types, which need no reflection
		return true
	default:
		return reflect.ValueOf(noescape(sender)).Comparable()
	}
}

func (c *core) from(key any) *senderList {
	if found, ok := c.senders.Load(key); ok {
		return found.(*senderList)
	}
	return nil
}

// address is the key of a sender that is a pointer. It has two words because Go's tiny
// allocator would put a single one into a block with other small objects. If it shared
// a block with the sender, the sender would never be collected.
type address [2]uintptr

// fromPointer looks up a sender by its address, and then compares the sender itself: a
// collected sender may have had the same address. Looking it up by a weak pointer would
// cost every send an allocation.
func (c *core) fromPointer(p unsafe.Pointer) *senderList {
	if from := c.from(address{uintptr(p)}); from != nil && from.pointer() == p {
		return from
	}
	return nil
}

// senderFunc returns the func that looks up a sender, or adds it, for a connect.
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
			c.senders.Store(sender, from)
		}
		return from, nil
	}
}

// keepPointer looks up a sender that is a pointer, or adds it. It does not keep the
// sender alive. When the sender is collected, its receivers are disconnected. The
// caller holds mu.
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
		// The cleanup holds the list weakly: it may refer to the sender through the
		// signal, and would then keep the sender alive.
		from.cleanup = runtime.AddCleanup(p, dropSender, weak.Make(from))
	}
	return from, stale
}

// senderFunc looks up a sender, or adds it. It also returns connections that it has
// disconnected, because their sender has been collected and had the same address.
type senderFunc func() (from *senderList, stale []*Connection)

// replace adds a sender to the map, and disconnects the receivers of a collected one
// that had the same address. The caller holds mu.
func (c *core) replace(from *senderList) (stale []*Connection) {
	if old, found := c.senders.Load(from.key); found {
		for _, conn := range old.(*senderList).held() {
			if c.drop(conn) {
				stale = append(stale, conn)
			}
		}
	}
	c.senders.Store(from.key, from)
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
