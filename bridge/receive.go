package bridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// Receive lets the receivers of s hear what is published under its stable name, as a
// member of the [Group]. It returns when the subscription stands; the transport may wait
// for its broker until the bridge is closed. The subscription lasts until it or the
// bridge is closed. Receive returns an error if there is no group, if the codec cannot
// read what the signal carries, if the bridge is closed, or if the transport fails.
//
// What arrives is sent on s as SendRobust does, with a ctx that has the trace and is
// done when a Close stops waiting. When all receivers return nil it is acknowledged. When
// one fails or panics, all are called again after a short while, as [Retry] says. Then
// the transport hands it over again later, perhaps to another process, and in the end
// keeps it as a dead letter. An error that [Poison] has made makes it a dead letter at
// once. So each envelope is heard at least once, and a receiver must expect it twice: see
// [EnvelopeFrom].
//
// Envelopes of one key, or of one sender if the signal has senders, are heard in order.
// An [runtime.Async] receiver is not part of this: the envelope is acknowledged when it is
// in the receiver's queue, and lost if the process dies.
//
// Connect the receivers first. While nothing would hear the signal, because no receiver
// is connected or it is muted, a delivery fails with [ErrNobody].
func Receive[A any](b *Bridge, s Signal[A], opts ...ReceiveOption) (*Subscription, error) {
	sub := newSubscription(b, s)
	sub.decode = func(e *Envelope) (any, any, error) {
		var args A
		if err := b.codec.Decode(e.Data, e.ContentType, &args); err != nil {
			return nil, nil, err
		}
		sender, _ := runtime.SenderOf(s, &args)
		return args, sender, nil
	}
	for _, opt := range opts {
		opt(sub)
	}
	if err := sub.start(reflect.TypeFor[A]()); err != nil {
		return nil, fmt.Errorf("bridge: receive %s: %w", sub.typ, err)
	}
	return sub, nil
}

// ErrNobody is the error of a delivery that no receiver in this process would hear.
var ErrNobody = errors.New("no receiver is connected, or the signal is muted")

// Serve is [Receive] until ctx is done, for a program or a goroutine that does nothing
// else. If Receive fails, Serve returns its error at once. When ctx is done, Serve waits
// for the deliveries in hand, however long they take, and returns nil. If the bridge is
// closed first it returns [ErrClosed].
func Serve[A any](ctx context.Context, b *Bridge, s Signal[A], opts ...ReceiveOption) error {
	var stop func() bool
	opts = append(opts, func(sub *Subscription) { stop = context.AfterFunc(ctx, sub.stopped) })
	sub, err := Receive(b, s, opts...)
	defer stop()
	if err != nil {
		return err
	}
	<-sub.open.Done()
	err = sub.Close(context.WithoutCancel(ctx))
	if ctx.Err() == nil {
		err = errors.Join(ErrClosed, err)
	}
	return err
}

// A Subscription is one Receive.
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
	outcomes   [GivenBack + 1]atomic.Uint64 // how many deliveries had each
	watch      watch
	decode     func(e *Envelope) (args, sender any, err error)
	seen       seen
	lanes      *lanes

	open    context.Context // done when no more is to come
	stopped context.CancelFunc
	calls   context.Context // of the receivers; done when they are not waited for any longer
	abort   context.CancelFunc
	gaveUp  sync.Once // the start of what giveUp leaves behind
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

// start subscribes.
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
		return errors.New("found no group, wanted the option Group, which says on whose behalf")
	}
	isWrong := func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("._-/", c))
	}
	if i := strings.IndexFunc(name, isWrong); i >= 0 {
		return fmt.Errorf("found group %q, wanted letters, digits and . _ - /", name)
	}
	return nil
}

// add notes a subscription, for Close.
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

// Close ends the subscription. It waits for the deliveries in hand until ctx is done.
// Then it cancels the ctx of their receivers, gives those that have not begun back to
// the transport, and returns an error that says how many are in hand. A delivery that
// waits for its next try goes back at once. A receiver must not close its own
// subscription with a ctx that is never done: it would wait for itself.
func (s *Subscription) Close(ctx context.Context) error {
	s.stop()
	return s.wait(ctx)
}

// stop lets nothing more come in.
func (s *Subscription) stop() {
	s.stopped()
	s.lanes.close()
}

// wait is the part of Close behind stop.
func (s *Subscription) wait(ctx context.Context) error {
	done := s.lanes.close()
	defer s.abort()
	if isDone(ctx, done) {
		s.bridge.remove(s)
		return nil
	}
	inHand := s.lanes.hand.count()
	s.giveUp(done)
	return fmt.Errorf("bridge: %s as %s: closed with %d deliveries in hand: %w", s.typ, s.group, inHand, ctx.Err())
}

