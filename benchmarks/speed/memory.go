package main

import (
	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// holding is the memory that a peer holds for each receiver, without what the receiver
// itself needs.
func holding() work {
	return work{
		name: "memory", title: "Memory held for each receiver", metrics: []metric{{"memory", "bytes"}}, slow: 10,
		rivals: func(s *session) (all []*rival) {
			const crowd = 10_000
			for _, p := range s.peers {
				if p.Send != nil && p.Name != peers.ByHand {
					all = append(all, holds(p.Name, "receiver", crowd, func() any { return p.Send(crowd, peers.Add) }))
				}
				if p.Weak != nil {
					all = append(all, holds(p.Name, "weak", crowd, func() any { return p.Weak(crowd) }))
				}
				if p.Senders != nil {
					all = append(all, holds(p.Name, "sender with a receiver", crowd, func() any { return p.Senders(crowd, true) }))
				}
				if p.Queue != nil {
					const crowd = 100
					var stops []func()
					queue := holds(p.Name, "queue", crowd, func() any {
						loop, stop := p.Queue(peers.NewAudience(crowd, peers.Shallow))
						loop(1000)
						stops = append(stops, stop)
						return stop
					})
					queue.stop = func() {
						for _, stop := range stops {
							stop()
						}
					}
					all = append(all, queue)
				}
			}
			return all
		},
	}
}

// holds returns a rival whose figure is the bytes for one of n.
func holds(peer, what string, n int, makes func() any) *rival {
	return &rival{peer: peer, size: what, sample: func() []float64 {
		return []float64{measure.Held(makes) / float64(n)}
	}}
}
