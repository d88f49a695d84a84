package peers

import (
	"context"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
	"github.com/signalgen/signalgen/runtime"
)

// Signalgen is signalgen with receivers that are connected at run time.
func Signalgen() Peer {
	return Peer{
		Name:    "signalgen",
		Send:    sendSignal,
		Robust:  sendRobust,
		Each:    rangeOverEach,
		Weak:    sendToWeak,
		Senders: sendFrom,
		Queue:   sendToAsync,
		Connect: connectSignal,
	}
}

func sendSignal(n int, hear Hearing) Loop {
	s, ctx := connected(n, hear), context.Background()
	return func(n int) {
		for range n {
			_ = s.Send(ctx, receivers.Data)
		}
	}
}

// connected returns a signal with n receivers.
func connected(n int, hear Hearing) *signals.EventSignal {
	s := new(signals.EventSignal)
	for range n {
		s.Connect(pick(hear, receivers.Add, receivers.Read))
	}
	return s
}

func sendRobust(n int) Loop {
	s, ctx := connected(n, Add), context.Background()
	return func(n int) {
		for range n {
			_ = s.SendRobust(ctx, receivers.Data)
		}
	}
}

func rangeOverEach(n int) Loop {
	s, ctx := connected(n, Add), context.Background()
	return func(n int) {
		for range n {
			for _, err := range s.Each(ctx, receivers.Data) {
				must(err)
			}
		}
	}
}

// An owner is what a weak receiver does not keep alive.
type owner struct{ n int64 }

//go:noinline
func (o *owner) hear(_ context.Context, data signals.Payload) error {
	receivers.Count += data.N * o.n
	return nil
}

func sendToWeak(n int) Loop {
	s, ctx, owners := new(signals.EventSignal), context.Background(), owners(n)
	for _, o := range owners {
		signals.ConnectEventWeakOn(s, o, (*owner).hear)
	}
	return func(n int) {
		for range n {
			_ = s.Send(ctx, receivers.Data)
		}
		keep(owners)
	}
}

func owners(n int) []*owner {
	all := make([]*owner, n)
	for i := range all {
		all[i] = &owner{1}
	}
	return all
}

// keep keeps owners from being collected.
//
//go:noinline
func keep([]*owner) {}

func sendFrom(senders int, same bool) Loop {
	s, ctx := new(signals.KnownSignal), context.Background()
	for sender := range senders {
		s.ConnectFrom(sender, addKnown)
	}
	return func(n int) {
		for i := range n {
			_ = s.Send(ctx, senderAt(i, senders, same), receivers.Data)
		}
	}
}

//go:noinline
func addKnown(_ context.Context, _ int, data signals.Payload) error {
	receivers.Count += data.N
	return nil
}

// senderAt returns the sender of the i-th turn: the same in all turns, or the next one
// in each.
func senderAt(i, senders int, same bool) int {
	if same {
		return senders / 2
	}
	return i * 7919 % senders
}

func sendToAsync(a *Audience) (Loop, func()) {
	return SendBesideSlow(a, runtime.Block)
}

// Slow are the policies of a slow receiver that must not slow down the others.
var Slow = []runtime.Overflow{runtime.DropNewest, runtime.DropOldest, runtime.Fail}

// SendBesideSlow returns a loop that sends to an audience and to a slow receiver,
// unless of is Block. The slow receiver takes as long as the loop runs, and its queue
// is full. It is connected after the others, which hear what it refuses.
func SendBesideSlow(a *Audience, of runtime.Overflow) (loop Loop, stop func()) {
	s, ctx := new(signals.EventSignal), context.Background()
	connectAll(s, a)
	end := make(chan struct{})
	if of != runtime.Block {
		s.Connect(func(context.Context, signals.Payload) error { <-end; return nil }, runtime.Async(a.Bound, of))
	}
	return func(n int) {
			a.Begin(n)
			for i := range n {
				_ = s.Send(ctx, a.Event(i))
			}
			a.Wait()
		}, func() {
			s.DisconnectAll()
			close(end)
		}
}

// connectAll connects an audience.
func connectAll(s *signals.EventSignal, a *Audience) {
	for _, m := range a.Members {
		s.Connect(func(_ context.Context, data signals.Payload) error {
			m.Hear(data)
			return nil
		}, runtime.Async(a.Bound, runtime.Block))
	}
}

func connectSignal(n int, priority func(int) int) *Connecting {
	s, connections := new(signals.EventSignal), make([]*runtime.Connection, n)
	connect := func() {
		for i := range n {
			connections[i] = s.Connect(receivers.Add)
		}
	}
	if priority != nil {
		connect = func() {
			for i := range n {
				connections[i] = s.Connect(receivers.Add, runtime.Priority(priority(i)))
			}
		}
	}
	return &Connecting{connect, func(order []int) {
		for _, i := range order {
			connections[i].Disconnect()
		}
	}, func() { _ = s.Send(context.Background(), receivers.Data) }}
}
