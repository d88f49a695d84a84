package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"

	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// ratioTarget compares a ratio of signalgen to a peer, per turn of a loop.
func (rs results) ratioTarget(what, work, peer, size string, most float64) target {
	return rs.metricTarget(what, work, "time", peer, size, most)
}

func (rs results) metricTarget(what, work, metric, peer, size string, most float64) target {
	b := target{work: what, limit: times(most, peer)}
	if f, ok := rs.of(work, metric).find(peer, size); ok && f.paired {
		b.found, b.least, b.verdict = interval(f.ratio), number(f.least), judge(f.ratio, most)
	}
	return b
}

// growthTarget compares signalgen at its largest size with itself at another size.
func (rs results) growthTarget(what, work, metric, from, to string, most float64) target {
	b := target{work: what}
	if _, ok := rs.of(work, metric).find(own, to); ok {
		b = rs.metricTarget(what, work, metric, own, from, most)
	}
	b.limit = times(most, "at "+from)
	if work == "senders" {
		b.limit = times(most, from)
	}
	return b
}

// valueTarget compares a value of signalgen.
func (rs results) valueTarget(what, work, metric, size string, most float64) target {
	figures := rs.of(work, metric)
	b := target{work: what, limit: number(most)}
	if f, ok := figures.find(own, size); ok {
		b.limit += " " + f.metric.unit
		b.found, b.verdict = number(f.time.Median)+" "+f.metric.unit, judge(f.time, most)
	}
	return b
}

// aheadTarget requires signalgen to be faster than all peers that count.
func (rs results) aheadTarget(what, work, size string, counts func(peer string) bool) target {
	figures := rs.of(work, "time").where(func(f figure) bool { return f.size == size && f.paired && counts(f.peer) })
	b := target{work: what, limit: "ahead of every peer"}
	if work == "robust" {
		b.limit = "ahead of every peer that locks or allocates"
	}
	if len(figures) == 0 {
		return b
	}
	nearest := slices.MaxFunc(figures, func(a, b figure) int { return cmp.Compare(a.ratio.Median, b.ratio.Median) })
	if len(figures) == 1 {
		b.limit = "ahead of " + nearest.peer
	}
	b.found, b.least = fmt.Sprintf("%s of %s", interval(nearest.ratio), nearest.peer), number(nearest.least)
	b.verdict = judge(nearest.ratio, 1)
	return b
}

// aheadOfMediansTarget requires signalgen to be faster than all peers at disconnecting the
// most receivers. Their medians were measured separately.
func (rs results) aheadOfMediansTarget(what, work string) target {
	figures := rs.of(work, "disconnect").where(func(f figure) bool { return f.size == "100000" })
	b := target{work: what, limit: "ahead of every peer"}
	ours, ok := figures.find(own, "100000")
	others := figures.where(func(f figure) bool { return isPeer(f.peer) })
	if !ok || len(others) == 0 {
		return b
	}
	best := slices.MinFunc(others, func(a, b figure) int { return cmp.Compare(a.time.Median, b.time.Median) })
	b.found = fmt.Sprintf("%s ns, %s %s", number(ours.time.Median), best.peer, number(best.time.Median))
	b.verdict = judge(ours.time, best.time.Median)
	return b
}

// gainTarget compares what a second core gains. It compares the inverse, since a gain
// should be large.
func (rs results) gainTarget() target {
	cores := runtime.GOMAXPROCS(0)
	least := 0.95 * float64(cores)
	b := target{work: fmt.Sprintf("Send on %d cores, 10 receivers that only read", cores), limit: fmt.Sprintf("%.2f × one core's throughput or more", least)}
	figures := rs.of("parallel", "time")
	size := fmt.Sprintf("10, %d cores", cores)
	if f, ok := figures.find(own, size); ok && f.paired {
		b.found, b.least = interval(f.ratio), number(f.least)
		if slice, ok := figures.find(peers.Slice, size); ok && slice.paired {
			b.found += "; of a slice of funcs " + interval(slice.ratio)
		}
		b.verdict = judge(measure.Summary{Median: -f.ratio.Median, Lo: -f.ratio.Hi, Hi: -f.ratio.Lo}, -least)
	}
	return b
}

// allocsTarget compares the most that a turn of signalgen allocates in any of the works.
func (rs results) allocsTarget(what string, works []string, most float64) target {
	b := target{work: what, limit: number(most) + " each"}
	figures := rs.where(func(f figure) bool {
		return slices.Contains(works, f.work) && f.allocs >= 0 && f.peer == own
	})
	if len(figures) == 0 {
		return b
	}
	worst := slices.MaxFunc(figures, func(a, b figure) int { return cmp.Compare(a.allocs, b.allocs) })
	b.found, b.verdict = fmt.Sprintf("%.3f", worst.allocs), missed
	if worst.allocs <= most+0.001 { // what the Go runtime itself allocates
		b.verdict = met
	}
	return b
}

// isPeer reports whether a peer is another module.
func isPeer(name string) bool { return found(name).Module != "" }

// locks reports whether a peer locks or allocates when it sends.
func locks(name string) bool { return isPeer(name) && found(name).Locks }

func named(want string) func(string) bool {
	return func(name string) bool { return name == want }
}

// found returns the peer of a name.
func found(name string) peers.Peer {
	for _, p := range peers.All() {
		if p.Name == name {
			return p
		}
	}
	return peers.Peer{}
}
