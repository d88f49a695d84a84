package topology

import (
	"os"
	"strings"
	"testing"
)

// docs/graph.md draws examples/shop as it is.
func TestDocs(t *testing.T) {
	const (
		path = "../docs/graph.md"
		from = "<!-- signalgen graph -format mermaid writes from here -->\n"
		to   = "<!-- to here -->\n"
	)
	m, err := Load(t.Context(), Options{Dir: "../examples/shop"})
	if err != nil || len(m.Faults) > 0 {
		t.Fatalf("%v, %d faults", err, len(m.Faults))
	}
	var drawn strings.Builder
	if err := Mermaid(&drawn, m); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), from)
	_, after, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("%s has no lines %q and %q", path, from, to)
	}
	want := before + from + "\n```mermaid\n" + drawn.String() + "```\n\n" + to + after
	if string(text) == want {
		return
	}
	if !*update {
		t.Fatalf("%s is not up to date: run go test ./topology -run TestDocs -update", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
