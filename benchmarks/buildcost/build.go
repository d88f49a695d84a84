package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A cost is what it took to build a program, and figures about the result.
type cost struct {
	builds   []time.Duration // wall time with the default flags, one for each round
	cpus     []time.Duration // processor time of the compiler, the linker and everything else
	size     int64           // of the binary, in bytes
	stripped int64           // the same without symbols and debug information
	lines    lines           // of the code for signals
}

// A builder builds programs in the folder work.
type builder struct {
	ctx        context.Context
	work       string
	generators map[style]generator // byHand has one too, for its go.mod
}

// newBuilder returns a builder with this checkout's command signalgen, and with that of
// the other checkout, unless that is empty.
func newBuilder(ctx context.Context, work, other string) (builder, error) {
	generators, err := newGenerators(ctx, work, other)
	return builder{ctx, work, generators}, err
}

// styles returns the styles that the builder knows.
func (b builder) styles() []style {
	if _, ok := b.generators[before]; ok {
		return []style{before, generated, byHand}
	}
	return []style{generated, byHand}
}

// dir returns the folder of a program's module.
func (b builder) dir(p program) string {
	return filepath.Join(b.work, strings.ReplaceAll(p.String(), " ", "-"))
}

// primed is the build cache that the other caches are copied from.
func (b builder) primed() string { return filepath.Join(b.work, "primed") }

// prime fills that cache. It builds the imports of programs without signals and of
// generated code, but not the programs: these are in other folders.
func (b builder) prime() error {
	primer := builder{b.ctx, filepath.Join(b.work, "primer"), b.generators}
	for _, style := range b.styles() {
		p := empty(style)
		if err := primer.write(p); err != nil {
			return err
		}
		err := primer.run(p, b.primed(), "build", "-o", os.DevNull, ".", "context", "fmt", "iter", "slices", "sync", "weak")
		if err != nil {
			return err
		}
	}
	return nil
}

// build measures a build of a program. The first time, it also inspects the result.
func (b builder) build(p program, c *cost) error {
	cache, err := os.MkdirTemp(b.work, "cache-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(cache) }()
	if err := os.CopyFS(cache, os.DirFS(b.primed())); err != nil {
		return err
	}
	binary := filepath.Join(b.work, "program")
	cmd := exec.CommandContext(b.ctx, "go", "build", "-o", binary, ".")
	cmd.Dir, cmd.Env = b.dir(p), env(cache)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	c.builds = append(c.builds, time.Since(start))
	c.cpus = append(c.cpus, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	if len(c.builds) > 1 {
		return nil
	}
	return b.inspect(p, c, binary, cache)
}

// inspect runs the binary of a program, measures its size with and without symbols, and
// counts the lines of its signals.
func (b builder) inspect(p program, c *cost, binary, cache string) (err error) {
	if err := b.try(p, binary); err != nil {
		return err
	}
	if c.lines, err = b.lines(p); err != nil {
		return err
	}
	if c.size, err = length(binary); err != nil {
		return err
	}
	if err := b.run(p, cache, "build", "-ldflags=-s -w", "-o", binary, "."); err != nil {
		return err
	}
	c.stripped, err = length(binary)
	return err
}

// try runs a program and checks that the receiver of every signal was called.
func (b builder) try(p program, binary string) error {
	out, err := exec.CommandContext(b.ctx, binary).Output()
	if err != nil {
		return err
	}
	if got, want := strings.TrimSpace(string(out)), fmt.Sprint(p.signals()); got != want {
		return fmt.Errorf("%s: %s receivers were called, want %s", p, got, want)
	}
	return nil
}

// run runs the go command in a program's folder.
func (b builder) run(p program, cache string, args ...string) error {
	return bench.Run(b.ctx, b.dir(p), env(cache), "go", args...)
}

// env returns the environment of a build with a build cache.
func env(cache string) []string { return bench.Env("GOPROXY=off", "GOCACHE="+cache) }

// length returns the length of a file.
func length(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
