package bridge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// ForwardGroup is the group in which [Forward] receives.
const ForwardGroup = "forward"

// Forward publishes on the transport to what is published on the transport from, for
// example from an outbox in a database to a broker. types are the stable names of the
// signals. Envelopes are not changed and keep their ids.
//
// Envelopes of one key are forwarded in order, and those of different keys at the same
// time. Each is forwarded at least once: it is acknowledged only when to has stored it.
// While to cannot be reached Forward waits. If to refuses an envelope, the error is logged
// and the delivery has failed: the envelope is redelivered later and in the end becomes a
// dead letter of the group [ForwardGroup]. All processes that forward from one transport
// are members of that group, so several can forward to the same transport.
//
// Forward blocks until ctx is done and all deliveries in flight are settled. Then it
// returns nil. It returns an error at once if there is no type or a subscription fails.
// Do not forward back: the envelopes would circulate for ever.
func Forward(ctx context.Context, from, to Transport, types ...string) error {
	if len(types) == 0 {
		return errors.New("bridge: forward: found no type, wanted the stable names of signals")
	}
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	var forwarded []<-chan struct{}
	defer func() {
		leave()
		for _, done := range forwarded {
			<-done
		}
	}()
	for _, typ := range types {
		f := &forwarding{ctx: ctx, to: to}
		f.lanes = newLanes(64, f.forward)
		if err := from.Subscribe(ctx, typ, ForwardGroup, f.handle); err != nil {
			return fmt.Errorf("bridge: forward %s: %w", typ, err)
		}
		forwarded = append(forwarded, f.done())
	}
	<-ctx.Done()
	return nil
}

// A forwarding is one type of a Forward.
type forwarding struct {
	ctx   context.Context
	to    Transport
	lanes *lanes
}

// done returns a channel that is closed when ctx is done and nothing is in flight.
func (f *forwarding) done() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		<-f.ctx.Done()
		<-f.lanes.close()
		close(done)
	}()
	return done
}

func (f *forwarding) handle(d Delivery) {
	if !f.lanes.put(d.Envelope.Key, d) {
		d.Settle(ErrClosed)
	}
}

func (f *forwarding) forward(d Delivery) {
	err := f.to.Publish(f.ctx, d.Envelope)
	switch {
	case err == nil:
	case f.ctx.Err() != nil:
		err = ErrClosed // it may be stored, and is redelivered
	default:
		slog.Default().Error("signal not forwarded", "signal", d.Envelope.Type,
			"id", d.Envelope.ID, "source", d.Envelope.Source, "attempt", d.Attempt, "error", err)
	}
	d.Settle(err)
}