// giveUp does not wait for what is in hand. The bridge knows the subscription until
// all is done.
func (s *Subscription) giveUp(done <-chan struct{}) {
	s.abort() // first: none of what goes back may begin now
	s.lanes.abandon(s.giveBack)
	s.gaveUp.Do(func() {
		go func() {
			<-done
			s.bridge.remove(s)
		}()
	})
}

// handle is the subscription's [Handler].
func (s *Subscription) handle(d Delivery) {
	key := d.Envelope.Key
	if s.unordered {
		key = d.Envelope.Source + " " + d.Envelope.ID // what comes twice does not meet itself
	}
	if !s.lanes.put(key, d) {
		s.giveBack(d)
	}
}

// work does all there is to do about one delivery.
func (s *Subscription) work(d Delivery) {
	if s.calls.Err() != nil {
		s.giveBack(d)
		return
	}
	began := time.Now()
	s.watch.begin(d, began)
	defer s.watch.end(d.Envelope)
	ctx, err := s.calls, runtime.ErrGoexit // unless this returns or panics
	defer func() {
		if value := recover(); value != nil {
			err = Poison(&runtime.PanicError{Value: value, Stack: debug.Stack()})
		}
		s.settle(ctx, d, began, err)
	}()
	if s.seen.has(d.Envelope) || s.skipOwn && s.bridge.published(d.Envelope) == s.signal {
		err = errSkipped
		return
	}
	ctx = s.context(d.Envelope)
	err = s.receive(ctx, d.Envelope)
}

// errSkipped is the error of a delivery that needs no receiver. It never leaves settle.
var errSkipped = errors.New("heard before")

// settle ends a delivery, whatever the error handler and observers do.
func (s *Subscription) settle(ctx context.Context, d Delivery, began time.Time, err error) {
	outcome := Acknowledged
	switch {
	case errors.Is(err, errSkipped):
		outcome, err = Skipped, nil
	case err == nil:
		s.seen.add(d.Envelope)
	case d.Last || IsPoison(err):
		outcome = Dead
	default:
		outcome = Retried
	}
	var settled error
	defer func() { d.Settle(settled) }()
	if err != nil {
		failed := &DeliveryError{Signal: s.typ, Group: s.group, Envelope: d.Envelope, Attempt: d.Attempt, Dead: outcome == Dead, Err: err}
		settled = forTransport(failed)
		s.bridge.report(ctx, failed)
	}
	s.count(ctx, d, outcome, began, err)
}

// giveBack settles a delivery that has not begun.
func (s *Subscription) giveBack(d Delivery) {
	s.count(s.calls, d, GivenBack, time.Now(), ErrClosed)
	d.Settle(ErrClosed)
}

// count counts a delivery, and tells the observers.
func (s *Subscription) count(ctx context.Context, d Delivery, outcome Outcome, began time.Time, err error) {
	s.outcomes[outcome].Add(1)
	if len(s.bridge.observers) == 0 {
		return
	}
	s.bridge.tellDelivered(ctx, DeliveryInfo{
		Signal: s.typ, Group: s.group, Envelope: d.Envelope, Attempt: d.Attempt,
		Took: time.Since(began), Err: err, Outcome: outcome,
	})
}

// receive calls the receivers until it goes well, or is not to be tried again.
func (s *Subscription) receive(ctx context.Context, e *Envelope) error {
	s.schemas.look(e, s.typ, s.group)
	return s.retry.do(s.pause, func() error {
		args, sender, err := s.decode(e) // each time, for receivers may have changed what they got
		if err != nil {
			return elsewhere{fmt.Errorf("data cannot be read: %w", err)}
		}
		if !s.signal.HasReceivers() {
			return ErrNobody
		}
		return s.call(ctx, args, sender)
	})
}

// pause waits before the next try. It returns false if there is to be none.
func (s *Subscription) pause(delay time.Duration) bool {
	return s.lanes.pause(func() bool { return sleep(s.open, delay) })
}

// context returns the ctx of the receivers of an envelope.
func (s *Subscription) context(e *Envelope) context.Context {
	ctx := withOrigin(s.calls, s.bridge, e, s.typ)
	if e.TraceParent != "" {
		ctx = WithTrace(ctx, e.TraceParent, e.TraceState)
	}
	if s.bridge.extract != nil {
		ctx = s.bridge.extract(ctx, e)
	}
	return ctx
}
