package peers

import (
	"context"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// Signalgen is signalgen with receivers that are connected while the program runs.
func Signalgen() Peer {
	return Peer{
		Name: "signalgen",
		Send: func(n int, hear Hearing) Loop {
			s := new(signals.EventSignal)
			for range n {
				s.Connect(pick(hear, receivers.Add, receivers.Read))
			}
			ctx := context.Background()
			return func(n int) {
				for range n {
					_ = s.Send(ctx, receivers.Data)
				}
			}
		},
	}
}
