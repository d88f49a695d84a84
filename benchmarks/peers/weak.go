package peers

import (
	"context"
	"weak"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// WeakByHand is the name of the baseline of weak receivers.
const WeakByHand = "a weak.Pointer each"

// weakByHand looks up the owner of each receiver just before its call.
func weakByHand() Peer {
	return Peer{
		Name: WeakByHand,
		Weak: func(n int) Loop {
			var all []receiver
			owners, ctx := owners(n), context.Background()
			for _, o := range owners {
				held := weak.Make(o)
				all = append(all, func(ctx context.Context, data signals.Payload) error {
					if o := held.Value(); o != nil {
						return o.hear(ctx, data)
					}
					return nil
				})
			}
			return func(n int) {
				for range n {
					_ = sendSlice(ctx, all, receivers.Data)
				}
				keep(owners)
			}
		},
	}
}
