package main

import (
	"context"
	"path/filepath"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A generator is a checkout of signalgen.
type generator struct {
	root    string // root of the repository; programs use its runtime
	command string // path of its command
}

// newGenerators builds the command signalgen of this checkout, and of the other one,
// unless that is empty.
func newGenerators(ctx context.Context, work, other string) (map[style]generator, error) {
	root, err := bench.Root()
	if err != nil {
		return nil, err
	}
	roots := map[style]string{generated: root, byHand: root}
	if other != "" {
		roots[before] = other
	}
	generators := make(map[style]generator)
	for style, root := range roots {
		command, err := bench.BuildSignalgen(ctx, root, filepath.Join(work, "command-"+string(style)))
		if err != nil {
			return nil, err
		}
		generators[style] = generator{root, command}
	}
	return generators, nil
}
