package main

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// An order is the order in which receivers are disconnected.
type order struct {
	name string
	of   func(n int) []int
}

var orders = []order{
	{"first in first out", upTo},
	{"last in first out", func(n int) []int {
		all := upTo(n)
		slices.Reverse(all)
		return all
	}},
	{"random", func(n int) []int { return rand.New(rand.NewPCG(1, 2)).Perm(n) }},
}

// upTo returns the numbers below n.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// ofCrowds names the ratios of connects.
const ofCrowds = "the most receivers / so many"

// connecting connects and disconnects everything, in each order.
func connecting() (all []work) {
	for i, o := range orders {
		name := []string{"fifo", "lifo", "random"}[i]
		all = append(all, work{
			name: name, title: "Connect, and disconnect " + o.name, ratio: ofCrowds, slow: 3,
			metrics: []metric{{"connect", "ns"}, {"disconnect", "ns"}, {"allocations of disconnect", "allocations"}},
			rivals:  func(s *session) []*rival { return s.connects(o, nil) },
		})
	}
	return append(all, work{
		name: "mixed", title: "Connect with mixed priorities", ratio: ofCrowds, slow: 3, metrics: []metric{{"connect", "ns"}},
		rivals: func(s *session) []*rival {
			return s.connects(order{of: func(int) []int { return nil }}, func(i int) int { return i * 7919 % 100 })
		},
	})
}

// connects returns rivals, each of which is compared with its own largest size.
func (s *session) connects(o order, priority func(int) int) (all []*rival) {
	for _, p := range s.peers {
		if p.Connect == nil || p.Connect(0, priority) == nil {
			continue
		}
		patience := &patience{s.options.patience, map[int]bool{}}
		var rivals []*rival
		for _, n := range s.crowds() {
			rivals = append(rivals, &rival{peer: p.Name, size: strconv.Itoa(n), sample: func() []float64 {
				return patience.sample(p, n, o, priority)
			}})
		}
		for _, r := range rivals[:len(rivals)-1] {
			r.versus = rivals[len(rivals)-1]
		}
		all = append(all, rivals...)
	}
	return all
}

// crowds returns how many receivers are connected.
func (s *session) crowds() []int {
	if s.quick {
		return []int{10, 100}
	}
	return []int{10, 1000, 100_000}
}

// A patience stops measuring a peer whose time grows as the square of the receivers.
// From the time for a tenth of them, it estimates how long a sample would take, and
// takes none above the limit.
type patience struct {
	limit time.Duration
	tried map[int]bool // numbers of receivers: whether a sample is worth the wait
}

// sample returns the ns to connect each of n receivers, the ns to disconnect them in an
// order, and the allocations of that; or nil.
func (p *patience) sample(peer peers.Peer, n int, order order, priority func(int) int) []float64 {
	worth, known := p.tried[n]
	if !known {
		start := time.Now()
		if n > 10_000 {
			connectAll(peer, n/10, order, priority)
		}
		worth = 100*time.Since(start) < p.limit
		p.tried[n] = worth
	}
	if !worth {
		return nil
	}
	return connectAll(peer, n, order, priority)
}

// connectAll is sample without the limit.
func connectAll(peer peers.Peer, n int, order order, priority func(int) int) []float64 {
	indices := order.of(n)
	buses := make([]*peers.Connecting, max(1, 10_000/n))
	for i := range buses {
		buses[i] = peer.Connect(n, priority)
	}
	start := time.Now()
	for _, b := range buses {
		b.Connect()
	}
	connected := time.Since(start)
	var disconnected time.Duration
	allocs := measure.Mallocs(func() {
		start := time.Now()
		for _, b := range buses {
			b.Disconnect(indices)
		}
		disconnected = time.Since(start)
	})
	count := float64(n * len(buses))
	return []float64{float64(connected) / count, float64(disconnected) / count, allocs / count}
}
