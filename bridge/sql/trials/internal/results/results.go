// Package results writes the results of trials to Markdown files.
package results

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// A Table is a Markdown table. The first row is the header.
type Table [][]string

// String returns the table with aligned columns: text to the left, figures to the right.
func (t Table) String() string {
	var b strings.Builder
	for i, row := range t {
		b.WriteString("|")
		for c, cell := range row {
			left, right := "", strings.Repeat(" ", t.width(c)-len([]rune(cell)))
			if t.isFigures(c) {
				left, right = right, left
			}
			b.WriteString(" " + left + cell + right + " |")
		}
		b.WriteString("\n")
		if i == 0 {
			b.WriteString(t.rule())
		}
	}
	return b.String()
}

// rule returns the line below the header.
func (t Table) rule() string {
	var b strings.Builder
	b.WriteString("|")
	for c := range t[0] {
		end := " |"
		if t.isFigures(c) {
			end = ": |"
		}
		b.WriteString(" " + strings.Repeat("-", t.width(c)-len(end)+2) + end)
	}
	return b.String() + "\n"
}

func (t Table) width(column int) int {
	width := 3
	for _, row := range t {
		width = max(width, len([]rune(row[column])))
	}
	return width
}

// isFigures reports whether each cell below the header begins with a digit or is empty.
func (t Table) isFigures(column int) bool {
	for _, row := range t[1:] {
		if cell := row[column]; cell != "" && (cell[0] < '0' || cell[0] > '9') {
			return false
		}
	}
	return len(t) > 1
}

// Write replaces the section of a file that has a title, or adds it at the end. The file is
// in the directory of the module's go.mod. The section names the command that writes it.
func Write(name, title, command, text string) error {
	file, err := path(name)
	if err != nil {
		return err
	}
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	about := fmt.Sprintf("`%s`, with %s on %s/%s and %d CPUs.", command, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	return os.WriteFile(file, []byte(replace(string(old), title, about+" "+text)), 0o644)
}

// path returns the path of a file in the directory of the module.
func path(name string) (string, error) {
	out, err := exec.Command("go", "list", "-f", "{{.Module.Dir}}", "github.com/signalgen/signalgen/bridge/sql/trials/internal/results").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), name), nil
}

// replace returns a file with a section replaced, or added.
func replace(file, title, text string) string {
	section := "\n## " + title + "\n\n" + strings.TrimSpace(text) + "\n"
	before, rest, found := strings.Cut(file, "\n## "+title+"\n")
	if !found {
		return file + section
	}
	after := ""
	if at := strings.Index(rest, "\n## "); at >= 0 {
		after = rest[at:]
	}
	return before + section + after
}
