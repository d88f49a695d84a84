package peers

import (
	"context"

	"github.com/signalgen/signalgen/benchmarks/receivers"
)

// byHand calls the receivers by name, as a program without signals does.
func byHand() Peer {
	return Peer{
		Name: ByHand,
		Send: func(n int, hear Hearing) Loop {
			ctx := context.Background()
			switch {
			case hear == Read:
				return nil
			case n == 0:
				return func(n int) {
					for range n {
						_ = callNone(ctx, receivers.Data)
					}
				}
			case n == 1:
				return func(n int) {
					for range n {
						_ = callOne(ctx, receivers.Data)
					}
				}
			case n == 10:
				return func(n int) {
					for range n {
						_ = callTen(ctx, receivers.Data)
					}
				}
			case n == 100:
				return func(n int) {
					for range n {
						_ = callHundred(ctx, receivers.Data)
					}
				}
			}
			return nil
		},
	}
}
