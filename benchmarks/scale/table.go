package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A report is what is printed at the end.
type report struct {
	options options
	tools   []tool
	missing []error // why other tools are not among them
	rows    []row
}

// write prints the report as Markdown.
func (r report) write(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s %s/%s, %d CPUs.\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	for _, part := range []struct {
		title string
		table bench.Table
	}{
		{"Wall time in ms, median of the rounds", r.table(r.wall)},
		{"CPU time in ms, median of the rounds", r.table(r.cpu)},
		{"Peak memory in MiB, the most of the rounds", r.table(r.memory)},
	} {
		if err == nil {
			_, err = fmt.Fprintf(w, "\n%s:\n\n", part.title)
		}
		if err == nil {
			err = part.table.Write(w)
		}
	}
	if err == nil {
		_, err = io.WriteString(w, r.notes())
	}
	return err
}

// A figure is a cell of a table, and its value if there is one to compare.
type figure struct {
	text  string
	value float64
	valid bool
}

// table returns a row for each row of the report, with the figure that cell makes of
// each result.
func (r report) table(cell func(row, result) figure) bench.Table {
	t := bench.Table{Labels: 3, Header: []string{"packages x signals", "imports", "state"}}
	for _, tool := range r.tools {
		t.Header = append(t.Header, strings.TrimSpace(tool.name+" "+tool.version))
	}
	t.Header = append(t.Header, "best other / signalgen")
	for _, row := range r.rows {
		cells := []string{row.size.String(), row.kind.String(), row.state.String()}
		figures := make([]figure, len(r.tools))
		for i, result := range row.results {
			figures[i] = cell(row, result)
			cells = append(cells, figures[i].text)
		}
		t.Rows = append(t.Rows, append(cells, r.ratio(figures)))
	}
	return t
}

// ratio compares the least of the others' figures with signalgen's.
func (r report) ratio(figures []figure) string {
	var own, best float64
	var name string
	for i, f := range figures {
		switch {
		case !f.valid:
		case r.tools[i].name == "signalgen":
			own = f.value
		case name == "" || f.value < best:
			best, name = f.value, r.tools[i].name
		}
	}
	if own == 0 || name == "" {
		return ""
	}
	return fmt.Sprintf("%.2f (%s)", best/own, name)
}

// wall is the figure of a result's time.
func (r report) wall(row row, result result) figure {
	return r.figure(row, result, bench.Milliseconds(bench.Median(result.walls)))
}

// cpu is the figure of a result's time on all CPUs.
func (r report) cpu(row row, result result) figure {
	return r.figure(row, result, bench.Milliseconds(bench.Median(result.cpus)))
}

// memory is the figure of a result's memory.
func (r report) memory(row row, result result) figure {
	return r.figure(row, result, mib(result.memory))
}

// figure shows a value, or why there is none.
func (r report) figure(row row, result result, value float64) figure {
	switch {
	case result.err != nil:
		return figure{text: "failed"}
	case result.over:
		return figure{text: fmt.Sprintf("> %g s", r.options.timeout.Seconds())}
	case len(result.walls) == 0:
		return figure{}
	}
	text := fmt.Sprintf("%.0f", value)
	if n := len(result.walls); n < row.rounds {
		text = fmt.Sprintf("(%d) %s", n, text)
	}
	return figure{text, value, true}
}

// notes explains the tables.
func (r report) notes() string {
	text := fmt.Sprintf(`
%d rounds, cold %d. A number in parentheses is how many rounds a generator ran if
there were fewer: it began none once the earlier ones took %g s. CPU time is that of
the generator and of the children that it waited for, such as the go command.
Memory is that of one process, the generator or the largest of these; no figure
can be below %.0f MiB, the memory of the command that measures. If a run took
longer than %g s, or the first run did, which makes the outputs, the generator
was not run again in that row.
`, r.options.rounds, r.options.coldRounds, r.options.budget.Seconds(), mib(ownPeakMemory()), r.options.timeout.Seconds())
	if outputs := r.outputs(); outputs != "" {
		text += "\nOutputs differ in size. Bytes for each declaration, at most:\n" + outputs + ".\n"
	}
	for _, err := range r.failures() {
		text += fmt.Sprintf("\n%v\n", err)
	}
	return text
}

// outputs returns how much each tool wrote for a declaration.
func (r report) outputs() string {
	var list []string
	for i, tool := range r.tools {
		var most int64
		for _, row := range r.rows {
			most = max(most, row.results[i].output)
		}
		if most > 0 {
			list = append(list, fmt.Sprintf("%s %d", tool.name, most))
		}
	}
	return strings.Join(list, ", ")
}

// failures returns why figures are missing.
func (r report) failures() []error {
	errs := slices.Clone(r.missing)
	for _, row := range r.rows {
		for _, result := range row.results {
			if result.err != nil {
				errs = append(errs, fmt.Errorf("%s %s %s: %w", row.size, row.kind, row.state, result.err))
			}
		}
	}
	return errs
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
