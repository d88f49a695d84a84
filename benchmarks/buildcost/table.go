package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A report is what is printed at the end.
type report struct {
	rounds   int
	programs []program
	costs    map[program]*cost // theirs and those of their bases
}

// A measure is one figure of a cost.
type measure struct {
	name   string
	digits int // after the point
	value  func(*cost) float64
}

var measures = []measure{
	{"CPU ms", 2, func(c *cost) float64 { return bench.Milliseconds(bench.Median(c.cpus)) }},
	{"least", 2, func(c *cost) float64 { return bench.Milliseconds(slices.Min(c.cpus)) }},
	{"wall ms", 2, func(c *cost) float64 { return bench.Milliseconds(bench.Median(c.builds)) }},
	{"least", 2, func(c *cost) float64 { return bench.Milliseconds(slices.Min(c.builds)) }},
	{"bytes", 0, func(c *cost) float64 { return float64(c.size) }},
	{"without symbols", 0, func(c *cost) float64 { return float64(c.stripped) }},
	{"lines", 1, func(c *cost) float64 { return float64(c.lines.code) }},
	{"blank lines", 1, func(c *cost) float64 { return float64(c.lines.blank) }},
}

// write prints the report as Markdown.
func (r report) write(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%s %s/%s, %d CPUs.\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU()); err != nil {
		return err
	}
	if err := r.table().Write(w); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, `
For each signal: the figure of the program less that of one with a single signal,
divided by the number of the others. Times are medians and least of %d rounds, with
a build cache that has the standard library and signalgen's runtime alone. Bytes
are those of the linked binary: the linker leaves out what main does not use.
Lines are those of the code for signals, without those that are only a comment.
`, r.rounds)
	return err
}

// table has a row for each program.
func (r report) table() bench.Table {
	t := bench.Table{Labels: 4, Header: []string{"signals", "main uses", "packages x signals", "code"}}
	for _, m := range measures {
		t.Header = append(t.Header, m.name)
	}
	for _, p := range r.programs {
		t.Rows = append(t.Rows, r.row(p))
	}
	return t
}

// row returns the figures of a program for each signal.
func (r report) row(p program) []string {
	row := []string{string(p.kind), string(p.use), p.size.String(), string(p.style)}
	whole, base := r.costs[p], r.costs[p.base()]
	for _, m := range measures {
		figure := (m.value(whole) - m.value(base)) / float64(p.signals()-p.base().signals())
		row = append(row, fmt.Sprintf("%.*f", m.digits, figure))
	}
	return row
}
