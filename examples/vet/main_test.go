package main

import (
	"os/exec"
	"testing"
)

// TestVet has the checker look at an example, in which nothing is wrong.
func TestVet(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles")
	}
	if out, err := exec.CommandContext(t.Context(), "go", "run", ".", "../quickstart/...").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
