package peers

import (
	"context"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
)

// libp2p sends through a channel of each subscription, as an interface value.
// The channel is longer than the 16 that is its default, as those of the others are.
func libp2p() Peer {
	return Peer{
		Name:   "libp2p eventbus",
		Module: "github.com/libp2p/go-libp2p",
		Queue: func(a *Audience) (Loop, func()) {
			bus := eventbus.NewBus()
			emitter, err := bus.Emitter(new(envelope))
			must(err)
			var all []event.Subscription
			for _, m := range a.Members {
				sub, err := bus.Subscribe(new(envelope), eventbus.BufSize(a.Bound))
				must(err)
				all = append(all, sub)
				go func() {
					for event := range sub.Out() {
						m.Hear(event.(envelope).data)
					}
				}()
			}
			ctx := context.Background()
			return func(n int) {
					a.Begin(n)
					for i := range n {
						must(emitter.Emit(envelope{ctx, a.Event(i)}))
					}
					a.Wait()
				}, func() {
					for _, sub := range all {
						must(sub.Close())
					}
					must(emitter.Close())
				}
		},
	}
}
