package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// newTree returns a tree in a folder of the test.
func newTree(t *testing.T, size bench.Size, kind kind) tree {
	t.Helper()
	root, err := bench.Root()
	if err != nil {
		t.Fatal(err)
	}
	return tree{dir: t.TempDir(), root: root, size: size, kind: kind}
}

func TestTreesCompile(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.String(), func(t *testing.T) {
			tree := newTree(t, bench.Size{Packages: 2, Signals: 5}, kind)
			if err := tree.write(0); err != nil {
				t.Fatal(err)
			}
			if err := bench.Run(t.Context(), tree.dir, bench.Env("GOPROXY=off"), "go", "vet", "./..."); err != nil {
				t.Error(err)
			}
			files, err := filepath.Glob(filepath.Join(tree.dir, "*", "*.go"))
			if err != nil || len(files) != 2 {
				t.Errorf("the tree has %q, error %v; want 2 files", files, err)
			}
		})
	}
}

// What each generator reads changes with the revision, in each package.
func TestRevisionChangesEveryDeclaration(t *testing.T) {
	for _, kind := range kinds {
		tree := newTree(t, bench.Size{Packages: 2, Signals: 5}, kind)
		if err := tree.write(7); err != nil {
			t.Fatal(err)
		}
		for _, name := range tree.packages() {
			text, err := os.ReadFile(filepath.Join(tree.dir, name, source))
			if err != nil {
				t.Fatal(err)
			}
			for _, changed := range []string{
				"is sent with a NameRev7X.", // which is in the output of signalgen
				"LowRev7X1 Level1 = iota",
				"ENUM(redRev7X, green, blue)",
				"\tLoadRev7X(ctx",
				"\tNamesRev7X []string",
			} {
				if n := strings.Count(string(text), changed); n != 1 {
					t.Errorf("%s, %s: %d times %q, want 1:\n%s", kind, name, n, changed, text)
				}
			}
		}
	}
}

func TestEachGeneratorHasItsDeclarations(t *testing.T) {
	for _, kind := range kinds {
		tree := newTree(t, bench.Size{Packages: 1, Signals: 8}, kind)
		if err := tree.write(0); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(tree.dir, "p1", source))
		if err != nil {
			t.Fatal(err)
		}
		for what, want := range map[string]int{
			"//signalgen:signal\n":                8,
			"func(ctx":                            2, // the signatures
			" = iota\n":                           8,
			"// ENUM(":                            8,
			" interface {\n":                      8,
			"+kubebuilder:object:generate=true\n": 8,
		} {
			if got := strings.Count(string(text), what); got != want {
				t.Errorf("%s: %d times %q, want %d", kind, got, what, want)
			}
		}
	}
}
