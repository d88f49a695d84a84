package main

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// A report is what is printed at the end.
type report struct {
	options options
	results results
	texts   []string // further parts
}

// text returns the whole report as Markdown.
func (r report) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s/%s, %d CPUs; %d rounds of %s or more.\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), r.options.rounds, r.options.sample)
	b.WriteString("\n## Targets\n\nA ratio is the median of the ratios of neighbouring samples, with its 95 % interval. If the interval contains the target, the result is unsure. " +
		"The ratio of the least samples shows what remains if other work on the machine disturbs.\n\n" + markdown(targetTable(r.results.targets())))
	for _, w := range r.options.works {
		for _, m := range w.metrics {
			b.WriteString(r.section(w, m))
		}
	}
	b.WriteString(strings.Join(r.texts, ""))
	b.WriteString("\n## Peers\n\n" + versions())
	return b.String()
}

// section returns the tables of a metric of a work.
func (r report) section(w work, m metric) string {
	figures := r.results.of(w.name, m.name)
	if len(figures) == 0 {
		return ""
	}
	text := fmt.Sprintf("\n## %s: %s\n\nMedian %s (least) [allocations]:\n\n%s", w.title, m.name, m.unit, table(figures, cell))
	if ratios := figures.where(func(f figure) bool { return f.paired }); len(ratios) > 0 && m.unit == "ns" {
		text += fmt.Sprintf("\nRatio, %s:\n\n%s", cmp.Or(w.ratio, "signalgen / peer"), table(ratios, ratioCell))
	}
	return text
}

// table returns a table with a row for each peer and a column for each size.
func table(figures results, cell func(figure) string) string {
	sizes := figures.list(sizeOf)
	t := bench.Table{Labels: 1, Header: append([]string{""}, sizes...)}
	for _, peer := range figures.peers() {
		row := []string{peer}
		for _, size := range sizes {
			text := ""
			if f, ok := figures.find(peer, size); ok {
				text = cell(f)
			}
			row = append(row, text)
		}
		t.Rows = append(t.Rows, row)
	}
	return markdown(t)
}

// markdown returns a table as text.
func markdown(t bench.Table) string {
	var b strings.Builder
	_ = t.Write(&b) // writing to a Builder cannot fail
	return b.String()
}

// cell shows a figure's median, its least sample and its allocations.
func cell(f figure) string {
	text := number(f.time.Median) + " (" + number(f.time.Min) + ")"
	if f.allocs >= 0.005 {
		text += " [" + number(f.allocs) + "]"
	}
	return text
}

// ratioCell shows a ratio and how sure it is.
func ratioCell(f figure) string { return interval(f.ratio) }

// interval shows a median and the interval around it.
func interval(s measure.Summary) string {
	if math.IsInf(s.Lo, 0) || math.IsInf(s.Hi, 0) {
		return fmt.Sprintf("%.2f", s.Median)
	}
	return fmt.Sprintf("%.2f (%.2f–%.2f)", s.Median, s.Lo, s.Hi)
}

// number shows a value with three digits or more, and commas for thousands.
func number(v float64) string {
	switch {
	case v < 10 || v == math.Trunc(v) && v < 1000:
		return strings.TrimSuffix(fmt.Sprintf("%.2f", v), ".00")
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	text := fmt.Sprintf("%.0f", v)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// versions lists the peers with their versions, and those that could not be measured.
func versions() string {
	var b strings.Builder
	info, _ := debug.ReadBuildInfo()
	for _, p := range peers.All() {
		if p.Module == "" {
			continue
		}
		version := ""
		for _, dep := range info.Deps {
			if dep.Path == p.Module {
				version = " " + dep.Version
			}
		}
		fmt.Fprintf(&b, "- %s: %s%s\n", p.Name, p.Module, version)
	}
	fmt.Fprintf(&b, "\nLibraries that could not be measured, because the Go module proxy did not serve them: %s.\n", strings.Join(peers.Missing, ", "))
	return b.String()
}
