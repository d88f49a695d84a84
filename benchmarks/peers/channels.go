package peers

import "context"

// Channels is the name of the baseline of queues.
const Channels = "a Go channel each"

// channels sends to a channel for each receiver, whose goroutine reads it.
func channels() Peer {
	return Peer{
		Name: Channels,
		Queue: func(a *Audience) (Loop, func()) {
			var all []chan envelope
			for _, m := range a.Members {
				ch := make(chan envelope, a.Bound)
				all = append(all, ch)
				go listen(m, ch)
			}
			ctx := context.Background()
			return func(n int) {
					a.Begin(n)
					for i := range n {
						sendChannels(all, envelope{ctx, a.Event(i)})
					}
					a.Wait()
				}, func() {
					for _, ch := range all {
						close(ch)
					}
				}
		},
	}
}

//go:noinline
func sendChannels(all []chan envelope, e envelope) {
	for _, ch := range all {
		ch <- e
	}
}
