package main

import (
	"context"

	"github.com/signalgen/signalgen/benchmarks/peers"
	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// wiredName is the name of signalgen with receivers that a wire file connects.
const wiredName = "signalgen, wired"

// allPeers returns the peers, those included that have to be wired.
func allPeers() []peers.Peer {
	all := peers.All()
	return append([]peers.Peer{all[0], wired()}, all[1:]...)
}

// wired is signalgen with receivers that connectReceivers has connected. It stands
// here because only package main can be wired.
func wired() peers.Peer {
	return peers.Peer{
		Name: wiredName,
		Send: func(n int, hear peers.Hearing) peers.Loop {
			ctx := context.Background()
			switch {
			case hear == peers.Read:
				return nil
			case n == 1:
				return func(n int) {
					for range n {
						_ = signals.SendOne(ctx, receivers.Data)
					}
				}
			case n == 10:
				return func(n int) {
					for range n {
						_ = signals.SendTen(ctx, receivers.Data)
					}
				}
			case n == 100:
				return func(n int) {
					for range n {
						_ = signals.SendHundred(ctx, receivers.Data)
					}
				}
			}
			return nil
		},
		Robust: func(n int) peers.Loop {
			set, ctx := &signals.DefaultSignals, context.Background()
			switch n {
			case 1:
				return func(n int) {
					for range n {
						_ = set.One.SendRobust(ctx, receivers.Data)
					}
				}
			case 10:
				return func(n int) {
					for range n {
						_ = set.Ten.SendRobust(ctx, receivers.Data)
					}
				}
			case 100:
				return func(n int) {
					for range n {
						_ = set.Hundred.SendRobust(ctx, receivers.Data)
					}
				}
			}
			return nil
		},
	}
}
