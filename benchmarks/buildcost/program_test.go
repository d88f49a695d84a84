package main

import (
	"path/filepath"
	"testing"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// All programs compile, and call the receiver of every signal.
func TestPrograms(t *testing.T) {
	b, err := newBuilder(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	all := plan{
		sizes: []bench.Size{{Packages: 1, Signals: 30}, {Packages: 2, Signals: 3}},
		kinds: []kind{payload, signature},
		uses:  []use{send, everything},
	}
	programs := all.programs(b.styles())
	for _, style := range b.styles() {
		programs = append(programs, empty(style))
	}
	for _, p := range programs {
		if err := b.write(p); err != nil {
			t.Fatal(err)
		}
		if err := b.try(p, build(t, b, p, ".")); err != nil {
			t.Error(err)
		}
	}
}

// build builds a package of a program and returns the path of the result. Paths are
// trimmed, so programs with the same signals build them once.
func build(t *testing.T, b builder, p program, pkg string) string {
	t.Helper()
	out := filepath.Join(b.dir(p), "out")
	err := bench.Run(b.ctx, b.dir(p), bench.Env("GOPROXY=off"), "go", "build", "-trimpath", "-o", out, pkg)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
