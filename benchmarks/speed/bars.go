package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// A bar is the most that a work may take, and what has become of it.
type bar struct {
	work, limit string
	found       string
	least       string // the ratio of the least samples, where it is a ratio
	verdict     verdict
}

// A verdict is what has become of a bar.
type verdict string

// The verdicts. One is unsure if the interval around the median has the bar in it.
const (
	held        verdict = "held"
	missed      verdict = "**missed**"
	unsure      verdict = "unsure"
	notMeasured verdict = "not measured"
)

// judge compares a median and the interval around it with the most that it may be.
func judge(s measure.Summary, most float64) verdict {
	switch {
	case s.Median <= most && (s.Hi <= most || math.IsInf(s.Hi, 0)):
		return held
	case s.Median > most && (s.Lo > most || math.IsInf(s.Lo, 0)):
		return missed
	}
	return unsure
}

// bars compares the results with all bars.
func (rs results) bars() []bar {
	return slices.Concat(rs.sendBars(), rs.queueBars(), rs.connectBars(), rs.otherBars(), rs.observeBars())
}

func (rs results) sendBars() []bar {
	all := []bar{
		rs.ratioBar("Send, no receiver", "send", peers.CopyOnWrite, "0", 1.5),
		rs.ratioBar("Send, 1 receiver", "send", peers.CopyOnWrite, "1", 1.2),
		rs.aheadBar("Send, 1 receiver", "send", "1", isPeer),
	}
	for _, n := range []string{"10", "100"} {
		all = append(all,
			rs.ratioBar("Send, "+n+" receivers", "send", peers.Slice, n, 1.10),
			rs.aheadBar("Send, "+n+" receivers", "send", n, isPeer),
		)
	}
	all = append(all, rs.ratioBar("SendRobust, 1 receiver", "robust", peers.Slice, "1", 2.5))
	for _, n := range []string{"10", "100"} {
		all = append(all,
			rs.ratioBar("SendRobust, "+n+" receivers", "robust", peers.Slice, n, 1.35),
			rs.aheadBar("SendRobust, "+n+" receivers", "robust", n, locks),
		)
	}
	all = append(all, rs.gainBar())
	return append(all, rs.aheadBar("Send, 10 weak receivers", "weak", "10", named(peers.WeakByHand)))
}

func (rs results) queueBars() (all []bar) {
	others := func(name string) bool { return isPeer(name) || name == peers.Channels }
	for _, work := range []struct{ name, what string }{{"async", "256"}, {"deep", "50,000"}} {
		for _, crowd := range []struct {
			n     string
			limit float64
		}{{"1", 1.2}, {"10", 0.8}, {"100", 0.8}} {
			what := "Async, queues of " + work.what + ", flat out, " + crowd.n + " receivers"
			all = append(all, rs.ratioBar(what, work.name, peers.Swapped, crowd.n, crowd.limit), rs.aheadBar(what, work.name, crowd.n, others))
		}
	}
	for _, n := range []string{"1", "10"} {
		all = append(all,
			rs.ratioBar("Async, a lone event that is waited for, "+n+" receivers", "lone", peers.Channels, n, 1.2),
			rs.metricBar("Async, a lone event, p50, "+n+" receivers", "latency", "p50", peers.Channels, n, 1.2),
			rs.metricBar("Async, a lone event, p99, "+n+" receivers", "latency", "p99", peers.Channels, n, 1.2),
		)
	}
	return all
}

func (rs results) connectBars() []bar {
	const most = "100000"
	all := []bar{
		rs.growthBar("Connect, at 100,000", "fifo", "connect", "10", most, 2.5),
		rs.valueBar("Connect, at 100,000", "fifo", "connect", most, 300),
		rs.growthBar("Connect with mixed priorities, at 100,000", "mixed", "connect", "10", most, 5),
	}
	for i, name := range []string{"fifo", "lifo", "random"} {
		what := "Disconnect " + orders[i].name + ", at 100,000"
		all = append(all, rs.growthBar(what, name, "disconnect", "1000", most, 10), rs.aheadOfMediansBar(what, name))
	}
	return all
}

func (rs results) otherBars() []bar {
	return []bar{
		rs.growthBar("Send of the same of 1,000,000 senders", "senders", "time", "the same of 10", "the same of 1000000", 2),
		rs.growthBar("Send of another of 1,000,000 senders", "senders", "time", "another of 10", "another of 1000000", 2),
		rs.valueBar("Memory for a receiver", "memory", "memory", "receiver", 80),
		rs.allocsBar("Allocations of Send, SendRobust, senders, weak", []string{"send", "robust", "senders", "weak", "parallel"}, 0),
		rs.allocsBar("Allocations of Async", []string{"async"}, 0.01),
		rs.valueBar("Allocations of Disconnect", "fifo", "allocations of disconnect", "100000", 0.01),
	}
}

// barTable returns the bars as a table.
func barTable(bars []bar) bench.Table {
	t := bench.Table{Labels: 5, Header: []string{"work", "bar", "found", "by the least", ""}}
	for _, b := range bars {
		if b.verdict == "" {
			b.verdict = notMeasured
		}
		t.Rows = append(t.Rows, []string{b.work, b.limit, b.found, b.least, string(b.verdict)})
	}
	return t
}

// times shows a bar that is a ratio.
func times(most float64, of string) string { return fmt.Sprintf("%.2f × %s", most, of) }
