package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/signalgen/signalgen/generator"
)

// The output is the same whatever the folder of the module and the number of
// processors.
func TestDeterminism(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first map[string][]byte
	runs := 20
	if testing.Short() {
		runs = 2
	}
	for run := range runs {
		runtime.GOMAXPROCS(1 + run%2)
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS("../../testdata")); err != nil {
			t.Fatal(err)
		}
		outputs, err := filepath.Glob(filepath.Join(dir, "*", "signals*_gen*.go"))
		if err != nil || len(outputs) < 10 {
			t.Fatalf("found %d outputs, error %v", len(outputs), err)
		}
		for _, output := range outputs {
			if err := os.Remove(output); err != nil {
				t.Fatal(err)
			}
		}
		result, err := generator.Generate(t.Context(), generator.Options{Dir: dir, Patterns: []string{"./..."}})
		if err != nil {
			t.Fatal(err)
		}
		wired, err := generator.Wire(t.Context(), generator.Options{Dir: filepath.Join(dir, "program")})
		written := slices.Concat(result.Written, wired.Written)
		if err != nil || len(written) != len(outputs) {
			t.Fatalf("wrote %d files, want %d; error %v", len(written), len(outputs), err)
		}
		texts := make(map[string][]byte)
		for _, path := range written {
			name, err := filepath.Rel(dir, path)
			if err != nil {
				t.Fatal(err)
			}
			if texts[name], err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
			if first != nil && !bytes.Equal(texts[name], first[name]) {
				t.Errorf("run %d: %s differs from that of the first run", run, name)
			}
		}
		if first == nil {
			first = texts
		}
	}
}
