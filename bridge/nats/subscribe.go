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

// Subscribe calls handle with the envelopes of the type as a member of the group, one
// after another in its own goroutine, in the order of the stream. The group is a durable
// consumer at the server, which remains when it has no members. When ctx is done,
// envelopes that handle has not been called with go back to the server at once, and the
// others are kept alive until they are settled.
//
// handle is not called with a message that is not a CloudEvent or is one of another type:
// such a message becomes a dead letter at once.
//
// While the connection is down, and while servers do not answer or elect a leader,
// Subscribe waits as long as ctx allows.
func (t *Transport) Subscribe(ctx context.Context, typ, group string, handle bridge.Handler) error {
	return t.SubscribeWith(ctx, typ, group, bridge.SubscribeOptions{}, handle)
}

// SubscribeWith is Subscribe with options, which take precedence over those of the
// transport. AckWait changes the group's consumer, and so applies to all its members; the
// others apply to this member only.
//
// The consumer of a broadcast is kept in memory and removed when the subscription ends. If
// the process dies, the server removes it after 5 minutes. An envelope of a broadcast that
// has failed MaxDeliver times is dropped, because no one could replay it.
func (t *Transport) SubscribeWith(ctx context.Context, typ, group string, opts bridge.SubscribeOptions, handle bridge.Handler) error {
	if typ == "" || group == "" {
		return fmt.Errorf("nats bridge: subscribe to %q as group %q: want a type and a group", typ, group)
	}
	own := t.settings.with(opts)
	s := &subscription{
		t: t, typ: typ, group: group, handle: handle, settings: own,
		subject:  subject(own.prefix, typ),
		due:      subject(own.duePrefix(group), typ),
		requests: "$JS.API.CONSUMER.MSG.NEXT." + own.stream + "." + consumerName(group, typ),
		msgs:     make(chan *nats.Msg, max(256, 4*own.prefetch)), // has room for requests that a lost connection has doubled, and for those of isAlone
		rejected: make(chan struct{}, 1),
		drained:  make(chan struct{}, 1),
		ended:    make(chan struct{}),
		held:     make(map[messageID]*delivery),
	}
	if err := t.patiently(ctx, s.open); err != nil {
		return fmt.Errorf("nats bridge: subscribe to %s as group %s: %w", typ, group, err)
	}
	ctx, s.stop = context.WithCancel(ctx)
	t.add(s)
	go s.deliver(ctx)
	go s.maintain(ctx)
	return nil
}

// A subscription requests messages from the server, calls the handler with them, and
// keeps alive what is not settled.
//
// It uses the server's pull protocol directly. Consume and Messages of the client library
// keep messages in a channel until they are read, and nothing tells the server that these
// are in progress: while receivers are slow, the server would redeliver them to another
// member. If they were read at once, the library would count them as consumed and request
// more without end.
type subscription struct {
	t          *Transport
	typ, group string
	handle     bridge.Handler
	settings   settings // the transport's, with the options of the subscription
	subject    string   // of the type
	due        string   // the subject on which the server publishes retries
	ackWait    time.Duration
	requests   string         // the subject of pull requests
	msgs       chan *nats.Msg // received, in order
	rejected   chan struct{}  // has room for one: rejection has been set
	drained    chan struct{}  // has room for one: after close, the server sends nothing more
	ended      chan struct{}  // closed when handle is not called again
	stop       context.CancelFunc

	// mu guards what follows.
	//
	// A message is in msgs until receive makes a delivery of it, which is in held until it
	// is settled. Before the handler is called with it, it may also be in queue. While
	// handling is false, only deliver receives from msgs; while it is true, enqueue does,
	// so that what is in queue is older than what is in msgs.
	//
	// Both goroutines call checkSuspended before they deliver or keep alive: when
	// keptAlive is longer ago than the ack wait, the server redelivers what is in queue
	// and msgs.
	mu        sync.Mutex
	sub       *nats.Subscription      // messages of an earlier one are ignored
	keptAlive time.Time               // when maintain last sent progress acknowledgements
	held      map[messageID]*delivery // received and not settled
	queue     []*delivery             // received, to be delivered next
	handling  bool                    // handle is running or about to
	closed    bool                    // ctx is done
	requested int                     // messages requested and not received
	heard     time.Time               // when the server last answered a request
	last      uint64                  // the highest stream sequence received
	created   time.Time               // when the stream was created
	floor     uint64                  // the stream sequence up to which the group had settled everything when polled
	polled    uint64                  // last, when floor was requested
	polling   bool                    // floor is being requested
	scheduled bool                    // the stream schedules retries and the consumer receives them
	pin       string                  // the server's id of the member that it serves, if the group is ordered
	following uint64                  // the consumer sequence after the last one received
	gated     bool                    // what is older than what was received may be with other members or lost
	rejection string                  // the status with which the server rejected a request; none is sent until it is cleared
	broken    error                   // why nothing can be received; nil when it can
}

