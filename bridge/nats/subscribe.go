package natsbridge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
)

// Subscribe has handle called with the envelopes of the type, as a member of the
// group, in one goroutine, in the order of the stream. The group is a durable
// consumer at the server, which stays when its members are gone. When ctx is done,
// what has not been handed over goes back at once, and what has is kept alive
// until it is settled.
//
// handle does not see a message that is not a CloudEvent, or one of another type: that
// becomes a dead letter at once.
//
// While the connection is down, and while servers do not answer or elect a leader,
// Subscribe waits as long as ctx allows.
func (t *Transport) Subscribe(ctx context.Context, typ, group string, handle bridge.Handler) error {
	return t.SubscribeWith(ctx, typ, group, bridge.SubscribeOptions{}, handle)
}

// SubscribeWith is Subscribe with options, which count before those of the transport.
// AckWait changes the group's consumer, and so holds for all its members; the others
// are this member's own.
//
// The consumer of a broadcast is removed when the subscription ends. If the process
// dies, the server removes it after 5 minutes. Its replicas are in memory. What has
// failed as often as it may is dropped, for nobody could replay it.
func (t *Transport) SubscribeWith(ctx context.Context, typ, group string, opts bridge.SubscribeOptions, handle bridge.Handler) error {
	if typ == "" || group == "" {
		return fmt.Errorf("nats bridge: subscribe to %q as group %q: both must have a name", typ, group)
	}
	own := t.settings.with(opts)
	s := &subscription{
		t: t, typ: typ, group: group, handle: handle, settings: own,
		subject:  subject(own.prefix, typ),
		due:      subject(own.duePrefix(group), typ),
		requests: "$JS.API.CONSUMER.MSG.NEXT." + own.stream + "." + consumerName(group, typ),
		msgs:     make(chan *nats.Msg, 4*own.prefetch), // requests that a lost connection has doubled fit as well
		refusal:  make(chan struct{}, 1),
		drained:  make(chan struct{}, 1),
		ended:    make(chan struct{}),
		held:     make(map[*delivery]struct{}),
	}
	if err := t.patiently(ctx, s.open); err != nil {
		return fmt.Errorf("nats bridge: subscribe to %s as group %s: %w", typ, group, err)
	}
	ctx, s.stop = context.WithCancel(ctx)
	t.add(s)
	go s.deliver(ctx)
	go s.keep(ctx)
	return nil
}

// A subscription asks the server for messages, hands them over and keeps alive
// what is not settled.
//
// It speaks the server's pull protocol itself. The client library's Consume and
// Messages keep what has arrived in a channel, where nobody tells the server that it is
// being looked after: while receivers are slow it would be handed to another member
// too. Taken from there at once it counts as consumed, and they ask for more without
// end.
type subscription struct {
	t          *Transport
	typ, group string
	handle     bridge.Handler
	settings   settings // the transport's, with the options of the subscription
	subject    string   // of what the group listens to
	due        string   // the subject of what has failed and comes once more
	ackWait    time.Duration
	requests   string         // where the server takes them
	msgs       chan *nats.Msg // what has arrived, in order
	refusal    chan struct{}  // has room for one; keep is to look into what refused says
	drained    chan struct{}  // has room for one: after close, the server sends nothing more
	ended      chan struct{}  // closed when handle is not called again
	stop       context.CancelFunc

	// mu guards what follows. What has arrived is in msgs or in held: in held it
	// was handed over, or stands in line for it in swept. Only deliver takes from msgs
	// while handing is unset; while it is set, sweep does, so that what is swept is older
	// than what is in msgs.
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
	last    uint64    // the latest that has arrived, by its place in the stream
	born    time.Time // the stream
	floor   uint64    // up to which the group had settled everything when polled, by its place in the stream
	polled  uint64    // last, when floor was asked for
	polling bool      // floor is being asked for
	later   bool      // the stream keeps for later what has failed, and the consumer gets it
	pin     string    // by which the server knows the member that it serves, if the group is served in order
	gate    bool      // others may hold what is older than what has arrived
	refused string    // what the server has said of a request; nothing is asked until it is looked into
	broken  error     // why nothing can be received; nil when it can
}

// deliver hands over what arrives, until ctx is done.
func (s *subscription) deliver(ctx context.Context) {
	defer close(s.ended)
	for {
		if d := s.nextSwept(); d != nil {
			s.hand(ctx, d)
			continue
		}
		select {
		case <-ctx.Done():
			return
		case m := <-s.msgs:
			if d := s.arrived(m); d != nil {
				s.hand(ctx, d)
			}
		}
	}
}

