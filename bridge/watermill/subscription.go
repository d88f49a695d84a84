package watermillbridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A subscription is one Subscribe.
type subscription struct {
	transport                  *Transport
	typ, topic, group, letters string // letters is the topic of dead letters
	handle                     bridge.Handler
	maxDeliver                 int
	backoff                    []time.Duration

	ctx      context.Context // done when handle must not be called any more
	leave    context.CancelFunc
	life     context.Context // done when deliveries in flight are no longer waited for
	abandon  context.CancelFunc
	finished chan struct{} // closed when the broker's subscription has ended

	due     chan *delivery // whose pause is over
	settled chan struct{}  // has a token if something was settled since the last receive from it

	mu       sync.Mutex // guards what follows, and the messages of deliveries
	reading  *reading   // the latest
	held     map[event]*delivery
	inFlight int // deliveries that are not settled: those in held, and messages that are no events

	outcomes outcomes
}

func (t *Transport) newSubscription(ctx context.Context, typ, group string, opts bridge.SubscribeOptions, handle bridge.Handler) (*subscription, error) {
	if err := supported(opts); err != nil {
		return nil, err
	}
	topic, err := t.topicOf(typ)
	if err != nil {
		return nil, err
	}
	letters, err := t.deadTopicOf(typ, group)
	if err != nil {
		return nil, err
	}
	s := &subscription{
		transport: t, typ: typ, topic: topic, group: group, letters: letters, handle: handle,
		maxDeliver: cmp.Or(opts.MaxDeliver, t.maxDeliver),
		backoff:    t.backoff,
		finished:   make(chan struct{}),
		due:        make(chan *delivery),
		settled:    make(chan struct{}, 1),
		held:       make(map[event]*delivery),
	}
	if len(opts.Backoff) > 0 {
		s.backoff = opts.Backoff
	}
	s.ctx, s.leave = context.WithCancel(ctx)
	s.life, s.abandon = context.WithCancel(context.WithoutCancel(ctx))
	return s, t.add(s)
}

// open begins a reading.
func (s *subscription) open() error {
	return untilDone(s.ctx, s.report, func() error {
		r, err := s.transport.read(s.ctx, s.topic, s.group)
		if err != nil {
			return err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.reading = r
		return nil
	})
}

// serve delivers messages until ctx is done.
func (s *subscription) serve() {
	var errs []error
	defer func() {
		s.leave()
		s.transport.remove(s, errs...)
		close(s.finished)
	}()
	for s.deliver() {
		s.report(errEnded)
		errs = append(errs, s.close())
		if err := s.open(); err != nil {
			if s.ctx.Err() == nil {
				s.report(err)
			}
			return
		}
	}
	s.wait()
	errs = append(errs, s.close())
}

// deliver delivers messages that arrive or are due. It returns false when ctx is done, and
// true when the broker has ended the reading.
func (s *subscription) deliver() bool {
	for s.ctx.Err() == nil {
		select {
		case <-s.ctx.Done():
		case d := <-s.due:
			d.deliver()
		case m, open := <-s.reading.messages:
			if !open {
				return s.ctx.Err() == nil
			}
			s.take(m)
		}
	}
	return false
}

// wait waits until all deliveries are settled: the broker gets an acknowledgement only
// while the reading lasts.
func (s *subscription) wait() {
	for s.isBusy() {
		select {
		case <-s.settled:
		case <-s.life.Done():
			return
		}
	}
}

func (s *subscription) isBusy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inFlight > 0
}

// close ends the reading.
func (s *subscription) close() error {
	err := s.current().ended()
	s.reading.drain()
	return err
}

// current returns the latest reading, or nil if there is none yet. serve may read the field
// without the lock, as only it changes it.
func (s *subscription) current() *reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reading
}

var errEnded = errors.New("the broker has ended the subscription; subscribing again")

// report calls the error handler.
func (s *subscription) report(err error) {
	s.transport.report(fmt.Errorf("watermill bridge: topic %s, group %s: %w", s.topic, s.group, err))
}
