package bridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// A Subscription is an active [Receive].
type Subscription struct {
	bridge     *Bridge
	signal     runtime.AnySignal
	typ, group string
	inFlight   int
	retry      retry
	skipOwn    bool
	unordered  bool
	options    SubscribeOptions
	within     time.Duration // 0 for no limit
	schemas    schemas
	outcomes   [Released + 1]atomic.Uint64 // the number of deliveries with each Outcome
	watch      watch
	decode     func(e *Envelope) (args, sender any, err error)
	seen       seen
	lanes      *lanes

	open    context.Context // of the transport's subscription
	stopped context.CancelFunc
	calls   context.Context // of the receivers; done when a Close no longer waits for them
	abort   context.CancelFunc
	gaveUp  sync.Once // starts the goroutine of giveUp
}

func newSubscription(b *Bridge, s runtime.AnySignal) *Subscription {
	sub := &Subscription{
		bridge:   b,
		signal:   s,
		typ:      s.Name(),
		inFlight: 64,
		retry:    retry{attempts: 3, first: 50 * time.Millisecond, most: time.Second},
		seen:     seen{window: 2 * time.Minute},
	}
	sub.open, sub.stopped = context.WithCancel(context.Background())
	sub.calls, sub.abort = context.WithCancel(context.Background())
	return sub
}

// start begins the subscription.
func (s *Subscription) start(args reflect.Type) error {
	if s.options.Broadcast {
		s.group = strings.TrimLeft(s.group+"-broadcast-"+rand.Text(), "-")
	}
	if err := checkGroup(s.group); err != nil {
		return err
	}
	if err := s.bridge.codec.Check(args); err != nil {
		return err
	}
	s.schemas.own = schemaOf(s.bridge.codec, args)
	s.lanes = newLanes(s.inFlight, s.work)
	if err := s.bridge.add(s); err != nil {
		return err
	}
	if err := s.subscribe(); err != nil {
		s.stop()
		s.bridge.remove(s)
		return err
	}
	go s.logSlow()
	return nil
}

func (s *Subscription) subscribe() error {
	t := s.bridge.transport
	if with, ok := t.(TransportWithOptions); ok {
		return with.SubscribeWith(s.open, s.typ, s.group, s.options, s.handle)
	}
	if !reflect.ValueOf(s.options).IsZero() {
		return fmt.Errorf("transport %T has no options for subscriptions: %w", t, errors.ErrUnsupported)
	}
	return t.Subscribe(s.open, s.typ, s.group, s.handle)
}

func checkGroup(name string) error {
	if name == "" {
		return errors.New("found no group, wanted the option Group")
	}
	isWrong := func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("._-/", c))
	}
	if i := strings.IndexFunc(name, isWrong); i >= 0 {
		return fmt.Errorf("found group %q, wanted letters, digits and . _ - /", name)
	}
	return nil
}

// add adds a subscription, for Close and Stats.
func (b *Bridge) add(s *Subscription) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return ErrClosed
	}
	b.subscriptions[s] = struct{}{}
	b.forgetEnded()
	return nil
}

func (b *Bridge) remove(s *Subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.subscriptions, s)
	b.forgetEnded()
}

// Close ends the subscription. It waits for the deliveries in flight until ctx is done.
// Then it cancels the ctx of their receivers, returns those that have not begun to the
// transport, and returns an error that says how many are in flight. A delivery that waits
// for its next try is settled with its last error at once. A receiver must not close its
// own subscription with a ctx that is never done: it would wait for itself.
func (s *Subscription) Close(ctx context.Context) error {
	s.stop()
	return s.wait(ctx)
}

// stop ends the transport's subscription and refuses further deliveries.
func (s *Subscription) stop() {
	s.stopped()
	s.lanes.close()
}

// wait is the part of Close after stop.
func (s *Subscription) wait(ctx context.Context) error {
	done := s.lanes.close()
	defer s.abort()
	if isDone(ctx, done) {
		s.bridge.remove(s)
		return nil
	}
	inFlight := s.lanes.count()
	s.giveUp(done)
	return fmt.Errorf("bridge: %s as %s: closed with %d deliveries in flight: %w", s.typ, s.group, inFlight, ctx.Err())
}

// giveUp cancels the receivers and releases the deliveries that have not begun. The
// bridge keeps the subscription until all deliveries are done.
func (s *Subscription) giveUp(done <-chan struct{}) {
	s.abort() // first: what is released must not begin now
	s.lanes.abandon(s.release)
	s.gaveUp.Do(func() {
		go func() {
			<-done
			s.bridge.remove(s)
		}()
	})
}
