package bridge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// ForwardGroup is the group as which [Forward] receives.
const ForwardGroup = "forward"

// Forward publishes on one transport what is published on another: from an outbox in
// a database on to a broker, say. types are the stable names of the signals. Envelopes
// arrive as they were sent, with their ids.
//
// What has one key is forwarded in order, and what has different keys at the same time.
// Each envelope is forwarded at least once: it is settled only when the other transport
// has stored it. While that cannot be reached Forward waits. An envelope that it refuses
// is logged, and is a failed delivery of the group [ForwardGroup]: it comes again later,
// and becomes a dead letter in the end. All processes that forward from one
// transport are members of that group, so several may do so, to the same one.
//
// Forward returns nil when ctx is done and what was in hand is settled, or given back if
// it has not been stored. It returns an error at once if there is no type, or that of a
// subscription. Forwarding there and back again never ends.
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

// done returns a channel that is closed when ctx is done and nothing is in hand.
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
		err = ErrClosed // it may be stored, and comes again
	default:
		slog.Default().Error("signal not forwarded", "signal", d.Envelope.Type,
			"id", d.Envelope.ID, "source", d.Envelope.Source, "attempt", d.Attempt, "error", err)
	}
	d.Settle(err)
}
