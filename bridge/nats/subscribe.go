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
	s := &subscription{
		t: t, typ: typ, group: group, handle: handle,
		requests: "$JS.API.CONSUMER.MSG.NEXT." + t.settings.stream + "." + consumerName(group, typ),
		msgs:     make(chan *nats.Msg, 4*t.settings.prefetch), // requests that a lost connection has doubled fit as well
		held:     make(map[*delivery]struct{}),
	}
	if err := s.open(ctx); err != nil {
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
	requests   string         // where the server takes them
	born       time.Time      // the stream; only keep uses it
	msgs       chan *nats.Msg // what has arrived, in order

	// mu guards what follows. What has arrived is in msgs or in held: in held it
	// was handed over, or stands in line for it in swept. Only deliver takes from
	// msgs while handing is unset, and only keep while it is set, so that what is
	// swept is older than what is in msgs.
	//
	// Both goroutines look at awake before they hand over or send signs of life: when
	// it is older than the ack wait, the server has what is swept or in msgs handed
	// over again.
	mu      sync.Mutex
	sub     *nats.Subscription     // what comes by another one is not looked at
	awake   time.Time              // when keep last sent signs of life
	held    map[*delivery]struct{} // not settled
	swept   []*delivery
	handing bool // handle is running, or about to
	closed  bool // ctx is done
	wanted  int  // asked for and not arrived
	heard   time.Time
	last    uint64 // the latest that has arrived, by its place in the stream
	refused string // what the server has said of a request; nothing is asked until it is looked into
}

// deliver hands over what arrives, until ctx is done.
func (s *subscription) deliver(ctx context.Context, ended chan<- struct{}) {
	defer close(ended)
	for {
		if d := s.nextSwept(); d != nil {
			d.hand()
			continue
		}
		select {
		case <-ctx.Done():
			return
		case m := <-s.msgs:
			if d := s.arrived(m); d != nil {
				d.hand()
			}
		}
	}
}

// nextSwept returns what is first in line; nil if nothing is but in msgs.
func (s *subscription) nextSwept() *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wake()
	s.handing = len(s.swept) > 0
	s.ask()
	if !s.handing {
		return nil
	}
	d := s.swept[0]
	s.swept = s.swept[1:]
	return d
}

// arrived returns the delivery of a message to hand over; nil if there is none.
func (s *subscription) arrived(m *nats.Msg) *delivery {
	s.mu.Lock()
	s.wake()
	d := s.take(m)
	s.handing = d != nil
	closed := s.closed
	s.mu.Unlock()
	if d != nil && closed {
		d.giveBack()
		return nil
	}
	return d
}

// take notes a message that has arrived. It returns nil for what only says
// something about a request, or is too old. mu is held.
func (s *subscription) take(m *nats.Msg) *delivery {
	if m.Sub != s.sub {
		return nil
	}
	s.heard = time.Now()
	about, err := m.Metadata()
	if err != nil {
		s.status(m)
		return nil
	}
	s.wanted = max(0, s.wanted-1)
	s.last = max(s.last, about.Sequence.Stream)
	d := &delivery{of: s, msg: m, about: about, alive: s.heard}
	s.held[d] = struct{}{}
	return d
}

// keep tells the server, until ctx is done and everything is settled, that what is
// held is being looked after.
func (s *subscription) keep(ctx context.Context, ended <-chan struct{}) {
	tick := time.NewTicker(max(time.Millisecond, min(s.ackWait/3, heartbeat)))
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
			s.extend(0) // before the server gets to hand over again
			s.askAgain()
		case <-tick.C:
			s.extend(s.ackWait / 4) // what is younger can wait for the next tick
			s.attend(ctx)
		case <-ended:
			ended = nil
		}
		if ended == nil && (s.empty() || s.t.nc.IsClosed()) {
			return
		}
	}
}

// extend sends a sign of life for what the server has heard nothing of for a while,
// what stands in line among it.
func (s *subscription) extend(while time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wake()
	s.sweep()
	now := time.Now()
	s.awake = now
	for d := range s.held {
		if now.Sub(d.alive) >= while && d.msg.InProgress() == nil {
			d.alive = now
		}
	}
}

// sweep takes what has arrived while handle is running. mu is held.
func (s *subscription) sweep() {
	for s.handing && len(s.msgs) > 0 {
		if d := s.take(<-s.msgs); d != nil {
			s.swept = append(s.swept, d)
		}
	}
}

// close ends the subscription: what was not handed over goes back.
func (s *subscription) close() {
	s.mu.Lock()
	_ = s.sub.Unsubscribe() // an error says that there is no connection any more
	s.closed = true
	back := s.swept
	s.swept = nil
	for range len(s.msgs) {
		select {
		case m := <-s.msgs:
			if d := s.take(m); d != nil {
				back = append(back, d)
			}
		default: // deliver was faster
		}
	}
	s.mu.Unlock()
	for _, d := range back {
		d.giveBack()
	}
}

func (s *subscription) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.held) == 0
}

// open makes sure of the consumer and subscribes to where the server sends messages.
func (s *subscription) open(ctx context.Context) error {
	stream, err := s.t.js.Stream(ctx, s.t.settings.stream)
	if err != nil {
		return fmt.Errorf("stream %s: %w", s.t.settings.stream, err)
	}
	s.born = stream.CachedInfo().Created
	config, err := s.t.ensureConsumer(ctx, s.typ, s.group, 0)
	if err != nil {
		return err
	}
	s.ackWait, s.awake = config.AckWait, time.Now()
	s.sub, err = s.t.nc.ChanSubscribe(s.t.nc.NewInbox(), s.msgs)
	return err
}
