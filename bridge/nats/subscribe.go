package natsbridge

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// Subscribe has handle called with the envelopes of the type, as a member of the
// group, in one goroutine, in the order of the stream. The group is a durable
// consumer at the server, which stays when its members are gone. When ctx is done,
// what has not been handed over goes back at once, and what has is kept alive
// until it is settled.
//
// handle does not see what is no CloudEvent or one of another type: that becomes
// a dead letter at once.
func (t *Transport) Subscribe(ctx context.Context, typ, group string, handle bridge.Handler) error {
	if typ == "" || group == "" {
		return fmt.Errorf("nats bridge: subscribe to %q as group %q: both must have a name", typ, group)
	}
	config, err := t.ensureConsumer(ctx, typ, group, 0)
	if err != nil {
		return fmt.Errorf("nats bridge: subscribe to %s as group %s: %w", typ, group, err)
	}
	s := &subscription{
		t: t, typ: typ, group: group, handle: handle,
		ackWait: config.AckWait,
		msgs:    make(chan *nats.Msg, 4*t.settings.prefetch), // requests that a lost connection has doubled fit as well
		held:    make(map[*nats.Msg]time.Time),
	}
	if err := s.open(); err != nil {
		return fmt.Errorf("nats bridge: subscribe to %s as group %s: %w", typ, group, err)
	}
	ended := make(chan struct{})
	go s.deliver(ctx, ended)
	go s.keep(ctx, ended)
	return nil
}

// A subscription asks the server for messages, hands them over and keeps alive
// what is not settled.
//
// It speaks the server's pull protocol itself. The client library's own way keeps
// what has arrived in a channel, where nobody tells the server that it is being
// looked after: while receivers are slow it would be handed to another member too.
type subscription struct {
	t          *Transport
	typ, group string
	handle     bridge.Handler
	ackWait    time.Duration
	msgs       chan *nats.Msg // what has arrived, in order
	sub        *nats.Subscription

	// mu guards what follows: a message is in msgs or in held; one that is in
	// held was handed over, or stands in line for it in swept. Only who sees
	// handing unset, which is deliver, or set, which is keep, takes from msgs, so
	// that what is swept is older than what is in msgs.
	mu      sync.Mutex
	held    map[*nats.Msg]time.Time // not settled, and when the server last heard so
	swept   []*nats.Msg
	handing bool // handle is running, or about to
	closed  bool // ctx is done
	wanted  int  // asked for and not arrived
	heard   time.Time
	last    uint64 // the latest that has arrived, by its place in the stream
	refused string // what the server has said of a request; nothing is asked until it is looked into
}

// deliver hands messages over until ctx is done.
func (s *subscription) deliver(ctx context.Context, ended chan<- struct{}) {
	defer close(ended)
	for {
		m := s.next(ctx)
		if m == nil {
			return
		}
		s.hand(m)
	}
}

// next returns the next message to hand over; nil if ctx is done.
func (s *subscription) next(ctx context.Context) *nats.Msg {
	for {
		s.mu.Lock()
		s.handing = false
		if !s.closed && len(s.swept) > 0 {
			m := s.swept[0]
			s.swept = s.swept[1:]
			s.handing = true
			s.mu.Unlock()
			return m
		}
		s.ask()
		s.mu.Unlock()

		select {
		case <-ctx.Done():
			return nil
		case m := <-s.msgs:
			s.mu.Lock()
			fresh := s.take(m)
			s.handing = fresh
			closed := s.closed
			s.mu.Unlock()
			if fresh && !closed {
				return m
			}
			if fresh {
				s.giveBack(m)
			}
		}
	}
}

// take notes a message that has arrived. It reports false for what only says
// something about the request. mu is held.
func (s *subscription) take(m *nats.Msg) bool {
	s.heard = time.Now()
	if m.Reply == "" {
		s.status(m)
		return false
	}
	s.wanted = max(0, s.wanted-1)
	s.held[m] = s.heard
	if about, err := m.Metadata(); err == nil {
		s.last = max(s.last, about.Sequence.Stream)
	}
	return true
}

// keep tells the server, until ctx is done and everything is settled, that what is
// held is being looked after.
func (s *subscription) keep(ctx context.Context, ended <-chan struct{}) {
	tick := time.NewTicker(min(s.ackWait/3, heartbeat))
	defer tick.Stop()
	changed := s.t.nc.StatusChanged(nats.CONNECTED, nats.CLOSED)
	defer s.t.nc.RemoveStatusListener(changed)
	done := ctx.Done()
	for {
		select {
		case <-done:
			done = nil
			s.close()
		case <-changed:
			s.askAgain()
		case <-tick.C:
			s.extend()
			s.attend(ctx)
		case <-ended:
			ended = nil
		}
		if ended == nil && (s.empty() || s.t.nc.IsClosed()) {
			return
		}
	}
}

// extend sends a sign of life for what is held for a while, what stands in line
// among it.
func (s *subscription) extend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	now := time.Now()
	for m, since := range s.held {
		if now.Sub(since) < s.ackWait/4 { // the next tick is soon enough
			continue
		}
		if m.InProgress() == nil {
			s.held[m] = now
		}
	}
}

// sweep takes what has arrived while handle is running. mu is held.
func (s *subscription) sweep() {
	for s.handing && len(s.msgs) > 0 {
		if m := <-s.msgs; s.take(m) {
			s.swept = append(s.swept, m)
		}
	}
}

// close ends the subscription: what was not handed over goes back.
func (s *subscription) close() {
	_ = s.sub.Unsubscribe() // an error says that there is no connection any more
	s.mu.Lock()
	s.closed = true
	back := s.swept
	s.swept = nil
	for range len(s.msgs) {
		select {
		case m := <-s.msgs:
			if s.take(m) {
				back = append(back, m)
			}
		default:
		}
	}
	s.mu.Unlock()
	for _, m := range back {
		s.giveBack(m)
	}
}

// giveBack has the server hand a message to another member.
func (s *subscription) giveBack(m *nats.Msg) {
	_ = m.Nak() // without a connection the ack wait does it
	s.release(m)
}

// release forgets a message and asks for others.
func (s *subscription) release(m *nats.Msg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, m)
	s.ask()
}

func (s *subscription) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.held) == 0
}

// open subscribes to where the server sends messages.
func (s *subscription) open() error {
	inbox := s.t.nc.NewInbox()
	sub, err := s.t.nc.ChanSubscribe(inbox, s.msgs)
	if err != nil {
		return err
	}
	s.sub = sub
	return nil
}
