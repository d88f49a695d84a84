package lock

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"

	"github.com/signalgen/signalgen/internal/golist"
	"github.com/signalgen/signalgen/internal/replace"
	"github.com/signalgen/signalgen/topology"
)

// Roots returns the root folders of the modules of the packages that patterns name; no
// patterns means ./... in dir. It leaves out modules in the module cache.
func Roots(ctx context.Context, dir string, patterns []string) ([]string, error) {
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	listed, err := golist.List(&packages.Config{Context: ctx, Dir: dir, Mode: packages.NeedName | packages.NeedFiles | packages.NeedModule}, patterns)
	if err != nil {
		return nil, err
	}
	var roots []string
	for _, p := range listed {
		if p.Module == nil && len(p.Errors) > 0 {
			return nil, fmt.Errorf("%s", golist.Missing(p.Errors[0], dir))
		}
		if m := p.Module; m != nil && m.Dir != "" && (m.Main || m.Replace != nil && m.Replace.Version == "") {
			roots = append(roots, m.Dir)
		}
	}
	slices.Sort(roots)
	return slices.Compact(roots), nil
}

// Load reads all packages of the module in a folder and returns the lock of their
// signals. File names are relative to the folder. If something is wrong with a package,
// the lock is nil, and the faults say what. Overlay and progress, which may be nil, are
// as in [topology.Options].
func Load(ctx context.Context, root string, overlay map[string][]byte, progress func(doing string)) (*Lock, []topology.Fault, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, nil, err
	}
	m, err := topology.Load(ctx, topology.Options{Dir: root, Patterns: []string{"./..."}, Overlay: overlay, Progress: progress})
	if err != nil {
		return nil, nil, err
	}
	if len(m.Faults) > 0 {
		return nil, m.Faults, nil
	}
	return New(m, modfile.ModulePath(text)), nil, nil
}

// Read returns the lock in the file of a module. found is false if there is no such
// file.
func Read(root string) (l *Lock, found bool, err error) {
	text, err := os.ReadFile(filepath.Join(root, File))
	if os.IsNotExist(err) {
		return new(Lock), false, nil
	}
	if err != nil {
		return nil, true, err
	}
	l, err = Parse(text)
	return l, true, err
}

// Write updates the file of a module, and reports whether that was necessary. A new
// file replaces the old one as a whole. It keeps the mode and the line ends.
func (l *Lock) Write(root string) (written bool, err error) {
	path := filepath.Join(root, File)
	old, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return false, err
	}
	text, mode := l.Format(), fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	if bytes.Contains(old, []byte("\r\n")) {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	if bytes.Equal(text, old) {
		return false, nil
	}
	return true, replace.File(path, text, mode)
}
