package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// The marks in docs/speed.md around the short tables.
const (
	beginMark = "<!-- benchmarks/speed writes from here -->\n"
	endMark   = "<!-- to here -->\n"
)

// update writes the report, the chart, and the short tables of docs/speed.md.
func (r report) update() error {
	root, err := bench.Root()
	if err != nil {
		return err
	}
	docs := filepath.Join(root, "docs", "speed.md")
	old, err := os.ReadFile(docs)
	if err != nil {
		return err
	}
	text, err := between(string(old), r.short())
	if err != nil {
		return fmt.Errorf("%s: %w", docs, err)
	}
	results := "# Results\n\nThis file was written by `go -C benchmarks run ./speed -update`.\n\n" + r.text()
	return errors.Join(
		r.results.chart(filepath.Join(root, "docs", "speed.svg")),
		os.WriteFile(filepath.Join(root, "benchmarks", "RESULTS.md"), []byte(results), 0o644),
		os.WriteFile(docs, []byte(text), 0o644),
	)
}

// between returns a text with what is between the marks replaced.
func between(text, replacement string) (string, error) {
	before, rest, begun := strings.Cut(text, beginMark)
	_, after, ended := strings.Cut(rest, endMark)
	if !begun || !ended {
		return "", fmt.Errorf("no lines %q and %q, one after the other", strings.TrimSpace(beginMark), strings.TrimSpace(endMark))
	}
	return before + beginMark + "\n" + replacement + "\n" + endMark + after, nil
}

// short returns the tables of docs/speed.md.
func (r report) short() string {
	count := 0
	targets := r.results.targets()
	for _, b := range targets {
		if b.verdict == met {
			count++
		}
	}
	return fmt.Sprintf(`Medians in ns on %s/%s with %s and %d CPUs, allocations in brackets; %d of %d targets are met.

A send to 0, 1, 10 and 100 receivers in the goroutine of the sender:

%s
A send to 1, 10 and 100 receivers behind queues, until all have received it, at full speed; and a single event (lone):

%s
Connecting and disconnecting one of 1,000 or 100,000 receivers, first in, first out; and bytes per receiver:

%s`,
		runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU(), count, len(targets),
		r.results.columns([]column{{"send", "time", "0", "0"}, {"send", "time", "1", "1"}, {"send", "time", "10", "10"}, {"send", "time", "100", "100"}}),
		r.results.columns([]column{{"async", "time", "1", "1"}, {"async", "time", "10", "10"}, {"async", "time", "100", "100"}, {"lone", "time", "1", "lone"}}),
		r.results.columns([]column{
			{"fifo", "connect", "1000", "connect, 1,000"},
			{"fifo", "connect", "100000", "100,000"},
			{"fifo", "disconnect", "1000", "disconnect, 1,000"},
			{"fifo", "disconnect", "100000", "100,000"},
			{"memory", "memory", "receiver", "bytes"},
		}),
	)
}

// A column is one column of a table that combines several works.
type column struct{ work, metric, size, title string }

// columns returns a table with a row for each peer that has a figure in one of the
// first two columns.
func (rs results) columns(columns []column) string {
	t := bench.Table{Labels: 1, Header: []string{""}}
	var first results
	for i, c := range columns {
		t.Header = append(t.Header, c.title)
		if i < 2 {
			first = append(first, rs.of(c.work, c.metric).where(func(f figure) bool { return f.size == c.size })...)
		}
	}
	for _, peer := range first.peers() {
		row := []string{peer}
		for _, c := range columns {
			f, ok := rs.of(c.work, c.metric).find(peer, c.size)
			row = append(row, map[bool]string{true: shortCell(f)}[ok])
		}
		t.Rows = append(t.Rows, row)
	}
	return markdown(t)
}

// shortCell shows a figure's median and its allocations.
func shortCell(f figure) string {
	text := number(f.time.Median)
	if f.allocs >= 0.5 {
		text += fmt.Sprintf(" [%.0f]", f.allocs)
	}
	return text
}
