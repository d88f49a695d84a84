package main

import (
	"os/exec"
	"testing"
)

// TestVet runs the checker on an example without mistakes.
func TestVet(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles")
	}
	if out, err := exec.CommandContext(t.Context(), "go", "run", ".", "../quickstart/...").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
