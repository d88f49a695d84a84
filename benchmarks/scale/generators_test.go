package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

func TestCalls(t *testing.T) {
	want := map[string][]string{
		"signalgen": {"./..."},
		"stringer": {
			"-type=Level1,Level2 -output=p1/levels_string.go ./p1",
			"-type=Level1,Level2 -output=p2/levels_string.go ./p2",
		},
		"moq": {
			"-rm -out p1/stores_moq.go p1 Store1 Store2",
			"-rm -out p2/stores_moq.go p2 Store1 Store2",
		},
		"mockery":        {""},
		"go-enum":        {"-f p1/declarations.go -f p2/declarations.go"},
		"controller-gen": {"object paths=./..."},
	}
	tree := tree{size: bench.Size{Packages: 2, Signals: 2}}
	for _, g := range generators {
		var got []string
		for args := range g.calls(tree) {
			got = append(got, filepath.ToSlash(strings.Join(args, " ")))
		}
		if !slices.Equal(got, want[g.name]) {
			t.Errorf("%s is called with %q, want %q", g, got, want[g.name])
		}
	}
}

func TestMockeryConfigListsPackages(t *testing.T) {
	i := slices.IndexFunc(generators, func(g generator) bool { return g.name == "mockery" })
	tree := newTree(t, bench.Size{Packages: 2, Signals: 1}, light)
	if err := generators[i].config(tree); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(tree.dir, ".mockery.yml"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "packages:\n  example.com/tree/p1: {}\n  example.com/tree/p2: {}\n"
	if !strings.HasSuffix(string(text), want) {
		t.Errorf("got\n%swant at its end\n%s", text, want)
	}
}

// The tools of the module that pins them are the generators.
func TestGeneratorsArePinned(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "tools", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range generators {
		if g.path != "" && !strings.Contains(string(text), "\t"+g.path+"\n") {
			t.Errorf("%s is no tool of tools/go.mod", g.path)
		}
	}
}
