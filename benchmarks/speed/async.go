package main

import (
	"slices"
	"strconv"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// flatOut sends without a pause to receivers that have goroutines of their own,
// until all have heard all.
func flatOut() work {
	return work{name: "async", title: "Send to queues, flat out, until all have heard it", metrics: inTurns, rivals: func(s *session) (all []*rival) {
		for _, n := range []int{1, 10, 100} {
			var rivals []*rival
			for _, p := range s.peers {
				if p.Queue != nil {
					loop, stop := p.Queue(peers.NewAudience(n))
					rivals = append(rivals, &rival{
						peer: p.Name, size: strconv.Itoa(n), loop: loop, stop: stop,
						least: 4 * s.options.sample, turns: 10_000,
					})
				}
			}
			all = append(all, against(rivals)...)
		}
		return all
	}}
}

// waitedFor sends one event and waits until it is heard, and so on without a pause.
func waitedFor() work {
	return work{name: "lone", title: "Send one event to a queue, and wait until it is heard", metrics: inTurns, rivals: func(s *session) (rivals []*rival) {
		for _, p := range s.peers {
			if p.Queue != nil {
				loop, stop := p.Queue(peers.NewAudience(1))
				rivals = append(rivals, &rival{peer: p.Name, size: "1", stop: stop, loop: func(n int) {
					for range n {
						loop(1)
					}
				}})
			}
		}
		return against(rivals)
	}}
}

// The pause between events that are alone, and how many make a sample.
const (
	pause  = 50 * time.Microsecond
	events = 500
)

// alone sends one event at a time, at a steady pace, to a receiver that is idle.
func alone() work {
	return work{
		name: "latency", title: "Send a lone event to a queue", slow: 3,
		metrics: []metric{{"p50", "ns"}, {"p99", "ns"}},
		rivals: func(s *session) []*rival {
			var rivals []*rival
			for _, p := range s.peers {
				if p.Queue != nil {
					a := peers.NewAudience(1)
					loop, stop := p.Queue(a)
					rivals = append(rivals, &rival{
						peer: p.Name, size: "1", stop: stop,
						sample: func() []float64 { return s.latencies(a, loop) },
					})
				}
			}
			return against(rivals)
		},
	}
}

// latencies returns the median and the 99th percentile of the times from before a
// send until the receiver has the event.
func (s *session) latencies(a *peers.Audience, loop peers.Loop) []float64 {
	m := a.Members[0]
	m.Timed, m.Latencies = true, m.Latencies[:0]
	n := events
	if s.quick {
		n = 10
	}
	for range n {
		time.Sleep(pause)
		a.Data.At = time.Now()
		loop(1)
	}
	slices.Sort(m.Latencies)
	return []float64{float64(bench.Median(m.Latencies)), float64(m.Latencies[n*99/100])}
}
