package peers

import (
	"context"

	"github.com/ethereum/go-ethereum/event"
)

// ethereum sends through a channel that each subscriber has made, by reflection.
func ethereum() Peer {
	return Peer{
		Name:   "go-ethereum FeedOf",
		Module: "github.com/ethereum/go-ethereum",
		Queue: func(a *Audience) (Loop, func()) {
			feed := new(event.FeedOf[envelope])
			var all []event.Subscription
			for _, m := range a.Members {
				ch := make(chan envelope, a.Bound)
				sub := feed.Subscribe(ch)
				all = append(all, sub)
				go func() {
					for {
						select {
						case e := <-ch:
							m.Hear(e.data)
						case err := <-sub.Err():
							must(err)
							return
						}
					}
				}()
			}
			ctx := context.Background()
			return func(n int) {
					a.Begin(n)
					for i := range n {
						feed.Send(envelope{ctx, a.Event(i)})
					}
					a.Wait()
				}, func() {
					for _, sub := range all {
						sub.Unsubscribe()
					}
				}
		},
	}
}
