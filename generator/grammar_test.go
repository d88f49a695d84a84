package generator_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/signalgen/signalgen/generator"
)

// FuzzDeclarations makes up a module full of signals from seeds, all of them valid by
// construction. Whatever they look like, they are generated, the output is stable, and
// what is sent arrives.
//
// It takes some seconds, since the module is compiled; that is why a module has so many
// signals. To reduce a failure, run the failing input again as go test says.
func FuzzDeclarations(f *testing.F) {
	if testing.Short() {
		f.Skip("it compiles what is generated")
	}
	repository, err := filepath.Abs("..")
	if err != nil {
		f.Fatal(err)
	}
	f.Setenv("GOWORK", "off") // the folder for temporary files may be in a workspace
	f.Add(uint64(0), uint64(0))
	f.Add(uint64(2), uint64(0))
	f.Fuzz(func(t *testing.T, seed1, seed2 uint64) { // with two seeds, more is tried near each
		m := newModule(rand.NewPCG(seed1, seed2), repository)
		failed := m.try(t, "")
		if failed == nil {
			return
		}
		t.Errorf("%s\nThe module is\n%s", failed, failed.source)
		if !isFuzzing() {
			t.Errorf("These signals suffice:\n%s", m.reduce(t, failed))
		}
	})
}

// patience is how long a module may take while fuzzing. After ten seconds, go test
// would report that it hangs.
const patience = 7 * time.Second

// isFuzzing reports whether this process tries inputs that go test makes up.
func isFuzzing() bool {
	worker := flag.Lookup("test.fuzzworker")
	return worker != nil && worker.Value.String() == "true"
}

// failure says at which step a module fails, and how.
type failure struct{ step, output, source string }

func (f *failure) String() string { return f.step + ":\n" + f.output }

// A step does something with the module in a folder. It returns what is wrong.
type step struct {
	name string
	do   func(ctx context.Context, dir string) error
}

// steps returns all steps, in order.
func (m *module) steps() []step {
	steps := []step{
		{"generate", generateOnce},
		{"generate again", generateAgain},
		{"gofmt", m.isFormatted},
		{"go test", command("", "test", "-vet=all", "-tags="+buildTag)},
	}
	if m.vetsElsewhere {
		steps = append(steps, step{"go vet elsewhere", command(elsewhere, "vet")})
	}
	return steps
}

// try writes the module and runs all steps on it, or those up to the named one. It
// returns nil on success.
func (m *module) try(t *testing.T, name string) *failure {
	t.Helper()
	dir, files := t.TempDir(), m.files()
	write(t, dir, files)
	ctx := t.Context()
	if isFuzzing() {
		patient, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		ctx = patient
	}
	for i, s := range m.steps() {
		if i > 0 && name != "" && name != s.name {
			continue
		}
		err := s.do(ctx, dir)
		if ctx.Err() != nil {
			t.Skipf("%s did not end within %v", s.name, patience)
		}
		if err != nil {
			return &failure{s.name, err.Error(), source(files)}
		}
	}
	return nil
}

func generateOnce(ctx context.Context, dir string) error {
	_, err := generator.Generate(ctx, generator.Options{Dir: dir, Patterns: []string{"./..."}})
	return err
}

// generateAgain checks that what was generated stays as it is.
func generateAgain(ctx context.Context, dir string) error {
	differences, err := generator.Check(ctx, generator.Options{Dir: dir, Patterns: []string{"./..."}})
	if err == nil && len(differences) > 0 {
		return fmt.Errorf("it would change: %v", differences)
	}
	return err
}

// isFormatted checks that every output has the format of gofmt.
func (m *module) isFormatted(_ context.Context, dir string) error {
	outputs, err := filepath.Glob(filepath.Join(dir, m.inner.dir, "signals_*.go"))
	if err != nil || len(outputs) == 0 {
		return fmt.Errorf("%d outputs, error %w", len(outputs), err)
	}
	for _, path := range outputs {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		again, err := format.Source(text)
		if err != nil {
			return err
		}
		if !bytes.Equal(text, again) {
			return errors.New(string(diff.Diff(path, text, "gofmt", again)))
		}
	}
	return nil
}

// command runs the go command in a way that is quick and can be cached, for
// another system if one is given.
func command(system string, args ...string) func(context.Context, string) error {
	args = append(args, "-trimpath", "-gcflags=-N -l -dwarf=false", "-ldflags=-s -w", "./...")
	return func(ctx context.Context, dir string) error {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir, cmd.WaitDelay = dir, time.Second
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		if system != "" {
			cmd.Env = append(os.Environ(), "GOOS="+system)
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return nil
	}
}

// write writes files into a folder.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// source returns files as one text.
func source(files map[string]string) string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&text, "-- %s --\n%s", name, files[name])
	}
	return text.String()
}

// reduce removes directives as long as the module fails in the same step, and returns
// the remaining signals.
func (m *module) reduce(t *testing.T, failed *failure) string {
	t.Helper()
	left := slices.Clone(m.signals)
	for size := len(left) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(left) && len(left) > 1; {
			some := left[at : at+size]
			drop(some, true)
			if again := m.try(t, failed.step); again != nil && again.step == failed.step {
				failed = again
				left = slices.Concat(left[:at], left[at+size:])
				continue
			}
			drop(some, false)
			at += size
		}
	}
	var text strings.Builder
	for _, s := range left {
		fmt.Fprintf(&text, "%s, in %s:\n%stype %s\n\n", s.name, s.file.name, s.comment(""), s.text())
	}
	return text.String() + failed.String()
}

// drop removes the directive of signals, or restores it.
func drop(signals []*signal, dropped bool) {
	for _, s := range signals {
		s.dropped = dropped
	}
}
