package topology

import (
	"os"
	"strings"
	"testing"
)

// The README draws examples/shop as it is.
func TestREADME(t *testing.T) {
	const (
		path = "../README.md"
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
		t.Fatalf("%s is not up to date: run go test ./topology -run TestREADME -update", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// So are the lines of its text.
func TestREADMEText(t *testing.T) {
	m, err := Load(t.Context(), Options{Dir: "../examples/shop"})
	if err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	if err := Text(&printed, m); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "    $ go tool signalgen graph\n")
	shown, _, found := strings.Cut(rest, "\n\n")
	if !found {
		t.Fatal("README.md does not call signalgen graph")
	}
	for part := range strings.SplitSeq(shown, "    …\n") {
		want := strings.ReplaceAll(strings.TrimPrefix(part, "    "), "\n    ", "\n")
		if !strings.Contains(printed.String(), want) {
			t.Errorf("README.md shows\n%s\nwhich is not printed:\n%s", want, printed.String())
		}
	}
}
