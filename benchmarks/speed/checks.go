package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"

	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// ratioBar is a ratio of signalgen by a peer in turns of a loop.
func (rs results) ratioBar(what, work, peer, size string, most float64) bar {
	return rs.metricBar(what, work, "time", peer, size, most)
}

func (rs results) metricBar(what, work, metric, peer, size string, most float64) bar {
	b := bar{work: what, limit: times(most, peer)}
	if f, ok := rs.of(work, metric).find(peer, size); ok && f.paired {
		b.found, b.least, b.verdict = interval(f.ratio), number(f.least), judge(f.ratio, most)
	}
	return b
}

// growthBar is a ratio of signalgen at one size, its largest, by itself at another.
func (rs results) growthBar(what, work, metric, from, to string, most float64) bar {
	b := bar{work: what}
	if _, ok := rs.of(work, metric).find(own, to); ok {
		b = rs.metricBar(what, work, metric, own, from, most)
	}
	b.limit = times(most, "at "+from)
	if work == "senders" {
		b.limit = times(most, from)
	}
	return b
}

// valueBar is a value of signalgen.
func (rs results) valueBar(what, work, metric, size string, most float64) bar {
	figures := rs.of(work, metric)
	b := bar{work: what, limit: number(most)}
	if f, ok := figures.find(own, size); ok {
		b.limit += " " + f.metric.unit
		b.found, b.verdict = number(f.time.Median)+" "+f.metric.unit, judge(f.time, most)
	}
	return b
}

// aheadBar has signalgen ahead of all peers that count.
func (rs results) aheadBar(what, work, size string, counts func(peer string) bool) bar {
	figures := rs.of(work, "time").where(func(f figure) bool { return f.size == size && f.paired && counts(f.peer) })
	b := bar{work: what, limit: "ahead of every peer"}
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

// aheadOfMediansBar has signalgen ahead of all peers in disconnecting the most
// receivers, where they were measured by themselves.
func (rs results) aheadOfMediansBar(what, work string) bar {
	figures := rs.of(work, "disconnect").where(func(f figure) bool { return f.size == "100000" })
	b := bar{work: what, limit: "ahead of every peer"}
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

// gainBar is what a second core brings. It compares the inverse, for a gain is to
// be large.
func (rs results) gainBar() bar {
	cores := runtime.GOMAXPROCS(0)
	least := 0.95 * float64(cores)
	b := bar{work: fmt.Sprintf("Send on %d cores, 10 receivers that only read", cores), limit: fmt.Sprintf("%.2f × one core's throughput or more", least)}
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

// allocsBar is the most that a turn of signalgen allocates in any of the works.
func (rs results) allocsBar(what string, works []string, most float64) bar {
	b := bar{work: what, limit: number(most) + " each"}
	figures := rs.where(func(f figure) bool {
		return slices.Contains(works, f.work) && f.allocs >= 0 && f.peer == own
	})
	if len(figures) == 0 {
		return b
	}
	worst := slices.MaxFunc(figures, func(a, b figure) int { return cmp.Compare(a.allocs, b.allocs) })
	b.found, b.verdict = fmt.Sprintf("%.3f", worst.allocs), missed
	if worst.allocs <= most+0.001 { // the runtime's own
		b.verdict = held
	}
	return b
}

// isPeer reports whether a peer is another module.
func isPeer(name string) bool { return found(name).Module != "" }

// locks reports whether a peer locks or allocates where it sends.
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
