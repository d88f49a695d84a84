package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// A replica is a tool's own copy of a tree, without the outputs of other tools.
type replica struct {
	tool
	tree     tree
	revision int
	first    result // of the run that made the outputs
}

// verify checks that the outputs of the first and the last package contain what changed
// in the present revision.
func (r *replica) verify() error {
	packages := r.tree.packages()
	for _, name := range []string{packages[0], packages[len(packages)-1]} {
		path := filepath.Join(r.tree.dir, name, r.output)
		found, err := contains(path, marker(r.revision))
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("%s: %s is not up to date", r.name, path)
		}
	}
	return nil
}

// contains reports whether a line of a file contains the text. It does not read the
// whole file into memory.
func contains(path, text string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if bytes.Contains(lines.Bytes(), []byte(text)) {
			return true, nil
		}
	}
	return false, lines.Err()
}

// outputSize returns the bytes that the tool wrote for each declaration.
func (r *replica) outputSize() int64 {
	var sum int64
	for _, name := range r.tree.packages() {
		if info, err := os.Stat(filepath.Join(r.tree.dir, name, r.output)); err == nil {
			sum += info.Size()
		}
	}
	return sum / int64(r.tree.size.Packages*r.tree.size.Signals)
}
