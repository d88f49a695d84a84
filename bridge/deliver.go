package bridge

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// handle is the subscription's [Handler].
func (s *Subscription) handle(d Delivery) {
	if !s.lanes.put(s.key(d.Envelope), d) {
		s.release(d)
	}
}

// key returns the key of an envelope for the lanes.
func (s *Subscription) key(e *Envelope) string {
	if s.unordered {
		return e.Source + " " + e.ID // so that only duplicates wait for each other
	}
	return e.Key
}

// work processes one delivery and settles it.
func (s *Subscription) work(d Delivery) {
	if s.calls.Err() != nil {
		s.release(d)
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
	if s.seen.has(d.Envelope, began) || s.skipOwn && s.bridge.published(d.Envelope) == s.signal {
		err = errSkipped
		return
	}
	ctx = s.context(d.Envelope)
	err = s.receive(ctx, d.Envelope)
}

// errSkipped marks a delivery that needs no receiver. Only settle sees it.
var errSkipped = errors.New("heard before")

// settle ends a delivery, even if the error handler or an observer panics.
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
		settled = forTransport(err)
		s.bridge.report(ctx, failed)
	}
	s.count(ctx, d, outcome, began, err)
}

// release returns a delivery that has not begun to the transport.
func (s *Subscription) release(d Delivery) {
	s.count(s.calls, d, Released, time.Now(), ErrClosed)
	d.Settle(ErrClosed)
}

// count counts a delivery and calls the observers.
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

// receive decodes the envelope and calls the receivers, with retries.
func (s *Subscription) receive(ctx context.Context, e *Envelope) error {
	s.schemas.check(e, s.typ, s.group)
	pause := func(delay time.Duration) bool {
		return s.lanes.pause(s.key(e), func() bool { return sleep(s.open, delay) })
	}
	return s.retry.do(pause, func() error {
		args, sender, err := s.decode(e) // each time: receivers may have changed what they were given
		if err != nil {
			return retryElsewhere{fmt.Errorf("decode data: %w", err)}
		}
		if !s.signal.HasReceivers() {
			return ErrNoReceivers
		}
		return s.call(ctx, args, sender)
	})
}

// context returns the ctx of the receivers of an envelope.
func (s *Subscription) context(e *Envelope) context.Context {
	ctx := context.WithValue(s.calls, originKey{}, &origin{bridge: s.bridge, typ: s.typ, envelope: e})
	if e.TraceParent != "" {
		ctx = WithTrace(ctx, e.TraceParent, e.TraceState)
	}
	if s.bridge.extract != nil {
		ctx = s.bridge.extract(ctx, e)
	}
	return ctx
}
