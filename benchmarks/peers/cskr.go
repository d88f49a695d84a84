package peers

import (
	"context"

	"github.com/cskr/pubsub/v2"
)

// cskr has a goroutine between the sender and the receivers' channels.
func cskr() Peer {
	return Peer{
		Name:   "cskr/pubsub",
		Module: "github.com/cskr/pubsub/v2",
		Queue: func(a *Audience) (Loop, func()) {
			ps, ctx := pubsub.New[string, envelope](a.Bound), context.Background()
			for _, m := range a.Members {
				go listen(m, ps.Sub(topic))
			}
			return func(n int) {
				a.Begin(n)
				for i := range n {
					ps.Pub(envelope{ctx, a.Event(i)}, topic)
				}
				a.Wait()
			}, ps.Shutdown
		},
	}
}
