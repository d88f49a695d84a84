package bridge

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/signalgen/signalgen/runtime"
)

// Receive calls the receivers of s with what is published under its stable name, as a
// member of the [Group]. It returns when the subscription is active; the transport may
// wait for its broker until the bridge is closed. The subscription lasts until it or the
// bridge is closed. Receive returns an error if there is no group, if the codec cannot
// decode what the signal carries, if the bridge is closed, or if the transport fails.
//
// Each delivery is sent on s as SendRobust does, with a ctx that has the trace and is
// canceled when a Close stops waiting. If all receivers return nil the delivery is
// acknowledged. If one fails or panics, all are called again after a short pause: see
// [Retry]. Then the transport redelivers the envelope later, perhaps to another process,
// until it becomes a dead letter. An error made by [Poison] makes it one at once. So an
// envelope is delivered at least once, and receivers must expect duplicates: see
// [EnvelopeFrom].
//
// Envelopes of one key are delivered in order, and so are those of one sender if the
// signal has senders. For a receiver with [runtime.Async] the envelope is acknowledged
// when it is in the receiver's queue; if the process dies then, it is lost.
//
// Connect the receivers first. While no receiver is connected or the signal is muted, a
// delivery fails with [ErrNoReceivers].
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

// ErrNoReceivers is the error of a delivery for which there is no receiver in this process.
var ErrNoReceivers = errors.New("no receiver is connected, or the signal is muted")

// Serve calls [Receive] and blocks until ctx is done. If Receive fails, Serve returns its
// error at once. When ctx is done, Serve waits for the deliveries in flight, however long
// they take, and returns nil. If the bridge is closed first, Serve returns [ErrClosed].
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
