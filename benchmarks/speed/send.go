package main

import (
	"strconv"

	"github.com/signalgen/signalgen/benchmarks/peers"
)

// sending is the work that a send is in the goroutine of the sender.
func sending() work {
	return work{
		name: "send", title: "Send", metrics: inTurns,
		rivals: func(s *session) (all []*rival) {
			for _, n := range []int{0, 1, 10, 100} {
				var rivals []*rival
				for _, p := range s.peers {
					if p.Send == nil {
						continue
					}
					if loop := p.Send(n, peers.Add); loop != nil {
						rivals = append(rivals, &rival{peer: p.Name, size: strconv.Itoa(n), loop: loop})
					}
				}
				all = append(all, against(rivals)...)
			}
			return all
		},
	}
}
