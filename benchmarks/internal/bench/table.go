package bench

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A Table is printed as Markdown.
type Table struct {
	Labels int // how many columns on the left are text; the others are numbers
	Header []string
	Rows   [][]string // each as long as Header
}

// Write prints the table with its columns aligned, numbers to the right.
func (t Table) Write(w io.Writer) error {
	widths := t.widths()
	rule := make([]string, len(t.Header))
	for i, width := range widths {
		rule[i] = strings.Repeat("-", width)
		if i >= t.Labels {
			rule[i] = rule[i][1:] + ":"
		}
	}
	for _, row := range append([][]string{t.Header, rule}, t.Rows...) {
		if _, err := io.WriteString(w, t.line(row, widths)); err != nil {
			return err
		}
	}
	return nil
}

// widths returns how wide each column is, in characters.
func (t Table) widths() []int {
	widths := make([]int, len(t.Header))
	for i := range widths {
		widths[i] = 3 // the least width of a rule
	}
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// line returns a row, padded to widths.
func (t Table) line(row []string, widths []int) string {
	var b strings.Builder
	for i, cell := range row {
		width := widths[i]
		if i < t.Labels {
			width = -width
		}
		fmt.Fprintf(&b, "| %*s ", width, cell)
	}
	b.WriteString("|\n")
	return b.String()
}
