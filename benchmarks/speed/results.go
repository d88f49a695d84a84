package main

import (
	"math"
	"slices"

	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// A figure is the result for one metric of a rival.
type figure struct {
	work   string
	metric metric
	peer   string
	size   string
	time   measure.Summary
	ratio  measure.Summary // the other side divided by this rival
	paired bool            // there is a ratio
	least  float64         // ratio of the least samples
	allocs float64         // allocations per turn; NaN if they were not counted
}

// results are all figures, in the order in which they were found.
type results []figure

// add summarizes the samples of a rival.
func (rs *results) add(w work, r *rival) {
	allocs := math.NaN()
	for i, m := range w.metrics {
		time, ok := measure.Sum(measure.Of(r.way.Samples, i))
		if !ok {
			continue
		}
		if r.loop != nil && math.IsNaN(allocs) {
			allocs = measure.Allocs(r.loop, max(r.turns, 1000))
		}
		f := figure{work: w.name, metric: m, peer: r.peer, size: r.size, time: time, allocs: allocs}
		f.ratio, f.paired = measure.Sum(measure.Of(r.way.Ratios, i))
		if f.paired {
			f.least = slices.Min(r.versus.way.Samples[i]) / f.time.Min
		}
		*rs = append(*rs, f)
	}
}

// of returns the figures of a metric of a work.
func (rs results) of(work, metric string) results {
	return rs.where(func(f figure) bool { return f.work == work && f.metric.name == metric })
}

func (rs results) where(is func(figure) bool) (found results) {
	for _, f := range rs {
		if is(f) {
			found = append(found, f)
		}
	}
	return found
}

// find returns the figure of a peer at a size.
func (rs results) find(peer, size string) (figure, bool) {
	i := slices.IndexFunc(rs, func(f figure) bool { return f.peer == peer && f.size == size })
	if i < 0 {
		return figure{}, false
	}
	return rs[i], true
}

// list returns the distinct values of the figures.
func (rs results) list(value func(figure) string) (values []string) {
	for _, f := range rs {
		if v := value(f); !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

// peers returns the names of the peers, in the order of all peers.
func (rs results) peers() []string {
	names := rs.list(func(f figure) string { return f.peer })
	all := peers.All()
	place := func(name string) int { return slices.IndexFunc(all, func(p peers.Peer) bool { return p.Name == name }) }
	slices.SortStableFunc(names, func(a, b string) int { return place(a) - place(b) })
	return names
}

func sizeOf(f figure) string { return f.size }
