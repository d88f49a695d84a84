package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// A target is the most that a work may take, and how that compares with what was found.
type target struct {
	work, limit string
	found       string
	least       string // the ratio of the least samples, if the target is a ratio
	verdict     verdict
}

// A verdict says whether a target is met.
type verdict string

// The verdicts. A target is unsure if it is in the interval around the median.
const (
	met         verdict = "met"
	missed      verdict = "**missed**"
	unsure      verdict = "unsure"
	notMeasured verdict = "not measured"
)

// judge compares a median and its interval with the most that is allowed.
func judge(s measure.Summary, most float64) verdict {
	switch {
	case s.Median <= most && (s.Hi <= most || math.IsInf(s.Hi, 0)):
		return met
	case s.Median > most && (s.Lo > most || math.IsInf(s.Lo, 0)):
		return missed
	}
	return unsure
}

// targets compares the results with all targets.
func (rs results) targets() []target {
	return slices.Concat(rs.sendTargets(), rs.queueTargets(), rs.connectTargets(), rs.otherTargets(), rs.observeTargets())
}

func (rs results) sendTargets() []target {
	all := []target{
		rs.ratioTarget("Send, no receiver", "send", peers.CopyOnWrite, "0", 1.5),
		rs.ratioTarget("Send, 1 receiver", "send", peers.CopyOnWrite, "1", 1.2),
		rs.aheadTarget("Send, 1 receiver", "send", "1", isPeer),
	}
	for _, n := range []string{"10", "100"} {
		all = append(all,
			rs.ratioTarget("Send, "+n+" receivers", "send", peers.Slice, n, 1.10),
			rs.aheadTarget("Send, "+n+" receivers", "send", n, isPeer),
		)
	}
	all = append(all, rs.ratioTarget("SendRobust, 1 receiver", "robust", peers.Slice, "1", 2.5))
	for _, n := range []string{"10", "100"} {
		all = append(all,
			rs.ratioTarget("SendRobust, "+n+" receivers", "robust", peers.Slice, n, 1.35),
			rs.aheadTarget("SendRobust, "+n+" receivers", "robust", n, locks),
		)
	}
	all = append(all, rs.gainTarget())
	return append(all, rs.aheadTarget("Send, 10 weak receivers", "weak", "10", named(peers.WeakByHand)))
}

func (rs results) queueTargets() (all []target) {
	others := func(name string) bool { return isPeer(name) || name == peers.Channels }
	for _, work := range []struct{ name, what string }{{"async", "256"}, {"deep", "50,000"}} {
		for _, crowd := range []struct {
			n     string
			limit float64
		}{{"1", 1.2}, {"10", 0.8}, {"100", 0.8}} {
			what := "Async, queues of " + work.what + ", flat out, " + crowd.n + " receivers"
			all = append(all, rs.ratioTarget(what, work.name, peers.Swapped, crowd.n, crowd.limit), rs.aheadTarget(what, work.name, crowd.n, others))
		}
	}
	for _, n := range []string{"1", "10"} {
		all = append(all,
			rs.ratioTarget("Async, a lone event that is waited for, "+n+" receivers", "lone", peers.Channels, n, 1.2),
			rs.metricTarget("Async, a lone event, p50, "+n+" receivers", "latency", "p50", peers.Channels, n, 1.2),
			rs.metricTarget("Async, a lone event, p99, "+n+" receivers", "latency", "p99", peers.Channels, n, 1.2),
		)
	}
	return all
}

func (rs results) connectTargets() []target {
	const most = "100000"
	all := []target{
		rs.growthTarget("Connect, at 100,000", "fifo", "connect", "10", most, 2.5),
		rs.valueTarget("Connect, at 100,000", "fifo", "connect", most, 300),
		rs.growthTarget("Connect with mixed priorities, at 100,000", "mixed", "connect", "10", most, 5),
	}
	for i, name := range []string{"fifo", "lifo", "random"} {
		what := "Disconnect " + orders[i].name + ", at 100,000"
		all = append(all, rs.growthTarget(what, name, "disconnect", "1000", most, 10), rs.aheadOfMediansTarget(what, name))
	}
	return all
}

func (rs results) otherTargets() []target {
	return []target{
		rs.growthTarget("Send of the same of 1,000,000 senders", "senders", "time", "the same of 10", "the same of 1000000", 2),
		rs.growthTarget("Send of another of 1,000,000 senders", "senders", "time", "another of 10", "another of 1000000", 2),
		rs.valueTarget("Memory for a receiver", "memory", "memory", "receiver", 80),
		rs.allocsTarget("Allocations of Send, SendRobust, senders, weak", []string{"send", "robust", "senders", "weak", "parallel"}, 0),
		rs.allocsTarget("Allocations of Async", []string{"async"}, 0.01),
		rs.valueTarget("Allocations of Disconnect", "fifo", "allocations of disconnect", "100000", 0.01),
	}
}

// targetTable returns the targets as a table.
func targetTable(targets []target) bench.Table {
	t := bench.Table{Labels: 5, Header: []string{"work", "target", "found", "by the least", ""}}
	for _, b := range targets {
		if b.verdict == "" {
			b.verdict = notMeasured
		}
		t.Rows = append(t.Rows, []string{b.work, b.limit, b.found, b.least, string(b.verdict)})
	}
	return t
}

// times shows a target that is a ratio.
func times(most float64, of string) string { return fmt.Sprintf("%.2f × %s", most, of) }
