package bridge

import (
	"context"
	"errors"
	"fmt"
	"reflect"

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
// is connected or it is muted, a delivery fails with [ErrNoReceivers].
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

// ErrNoReceivers is the error of a delivery that no receiver in this process would hear.
var ErrNoReceivers = errors.New("no receiver is connected, or the signal is muted")

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
