package main

import (
	"fmt"
	"io"
	"runtime"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A report is what is printed at the end.
type report struct {
	rounds int
	sizes  []bench.Size
	costs  map[program]*cost
}

// A measure is one figure of a cost.
type measure struct {
	name  string
	value func(*cost) float64
}

var measures = []measure{
	{"build, ms", func(c *cost) float64 { return bench.Milliseconds(bench.Median(c.builds)) }},
	{"build, CPU ms", func(c *cost) float64 { return bench.Milliseconds(bench.Median(c.cpus)) }},
	{"binary, bytes", func(c *cost) float64 { return float64(c.size) }},
	{"binary without symbols, bytes", func(c *cost) float64 { return float64(c.stripped) }},
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
For each signal: the figure of the program less that of the same main with no
signals, divided by the number of signals. Builds are medians of %d rounds, with
a build cache that has the standard library and signalgen's runtime alone. The
linker leaves out what main does not use.
`, r.rounds)
	return err
}

// table has a row for each measure of each size, for each signal, and a row for
// the whole program.
func (r report) table() bench.Table {
	t := bench.Table{Labels: 2, Header: []string{"packages x signals", "measure", "generated", "by hand", "ratio"}}
	for _, size := range r.sizes {
		for _, m := range measures {
			signals := float64(size.Packages * size.Signals)
			perSignal := func(style style) float64 {
				whole, base := r.costs[program{style, size}], r.costs[program{style, bench.Size{}}]
				return (m.value(whole) - m.value(base)) / signals
			}
			t.Rows = append(t.Rows, line(size, m.name+" for each signal", perSignal, "%.2f"))
		}
		for _, m := range measures {
			whole := func(style style) float64 { return m.value(r.costs[program{style, size}]) }
			t.Rows = append(t.Rows, line(size, m.name+" in all", whole, "%.0f"))
		}
	}
	return t
}

// line returns a row with a figure of both styles and their ratio.
func line(size bench.Size, name string, figure func(style) float64, format string) []string {
	ours, theirs := figure(generated), figure(byHand)
	ratio := ""
	if theirs > 0 {
		ratio = fmt.Sprintf("%.2f", ours/theirs)
	}
	return []string{size.String(), name, fmt.Sprintf(format, ours), fmt.Sprintf(format, theirs), ratio}
}
