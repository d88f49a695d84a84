package runtime

import (
	"fmt"
	"sync"
)

// Signal holds the receivers of one signal, each a func of type F. It is what
// a generated signal is built on and is of no use by itself. The zero value is
// ready to use; it must not be copied.
type Signal[F any] struct {
	mu        sync.Mutex              // held to connect and disconnect, never while a receiver runs
	receivers list[*Receiver[F]]      // changed under mu, read without
	ids       map[string]*Receiver[F] // the connected receivers that have an ID; guarded by mu
}

// Connect adds receiver to the signal of the given name and returns its
// connection, or the connection that already has the receiver's [ID].
// It panics when receiver is nil.
func (s *Signal[F]) Connect(name string, receiver F, opts []ConnectOption) *Connection {
	pc := entryOf(receiver)
	if pc == 0 {
		panic(fmt.Sprintf("signalgen: a nil receiver was connected to %s", name))
	}
	r := &Receiver[F]{Func: receiver, conn: Connection{owner: s, signal: name, pc: pc, site: siteOf(pc)}}
	for _, opt := range opts {
		opt(&r.conn)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if id := r.conn.id; id != "" {
		if first := s.ids[id]; first != nil {
			return &first.conn
		}
		if s.ids == nil {
			s.ids = make(map[string]*Receiver[F])
		}
		s.ids[id] = r
	}
	s.receivers.insert(r)
	return &r.conn
}

// Receivers returns the receivers in the order in which a send calls them. The
// slice never changes, but a receiver in it may disconnect: [Receiver.Enter]
// says whether it is still to be called.
func (s *Signal[F]) Receivers() []*Receiver[F] {
	return s.receivers.load()
}

func (s *Signal[F]) disconnect(c *Connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !c.Connected() {
		return false
	}
	c.state.Store(disconnected)
	delete(s.ids, c.id)
	s.receivers.remove()
	return true
}
