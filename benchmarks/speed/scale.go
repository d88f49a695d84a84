package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// generating measures the time of the generator and others, with the command scale and
// few sizes.
func generating() work {
	return work{name: "scale", title: "The generator, beside others", measure: func(s *session) (string, error) {
		args := []string{"run", "./scale", "-sizes", "1x1,100x10", "-kinds", "light", "-states", "warm,edited", "-rounds", "3", "-timeout", "20s", "-budget", "5s"}
		if s.quick {
			args = append(args[:2], "-sizes", "1x1", "-kinds", "light", "-states", "warm", "-only", "signalgen", "-rounds", "1")
		}
		root, err := bench.Root()
		if err != nil {
			return "", err
		}
		cmd := exec.CommandContext(s.ctx, "go", args...)
		cmd.Dir = filepath.Join(root, "benchmarks")
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("%s: %w: %s", cmd, err, errs.Bytes())
		}
		return string(out), nil
	}}
}
