package main

import (
	"slices"
	"strconv"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
	"github.com/signalgen/signalgen/benchmarks/peers"
	"github.com/signalgen/signalgen/runtime"
)

// flatOut sends without pause to receivers that have goroutines of their own, until all
// have heard everything.
func flatOut() work {
	return throughQueues("async", "Send to queues of 256, flat out, until all have heard it", peers.Shallow)
}

// deeply is flatOut with queues that hold more than the sends of a batch.
func deeply() work {
	return throughQueues("deep", "Send to queues of 50,000, flat out, until all have heard it", peers.Deep)
}

func throughQueues(name, title string, bound int) work {
	return work{name: name, title: title, metrics: inTurns, rivals: func(s *session) (all []*rival) {
		for _, n := range []int{1, 2, 10, 100} {
			var rivals []*rival
			for _, p := range s.peers {
				if p.Queue != nil {
					loop, stop := p.Queue(peers.NewAudience(n, bound))
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

// slowly sends to ten fast receivers, and to a slow one beside them.
func slowly() work {
	return work{name: "slow", title: "Send to queues of 256 of ten fast receivers, beside a slow one with a full queue", metrics: inTurns, rivals: func(s *session) []*rival {
		var rivals []*rival
		for _, of := range append([]runtime.Overflow{runtime.Block}, peers.Slow...) {
			size := of.String()
			if of == runtime.Block {
				size = "none"
			}
			loop, stop := peers.SendBesideSlow(peers.NewAudience(10, peers.Shallow), of)
			loop(2 * peers.Shallow)
			rivals = append(rivals, &rival{peer: own, size: size, loop: loop, stop: stop, least: 4 * s.options.sample, turns: 10_000})
		}
		return rivals
	}}
}

// waitedFor sends one event and waits until it is heard, again and again without pause.
func waitedFor() work {
	return work{name: "lone", title: "Send one event to queues, and wait until all have heard it", metrics: inTurns, rivals: func(s *session) (all []*rival) {
		for _, n := range []int{1, 10} {
			var rivals []*rival
			for _, p := range s.peers {
				if p.Queue != nil {
					loop, stop := p.Queue(peers.NewAudience(n, peers.Shallow))
					rivals = append(rivals, &rival{peer: p.Name, size: strconv.Itoa(n), stop: stop, loop: func(n int) {
						for range n {
							loop(1)
						}
					}})
				}
			}
			all = append(all, against(rivals)...)
		}
		return all
	}}
}

// The pause between lone events, and how many make a sample.
const (
	pause  = 50 * time.Microsecond
	events = 500
)

// alone sends one event at a time, at a steady pace, to idle receivers.
func alone() work {
	return work{
		name: "latency", title: "Send a lone event to queues", slow: 3,
		metrics: []metric{{"p50", "ns"}, {"p99", "ns"}},
		rivals: func(s *session) (all []*rival) {
			for _, n := range []int{1, 10} {
				var rivals []*rival
				for _, p := range s.peers {
					if p.Queue != nil {
						a := peers.NewAudience(n, peers.Shallow)
						loop, stop := p.Queue(a)
						rivals = append(rivals, &rival{
							peer: p.Name, size: strconv.Itoa(n), stop: stop,
							sample: func() []float64 { return s.latencies(a, loop) },
						})
					}
				}
				all = append(all, against(rivals)...)
			}
			return all
		},
	}
}

// latencies returns the median and the 99th percentile of the times from before a
// send until a receiver has the event.
func (s *session) latencies(a *peers.Audience, loop peers.Loop) []float64 {
	for _, m := range a.Members {
		m.Timed, m.Latencies = true, m.Latencies[:0]
	}
	n := events
	if s.quick {
		n = 10
	}
	for range n {
		time.Sleep(pause)
		a.Data.At = time.Now()
		loop(1)
	}
	var all []time.Duration
	for _, m := range a.Members {
		all = append(all, m.Latencies...)
	}
	slices.Sort(all)
	return []float64{float64(bench.Median(all)), float64(all[len(all)*99/100])}
}
