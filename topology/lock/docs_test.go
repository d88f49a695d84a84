package lock

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// The table in docs/lock.md has the examples, sorted by kind.
func TestDocs(t *testing.T) {
	const (
		path = "../../docs/lock.md"
		from = "<!-- go test ./topology/lock -run TestDocs -update writes from here -->\n"
		to   = "<!-- to here -->\n"
	)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), from)
	_, after, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("%s has no lines %q and %q", path, from, to)
	}
	want := before + from + tableOf(t) + to + after
	if string(text) == want {
		return
	}
	if !*update {
		t.Fatalf("%s is not up to date: run go test ./topology/lock -run TestDocs -update", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func tableOf(t *testing.T) string {
	examples, order := readExamples(t), kindsDeclared(t)
	slices.SortStableFunc(examples, func(a, b *example) int {
		return slices.Index(order, a.kind()) - slices.Index(order, b.kind())
	})
	var table strings.Builder
	table.WriteString("\n| kind | change | before | after | class | message |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, e := range examples {
		class, said := e.said()
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s | %s |\n", e.kind(), e.text, code(e.before), code(e.after), class, said)
	}
	return table.String() + "\n"
}

// said returns the class and the words of the change that an example shows.
func (e *example) said() (class, words string) {
	for line := range strings.Lines(e.want) {
		rest, found := strings.CutPrefix(line, e.kind()+" (")
		if !found {
			continue
		}
		class, rest, _ = strings.Cut(rest, ") ")
		_, words, _ = strings.Cut(strings.TrimSpace(rest), ": ")
		return class, strings.ReplaceAll(words, "example.com/shop/"+e.dir()+".", "")
	}
	return "", ""
}

// code formats a text as code in a table cell. Go source may have backquotes in it.
func code(text string) string {
	if text == "" {
		return ""
	}
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}
