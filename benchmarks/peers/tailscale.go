package peers

import (
	"context"
	"fmt"

	"tailscale.com/util/eventbus"
)

// tailscale has a goroutine for the bus, and one for each client. A client may
// subscribe to a type only once, so each receiver needs a client.
func tailscale() Peer {
	return Peer{
		Name:   "Tailscale eventbus",
		Module: "tailscale.com",
		Queue: func(a *Audience) (Loop, func()) {
			bus, ctx := eventbus.New(), context.Background()
			for i, m := range a.Members {
				client := bus.Client(fmt.Sprint("receiver", i))
				eventbus.SubscribeFunc(client, func(e envelope) { m.Hear(e.data) })
			}
			publisher := eventbus.Publish[envelope](bus.Client("sender"))
			return func(n int) {
				a.Begin(n)
				for i := range n {
					publisher.Publish(envelope{ctx, a.Event(i)})
				}
				a.Wait()
			}, bus.Close
		},
	}
}
