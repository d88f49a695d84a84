package signalgen_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/signalgen/signalgen/generator"
)

var update = flag.Bool("update", false, "rewrite the generated files under testdata")

// generated matches the names of generated files.
var generated = regexp.MustCompile(`^signals_(.*_)?gen(_external)?(_test)?\.go$`)

// TestGenerate generates every package of the module in testdata in a copy of it, and
// compares each file with the one in testdata. It then vets the copy and runs its
// tests, which send every signal. With -short, it only compares.
func TestGenerate(t *testing.T) {
	module := copyModule(t)
	generate(t, module)

	got := outputs(t, module)
	for _, golden := range got {
		t.Run(golden, func(t *testing.T) {
			got := read(t, filepath.Join(module, golden))
			if *update {
				write(t, filepath.Join("testdata", golden), got)
			}
			if want := read(t, filepath.Join("testdata", golden)); !bytes.Equal(got, want) {
				t.Errorf("generated:\n%s\nwant, unless go test -update says otherwise:\n%s", got, want)
			}
		})
	}
	if want := outputs(t, "testdata"); !slices.Equal(got, want) {
		t.Errorf("generated %q, want %q", got, want)
	}
	if testing.Short() {
		return // vetting and testing take most of the time
	}
	run(t, module, "go", "vet", "./...")
	run(t, module, "go", "test", "./...")
}

// TestGenerateAgain starts from broken outputs, and then from outputs that are up to
// date.
func TestGenerateAgain(t *testing.T) {
	module := copyModule(t)
	for _, golden := range outputs(t, "testdata") {
		text := read(t, filepath.Join("testdata", golden))
		half := len(text) / 2
		conflict := "\n<<<<<<< HEAD\n" + string(text[half:]) + "=======\nfunc gone(\n>>>>>>> theirs\n"
		write(t, filepath.Join(module, golden), append(text[:half:half], conflict...))
	}
	generate(t, module)

	past := time.Unix(1_000_000_000, 0)
	for _, golden := range outputs(t, "testdata") {
		path := filepath.Join(module, golden)
		if !bytes.Equal(read(t, path), read(t, filepath.Join("testdata", golden))) {
			t.Errorf("%s differs when it had conflict markers before", golden)
		}
		if err := os.Chtimes(path, past, past); err != nil {
			t.Fatal(err)
		}
	}
	generate(t, module)
	for _, golden := range outputs(t, "testdata") {
		info, err := os.Stat(filepath.Join(module, golden))
		if err != nil {
			t.Fatal(err)
		}
		if !info.ModTime().Equal(past) {
			t.Errorf("%s was written again though it was up to date", golden)
		}
	}
}

func generate(t *testing.T, module string) {
	t.Helper()
	if _, err := generator.Generate(t.Context(), generator.Options{Dir: module, Patterns: []string{"./..."}}); err != nil {
		t.Fatal(err)
	}
	if _, err := generator.Wire(t.Context(), generator.Options{Dir: filepath.Join(module, "program")}); err != nil {
		t.Fatal(err)
	}
}

// copyModule copies the module in testdata without generated files, and makes it use
// this repository.
func copyModule(t *testing.T) string {
	t.Helper()
	module := t.TempDir()
	if err := os.CopyFS(module, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	for _, golden := range outputs(t, "testdata") {
		if err := os.Remove(filepath.Join(module, golden)); err != nil {
			t.Fatal(err)
		}
	}
	repository, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	run(t, module, "go", "mod", "edit", "-replace=github.com/signalgen/signalgen="+repository)
	return module
}

// outputs returns the generated files below dir, relative to it.
func outputs(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && generated.MatchString(entry.Name()) {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil || len(paths) == 0 {
		t.Fatalf("looking for outputs in %s: %d found, error %v", dir, len(paths), err)
	}
	return paths
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
