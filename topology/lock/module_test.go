package lock

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

func TestWrite(t *testing.T) {
	root := t.TempDir()
	path := filepath.Join(root, File)
	if _, found, err := Read(root); found || err != nil {
		t.Fatalf("found a file: %v, %v", found, err)
	}
	l := parse(t, "version 1\n\nsignal a\n\tdeclared p.A\n\tpayload p.A\n")
	for _, want := range []bool{true, false} {
		if written, err := l.Write(root); written != want || err != nil {
			t.Errorf("written %v, %v; wanted %v", written, err, want)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), "\n", "\r\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if written, err := l.Write(root); written || err != nil {
		t.Errorf("written %v, %v, where only line ends differ", written, err)
	}
	l.Signals[0].Private = true
	if written, err := l.Write(root); !written || err != nil {
		t.Errorf("written %v, %v; wanted a change", written, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; wanted 0600", info.Mode(), err)
	}
	changed, err := os.ReadFile(path)
	if err != nil || strings.Count(string(changed), "\n") != strings.Count(string(changed), "\r\n") {
		t.Errorf("found other line ends in %q, %v", changed, err)
	}
	read, found, err := Read(root)
	if !found || err != nil || !read.Signals[0].Private {
		t.Errorf("found %v, %v, %v", read, found, err)
	}
}

// A folder in the place of the file is an error, and stays.
func TestWriteFails(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, File), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := new(Lock).Write(root); err == nil {
		t.Error("a folder was replaced")
	}
	if _, _, err := Read(root); err == nil {
		t.Error("a folder was read")
	}
}

func TestLoadBroken(t *testing.T) {
	root := t.TempDir()
	writeModule(t, root, txtar.Parse([]byte("-- order/order.go --\npackage order\n\n//signalgen:signal\ntype Placed struct{}\n")))
	if err := os.WriteFile(filepath.Join(root, "order", "wrong.go"), []byte("package order\n\nvar _ int = nothing\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	l, faults, err := Load(t.Context(), root, nil, nil)
	if l != nil || err != nil || len(faults) != 1 || faults[0].Pos.File != "order/wrong.go" {
		t.Errorf("found %v, %v, %v", l, faults, err)
	}
	if _, _, err := Load(t.Context(), t.TempDir(), nil, nil); err == nil {
		t.Error("a folder without a module has a lock")
	}
}

func TestRoots(t *testing.T) {
	root := t.TempDir()
	writeModule(t, root, txtar.Parse([]byte("-- order/order.go --\npackage order\n\n//signalgen:signal\ntype Placed struct{}\n")))
	for _, patterns := range [][]string{nil, {"./order"}, {"example.com/shop/..."}} {
		found, err := Roots(t.Context(), root, patterns)
		if err != nil || len(found) != 1 || filepath.Base(found[0]) != filepath.Base(root) {
			t.Errorf("%q: found %q, %v", patterns, found, err)
		}
	}
	if found, err := Roots(t.Context(), root, []string{"fmt"}); err != nil || len(found) > 0 {
		t.Errorf("found %q, %v for the standard library", found, err)
	}
	if _, err := Roots(t.Context(), root, []string{"./nowhere"}); err == nil {
		t.Error("found a module of no package")
	}
}
