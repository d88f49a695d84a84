// Package selfblock has receivers that wait for themselves.
package selfblock

import (
	"context"
	"time"

	"example.com/vet/src/order"
	"github.com/signalgen/signalgen/runtime"
)

func again(ctx context.Context) error { return order.SendPlaced(ctx, order.Placed{}) }

func againSoon(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return order.SendPlaced(ctx, order.Placed{})
}

func init() {
	order.ConnectPlaced(func(ctx context.Context, data order.Placed) error {
		if data.ID > 0 {
			_ = order.SendPlaced(ctx, data) // want `this async receiver sends its own signal order.Placed and waits for itself when its queue is full; send in another goroutine, or connect it with an overflow other than Block`
		}
		_ = order.DefaultSignals.Placed.SendRobust(context.WithoutCancel(ctx), data)       // want `sends its own signal`
		_ = runtime.Deliver(context.Background(), &order.DefaultSignals.Placed, data, nil) // want `sends its own signal`
		_ = order.DefaultSignals.Close(ctx)                                                // want `waits here for its own end; leave that to the code that connected it`
		_ = order.DefaultSignals.Placed.Close(ctx)                                         // want `waits here for its own end`
		_ = runtime.Drain(ctx)                                                             // want `waits here for its own end`
		return again(ctx)                                                                  // want `this async receiver calls again, which sends its own signal order.Placed`
	}, runtime.Async(16, runtime.Block))

	var connection *runtime.Connection
	connection = order.ConnectTold(func(ctx context.Context, id int) {
		_ = connection.Drain(ctx) // want `waits here for its own end`
	}, runtime.Async(1, runtime.Block))
}

// All of these come to an end.
func init() {
	const size = 8
	other := new(order.Signals)
	for _, overflow := range []runtime.Overflow{runtime.DropNewest} {
		order.ConnectPlaced(resend, runtime.Async(size, overflow))
	}
	order.ConnectPlaced(resend, runtime.Async(size, runtime.DropNewest))
	order.ConnectPlaced(resend, runtime.Async(size, runtime.DropOldest))
	order.ConnectPlaced(resend, runtime.Async(size, runtime.Fail))
	order.ConnectPlaced(resend)
	order.ConnectPlaced(func(ctx context.Context, data order.Placed) error {
		go order.SendPlaced(ctx, data)
		go func() { _ = again(ctx) }()
		time.AfterFunc(time.Second, func() { _ = again(ctx) })
		timed, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_ = order.SendPlaced(timed, data)
		_ = again(timed)
		_ = againSoon(ctx)
		_ = other.Placed.Send(ctx, data)
		_ = other.Close(ctx)
		for range order.DefaultSignals.Checking.Each(ctx, 1) {
		}
		return order.SendChecking(ctx, data.ID)
	}, runtime.Async(size, runtime.Block))
	other.Placed.Connect(func(ctx context.Context, data order.Placed) error {
		_ = order.DefaultSignals.Close(ctx)
		return order.SendPlaced(ctx, data)
	}, runtime.Async(size, runtime.Block))
}

func resend(ctx context.Context, data order.Placed) error { return order.SendPlaced(ctx, data) }

// A service sends on what it hears.
type service struct {
	signals, others order.Signals
}

func (s *service) start() {
	s.signals.Placed.Connect(s.place, runtime.Async(1, runtime.Block))
}

func (s *service) place(ctx context.Context, data order.Placed) error {
	_ = s.others.Placed.Send(ctx, data)
	_ = s.others.Close(ctx)
	return s.signals.Placed.Send(ctx, data) // want `sends its own signal`
}

// resendAnnotated has a queue that blocks.
//
//signalgen:receiver async=4
func resendAnnotated(ctx context.Context, data order.Placed) error {
	return order.SendPlaced(ctx, data) // want `sends its own signal`
}

//signalgen:receiver async=4 overflow=DropNewest
func resendDropping(ctx context.Context, data order.Placed) error {
	return order.SendPlaced(ctx, data)
}
