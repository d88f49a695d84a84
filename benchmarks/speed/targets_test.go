package main

import (
	"math"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

func TestJudge(t *testing.T) {
	for _, test := range []struct {
		lo, median, hi float64
		want           verdict
	}{
		{0.8, 0.9, 1, met},
		{0.8, 0.9, 1.1, unsure},
		{0.9, 1.1, 1.2, unsure},
		{1.1, 1.2, 1.3, missed},
		{math.Inf(-1), 0.9, math.Inf(1), met},
		{math.Inf(-1), 1.1, math.Inf(1), missed},
	} {
		if got := judge(measure.Summary{Median: test.median, Lo: test.lo, Hi: test.hi}, 1); got != test.want {
			t.Errorf("%v: %s, want %s", test, got, test.want)
		}
	}
}

// sure is a summary that has no doubt.
func sure(v float64) measure.Summary { return measure.Summary{Median: v, Lo: v, Hi: v, Min: v} }

// made returns a figure of a work that takes turns.
func made(work, peer, size string, time, ratio float64) figure {
	return figure{work: work, metric: inTurns[0], peer: peer, size: size, time: sure(time), ratio: sure(ratio), paired: ratio > 0, least: ratio}
}

func TestTargets(t *testing.T) {
	rs := results{
		made("send", own, "0", 3, 0),
		made("send", peers.CopyOnWrite, "0", 2, 1.5),
		made("send", peers.CopyOnWrite, "1", 5, 1.21),
		made("send", "PocketBase hook", "1", 100, 0.1),
		made("send", "asaskevich/EventBus", "1", 5, 1.01),
		made("weak", peers.WeakByHand, "10", 130, 0.5),
		made("senders", own, "the same of 10", 30, 2.5),
		made("senders", own, "the same of 1000000", 75, 0),
	}
	rs[0].allocs = 1
	got := markdown(targetTable(rs.targets()))
	for _, want := range []string{
		"| Send, no receiver | 1.50 × copy-on-write slice | 1.50 (1.50–1.50) | 1.50 | met |",
		"| Send, 1 receiver | 1.20 × copy-on-write slice | 1.21 (1.21–1.21) | 1.21 | **missed** |",
		"| Send, 1 receiver | ahead of every peer | 1.01 (1.01–1.01) of asaskevich/EventBus | 1.01 | **missed** |",
		"| Send, 10 receivers | 1.10 × slice of funcs | | | not measured |",
		"| Send, 10 weak receivers | ahead of a weak.Pointer each | 0.50 (0.50–0.50) of a weak.Pointer each | 0.50 | met |",
		"| Send of the same of 1,000,000 senders | 2.00 × the same of 10 | 2.50 (2.50–2.50) | 2.50 | **missed** |",
		"| Allocations of Send, SendRobust, senders, weak | 0 each | 1.000 | | **missed** |",
	} {
		if !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
			t.Errorf("no row %s in\n%s", want, got)
		}
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1.456: "1.46", 80: "80", 45.67: "45.7", 456.7: "457", 1234567: "1,234,567"} {
		if got := number(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

func TestColumns(t *testing.T) {
	rs := results{made("send", own, "0", 3, 0), made("send", peers.Slice, "1", 1234, 0), made("send", "far", "9", 1, 0)}
	rs[1].allocs = 2
	got := rs.columns([]column{{"send", "time", "0", "0"}, {"send", "time", "1", "one"}})
	const want = `
|                |   0 |       one |
| -------------- | --: | --------: |
| signalgen      |   3 |           |
| slice of funcs |     | 1,234 [2] |
`
	if got != want[1:] {
		t.Errorf("got\n%s", got)
	}
}
