package peers

import (
	"context"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// MapOfSenders is the name of the baseline of senders.
const MapOfSenders = "map of slices"

// mapOfSenders finds the receivers of a sender in a map. It must not be used by other
// goroutines while one connects.
func mapOfSenders() Peer {
	return Peer{
		Name: MapOfSenders,
		Senders: func(senders int, same bool) Loop {
			all, ctx := make(map[int][]receiver), context.Background()
			for sender := range senders {
				all[sender] = append(all[sender], receivers.Add)
			}
			return func(n int) {
				for i := range n {
					_ = sendSlice(ctx, all[senderAt(i, senders, same)], receivers.Data)
				}
			}
		},
	}
}

// pointers is signalgen with senders that are pointers, which it does not keep alive.
func pointers() Peer {
	return Peer{
		Name: "signalgen, pointers",
		Senders: func(senders int, same bool) Loop {
			s, ctx, all := new(signals.HeldSignal), context.Background(), make([]*signals.Payload, senders)
			for i := range all {
				all[i] = new(signals.Payload)
				s.ConnectFrom(all[i], addHeld)
			}
			return func(n int) {
				for i := range n {
					_ = s.Send(ctx, all[senderAt(i, senders, same)], receivers.Data)
				}
			}
		},
	}
}

//go:noinline
func addHeld(_ context.Context, _ *signals.Payload, data signals.Payload) error {
	receivers.Count += data.N
	return nil
}
