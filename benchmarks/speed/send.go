package main

import (
	"fmt"
	"runtime"
	"strconv"

	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// sending is a send in the goroutine of the sender.
func sending() work {
	return work{name: "send", title: "Send", metrics: inTurns, rivals: func(s *session) []*rival {
		return s.loops([]int{0, 1, 10, 100}, plain)
	}}
}

// plain is a peer's Send.
func plain(p peers.Peer, n int) peers.Loop {
	if p.Send == nil {
		return nil
	}
	return p.Send(n, peers.Add)
}

// loops returns the rivals that have a loop at the sizes.
func (s *session) loops(sizes []int, loop func(p peers.Peer, n int) peers.Loop) (all []*rival) {
	for _, n := range sizes {
		var rivals []*rival
		for _, p := range s.peers {
			if l := loop(p, n); l != nil {
				rivals = append(rivals, &rival{peer: p.Name, size: strconv.Itoa(n), loop: l})
			}
		}
		all = append(all, against(rivals)...)
	}
	return all
}

// robustly compares SendRobust with what isolates panics, and with sends of peers that
// do not.
func robustly() work {
	return work{name: "robust", title: "SendRobust, no panic", metrics: inTurns, rivals: func(s *session) []*rival {
		return s.loops([]int{1, 10, 100}, func(p peers.Peer, n int) peers.Loop {
			if p.Robust != nil {
				return p.Robust(n)
			}
			return plain(p, n)
		})
	}}
}

// lazily compares Each with an iterator over a slice.
func lazily() work {
	return work{name: "each", title: "Each, all receivers asked for", metrics: inTurns, rivals: func(s *session) []*rival {
		return s.loops([]int{1, 10, 100}, func(p peers.Peer, n int) peers.Loop {
			if p.Each == nil {
				return nil
			}
			return p.Each(n)
		})
	}}
}

// weakly compares a send to weak receivers with others, including strong ones.
func weakly() work {
	return work{name: "weak", title: "Send to weak receivers", metrics: inTurns, rivals: func(s *session) []*rival {
		return s.loops([]int{1, 10, 100}, func(p peers.Peer, n int) peers.Loop {
			switch {
			case p.Weak != nil:
				return p.Weak(n)
			case p.Name == peers.Slice || p.Name == peers.CopyOnWrite:
				return p.Send(n, peers.Add)
			}
			return nil
		})
	}}
}

// bySenders is a send by one of many senders, each of which has one receiver.
func bySenders() work {
	return work{name: "senders", title: "Send of one of many senders", metrics: inTurns, ratio: "the most senders / so many", rivals: func(s *session) (all []*rival) {
		few, many := 10, 1_000_000
		if s.quick {
			many = 1000
		}
		for _, same := range []bool{true, false} {
			for _, p := range s.peers {
				if p.Senders == nil {
					continue
				}
				what := map[bool]string{true: "the same", false: "another"}[same]
				one := &rival{peer: p.Name, size: fmt.Sprintf("%s of %d", what, few), loop: p.Senders(few, same)}
				other := &rival{peer: p.Name, size: fmt.Sprintf("%s of %d", what, many), loop: p.Senders(many, same)}
				one.versus = other
				all = append(all, one, other)
			}
		}
		return all
	}}
}

// inParallel is a send in one goroutine, and in one for each core, to receivers that
// only read. Times are per send, in whatever goroutine.
func inParallel() work {
	return work{name: "parallel", title: "Send in parallel, receivers that only read", metrics: inTurns, ratio: "one core / all cores, which is the gain in throughput", rivals: func(s *session) (all []*rival) {
		cores := runtime.GOMAXPROCS(0)
		for _, n := range []int{1, 10} {
			for _, p := range s.peers {
				if p.Send == nil {
					continue
				}
				loop := p.Send(n, peers.Read)
				if loop == nil {
					continue
				}
				one := &rival{peer: p.Name, size: fmt.Sprintf("%d, one core", n), loop: loop}
				each := &rival{
					peer: p.Name, size: fmt.Sprintf("%d, %d cores", n, cores),
					sample: measure.Timed(measure.Parallel(loop, cores), 4*s.options.sample), versus: one,
				}
				all = append(all, one, each)
			}
		}
		return all
	}}
}
