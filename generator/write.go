package generator

import (
	"bytes"
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
)

// A change is what has to be done to one file.
type change struct {
	*output
	old  []byte      // what the file holds; nil if there is none
	mode fs.FileMode // of the file as it is, or as it will be
}

// diff returns the change as a unified diff.
func (c change) diff() []byte {
	const none = "/dev/null"
	before, after := c.name, c.name
	if c.old == nil {
		before = none
	}
	if c.text == nil {
		after = none
	}
	return diff.Diff(before, c.old, after, c.text)
}

const notOurs = "signalgen did not write this file; wanted %q before its package clause, or no such file"

// plan compares outputs with the files on disk and returns what differs. A file
// that signalgen did not write is reported and left alone.
func plan(outputs []*output, errs *Errors) []change {
	var changes []change
	for _, o := range outputs {
		old, mode, err := readOld(o.path)
		switch {
		case err != nil:
			errs.add(token.Position{}, "%v", err)
		case bytes.Equal(old, o.text), o.text == nil && !isGenerated(old):
			// It is up to date, or none of ours.
		case old != nil && !isGenerated(old):
			errs.add(token.Position{Filename: o.name}, notOurs, header)
		default:
			changes = append(changes, change{output: o, old: old, mode: mode})
		}
	}
	return changes
}

// readOld returns the content and mode of a file, and nil if there is none.
func readOld(path string) ([]byte, fs.FileMode, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0o644, nil
	}
	if err != nil {
		return nil, 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	return append([]byte{}, text...), info.Mode().Perm(), nil
}

// apply makes the changes. One that fails leaves its file as it was and does
// not keep the others from being made.
func apply(changes []change, errs *Errors) Result {
	var result Result
	for _, c := range changes {
		var err error
		if c.text == nil {
			err = os.Remove(c.path)
		} else {
			err = replace(c.path, c.text, c.mode)
		}
		switch {
		case err != nil:
			errs.add(token.Position{}, "%v", err)
		case c.text == nil:
			result.Removed = append(result.Removed, c.path)
		default:
			result.Written = append(result.Written, c.path)
		}
	}
	return result
}

// replace writes a file in such a way that at every moment it has its old
// content or the new one, whole.
func replace(path string, text []byte, mode fs.FileMode) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing %s: %w", path, err)
			_ = os.Remove(temp.Name()) // the first error is the one to tell
		}
	}()
	_, err = temp.Write(text)
	if err = errors.Join(err, temp.Chmod(mode), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