// hand hands a delivery over, or one that is older.
func (s *subscription) hand(ctx context.Context, d *delivery) {
	if s.settings.ordered {
		d = s.turn(ctx, d)
	}
	if d != nil {
		d.hand()
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
	defer s.mu.Unlock()
	s.wake()
	d := s.take(m)
	if d != nil && s.closed {
		d.giveBack()
		d = nil
	}
	s.handing = d != nil
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
	d.forged = d.unwrap()
	if pin := m.Header.Get(pinHeader); pin != s.pin && s.settings.ordered {
		s.pin, s.gate = pin, true
	}
	s.held[d] = struct{}{}
	return d
}

// keep tells the server, until ctx is done and everything is settled, that what is
// held is being looked after.
func (s *subscription) keep(ctx context.Context) {
	defer s.end()
	tick := time.NewTicker(max(time.Millisecond, min(s.ackWait/3, heartbeat)))
	defer tick.Stop()
	changed := s.t.nc.StatusChanged(nats.CONNECTED, nats.CLOSED)
	defer s.t.nc.RemoveStatusListener(changed)
	done, ended, drained := ctx.Done(), s.ended, false
	var attended time.Time // to a refusal
	for {
		select {
		case <-done:
			done = nil
			s.close()
		case <-s.drained:
			drained = true
			s.close() // gives back what has arrived meanwhile
		case <-changed:
			s.extend(0) // before the server gets to hand over again
			s.wait()
			s.askAgain()
		case <-tick.C:
			s.extend(s.ackWait / 4) // what is younger can wait for the next tick
			s.holdPin()
			s.attend(ctx)
		case <-s.refusal:
			if time.Since(attended) > heartbeat { // otherwise at the next tick
				attended = time.Now()
				s.attend(ctx)
			}
		case <-ended:
			ended = nil
		}
		if ended == nil && (drained && s.empty() || s.t.nc.IsClosed()) {
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
	for s.handing && !s.closed && len(s.msgs) > 0 {
		if d := s.take(<-s.msgs); d != nil {
			s.swept = append(s.swept, d)
		}
	}
}

// close ends the subscription, and gives back what was not handed over. Until drained
// says otherwise, the server may have sent more: if the client library did not know the
// inbox any longer it would drop that, and it would come again only after the ack wait.
func (s *subscription) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		s.sub.SetClosedHandler(func(string) {
			select {
			case s.drained <- struct{}{}:
			default:
			}
		})
		_ = s.sub.Drain() // an error says that the connection is closed
	}
	s.giveBack()
}

// giveBack gives back what has arrived and was not handed over. The subscription is
// closed, and mu is held.
func (s *subscription) giveBack() {
	for _, d := range s.swept {
		d.giveBack()
	}
	s.swept = nil
	for range len(s.msgs) {
		select {
		case m := <-s.msgs:
			if d := s.take(m); d != nil {
				d.giveBack()
			}
		default: // deliver was faster
		}
	}
}

func (s *subscription) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.held) == 0
}

// open makes sure of the consumer and subscribes to where the server sends messages.
func (s *subscription) open(ctx context.Context) error {
	stream, err := s.stream(ctx)
	if err != nil {
		return err
	}
	s.born = stream.Created
	consumer, err := s.ensureConsumer(ctx, stream, 0)
	if err != nil {
		return err
	}
	s.found(stream, consumer)
	s.ackWait, s.awake = consumer.Config.AckWait, time.Now()
	s.sub, err = s.t.nc.ChanSubscribe(s.t.nc.NewInbox(), s.msgs)
	return err
}

func (s *subscription) stream(ctx context.Context) (*jetstream.StreamInfo, error) {
	stream, err := s.t.js.Stream(ctx, s.settings.stream)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", s.settings.stream, err)
	}
	return stream.CachedInfo(), nil
}

// found notes what there is at the server.
func (s *subscription) found(stream *jetstream.StreamInfo, consumer *jetstream.ConsumerInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.floor, s.polled = consumer.AckFloor.Stream, s.last
	s.later = schedules(stream.Config, s.settings.retryPrefix()) && slices.Contains(consumer.Config.FilterSubjects, s.due)
}

// schedules reports whether what has failed can wait at the server.
func (s *subscription) schedules() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.later
}

func (s *subscription) health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

// end forgets the subscription, and leaves nothing of a broadcast.
func (s *subscription) end() {
	s.stop()
	if s.settings.broadcast && s.t.nc.IsConnected() {
		if err := s.remove(); err != nil {
			s.settings.logger().Warn("nats bridge: the consumer of a broadcast remains until it has been idle for a while", "signal", s.typ, "error", err)
		}
	}
	s.t.remove(s)
}

// remove removes the consumer.
func (s *subscription) remove() error {
	return within(context.Background(), patience, func(ctx context.Context) error {
		err := s.t.js.DeleteConsumer(ctx, s.settings.stream, consumerName(s.group, s.typ))
		if errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, nats.ErrConnectionClosed) {
			return nil
		}
		return err
	})
}
