package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"testing"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// The targets are for what a signal adds, in a package of 200. The figures come from
// the compiler and the linker, and are the same on a busy machine.
var weighed = plan{
	sizes: []bench.Size{{Packages: 1, Signals: 200}},
	kinds: []kind{payload, signature},
	uses:  []use{send, everything},
}

// mostSymbols is the target for the symbols in the object file of the package.
// Something generic that is instantiated for each signal makes many. What is left of
// that, a third of all, is the Stream of Events.
const mostSymbols = 255

// mostBytes are the targets for the bytes of the linked binary. With everything used,
// the aim is 9,000 for a payload and 12,000 for a signature. A quarter of it is
// SendRobust, whose loop is in generated code for speed.
var mostBytes = map[kind]map[use]int{
	payload:   {send: 6000, everything: 12500},
	signature: {send: 12000, everything: 17500},
}

func TestSymbols(t *testing.T) {
	b, err := newBuilder(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range weighed.kinds {
		p := program{generated, kind, send, weighed.sizes[0]} // whatever main uses, the package is the same
		if err := b.write(p); err != nil {
			t.Fatal(err)
		}
		hold(t, string(kind)+", symbols", symbols(t, b, p)/p.signals(), mostSymbols)
	}
}

func TestBytes(t *testing.T) {
	b, err := newBuilder(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range weighed.programs([]style{generated}) {
		name := fmt.Sprintf("%s %s, bytes", p.kind, p.use)
		added := linked(t, b, p) - linked(t, b, p.base())
		hold(t, name, added/(p.signals()-p.base().signals()), mostBytes[p.kind][p.use])
	}
}

// hold logs a figure for each signal, and fails if it is over its target.
func hold(t *testing.T, name string, got, most int) {
	t.Helper()
	report := t.Logf
	if got > most {
		report = t.Errorf
	}
	report("%s for each signal: %d, want at most %d", name, got, most)
}

// linked writes a program and returns the length of its binary.
func linked(t *testing.T, b builder, p program) int {
	t.Helper()
	if err := b.write(p); err != nil {
		t.Fatal(err)
	}
	size, err := length(build(t, b, p, "."))
	if err != nil {
		t.Fatal(err)
	}
	return int(size)
}

// symbols returns how many symbols the package of a program's signals defines.
func symbols(t *testing.T, b builder, p program) (n int) {
	t.Helper()
	out, err := exec.CommandContext(b.ctx, "go", "tool", "nm", build(t, b, p, "./p1")).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(out) {
		if !bytes.HasPrefix(bytes.TrimSpace(line), []byte("U")) { // it belongs to another package
			n++
		}
	}
	return n
}