// deliver calls the handler with what is received, until ctx is done.
func (s *subscription) deliver(ctx context.Context) {
	defer close(s.ended)
	for {
		if d := s.nextQueued(); d != nil {
			s.dispatch(ctx, d)
			continue
		}
		select {
		case <-ctx.Done():
			return
		case m := <-s.msgs:
			if d := s.next(m); d != nil {
				s.dispatch(ctx, d)
			}
		}
	}
}

// dispatch dispatches a delivery, or an older one if the group is ordered.
func (s *subscription) dispatch(ctx context.Context, d *delivery) {
	if s.settings.ordered {
		d = s.awaitTurn(ctx, d)
	}
	if d != nil {
		d.dispatch()
	}
}

// nextQueued returns the first delivery of the queue; nil if it is empty.
func (s *subscription) nextQueued() *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checkSuspended()
	s.handling = len(s.queue) > 0
	s.pull()
	if !s.handling {
		return nil
	}
	d := s.queue[0]
	s.queue = s.queue[1:]
	return d
}

// next returns the delivery of a message; nil if there is nothing to deliver.
func (s *subscription) next(m *nats.Msg) *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checkSuspended()
	d := s.receive(m)
	if d != nil && s.closed {
		d.giveBack()
		d = nil
	}
	s.handling = d != nil
	return d
}

// receive makes a delivery of a message. It returns nil for a status message, for one of an
// earlier subscription, and for one that is held already. mu is held.
func (s *subscription) receive(m *nats.Msg) *delivery {
	if m.Sub != s.sub {
		return nil
	}
	s.heard = time.Now()
	about, err := m.Metadata()
	if err != nil {
		s.receiveStatus(m)
		return nil
	}
	s.requested = max(0, s.requested-1)
	s.last = max(s.last, about.Sequence.Stream)
	d := &delivery{of: s, msg: m, id: messageID{about.Sequence.Stream, about.Timestamp.UnixNano()}, about: about, alive: s.heard}
	if s.settings.ordered {
		s.noteTurn(m, about)
	}
	if s.held[d.id] != nil {
		return nil // the server has not heard in time that it is in progress
	}
	d.forged = d.restore()
	s.held[d.id] = d
	return d
}

// open makes sure that the consumer exists and subscribes to an inbox.
func (s *subscription) open(ctx context.Context) error {
	stream, err := s.stream(ctx)
	if err != nil {
		return err
	}
	s.created = stream.Created
	consumer, err := s.ensureConsumer(ctx, stream, 0)
	if err != nil {
		return err
	}
	s.note(stream, consumer)
	s.ackWait, s.keptAlive = consumer.Config.AckWait, time.Now()
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

// note notes what the server says about the stream and the consumer.
func (s *subscription) note(stream *jetstream.StreamInfo, consumer *jetstream.ConsumerInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.floor, s.polled = consumer.AckFloor.Stream, s.last
	s.scheduled = schedules(stream.Config, s.settings.retryPrefix()) && slices.Contains(consumer.Config.FilterSubjects, s.due)
}

// schedulesRetries reports whether the server can keep a retry until it is due.
func (s *subscription) schedulesRetries() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scheduled
}

func (s *subscription) health() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

// removeConsumer removes the consumer of a broadcast.
func (s *subscription) removeConsumer() error {
	return within(context.Background(), answerTimeout, func(ctx context.Context) error {
		err := s.t.js.DeleteConsumer(ctx, s.settings.stream, consumerName(s.group, s.typ))
		if errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, nats.ErrConnectionClosed) {
			return nil
		}
		return err
	})
}
