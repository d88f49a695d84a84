package generator

import (
	"bytes"
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/signalgen/signalgen/internal/replace"
)

// A change is what must be done to one file.
type change struct {
	*output
	target string      // the file itself: the output's path with links resolved
	old    []byte      // what the file contains; nil if there is none
	text   []byte      // what it should contain: the output's text in its place, or nil
	mode   fs.FileMode // that of the present file, or of the new one
}

// difference describes the change.
func (c change) difference() Difference {
	const none = "/dev/null"
	d := Difference{File: c.name, State: Stale, Text: c.text}
	before, after := c.name, c.name
	switch {
	case c.old == nil:
		before, d.State = none, Missing
	case c.text == nil:
		after, d.State = none, Orphaned
	}
	d.Diff = string(diff.Diff(before, toLF(c.old), after, toLF(c.text)))
	return d
}

const notOurs = "signalgen did not write this file; wanted %q before its package clause, or no such file"

// plan compares outputs with the files on disk and returns the differences. It reports
// a file that signalgen did not write, and leaves it alone.
func plan(outputs []*output, errs *Errors) []change {
	var changes []change
	failed := make(map[*pkg]bool)
	for _, o := range outputs {
		c, err := compare(o)
		switch {
		case err != nil:
			failed[o.pkg] = true
			errs.add(token.Position{Filename: o.name}, "%v", err)
		case c != nil:
			changes = append(changes, *c)
		}
	}
	return slices.DeleteFunc(changes, func(c change) bool { return failed[c.pkg] })
}

// compare returns what must be done to the file of o, or nil for nothing.
func compare(o *output) (*change, error) {
	target, err := targetOf(o)
	if err != nil {
		return nil, err
	}
	c := &change{output: o, target: target}
	if c.old, c.mode, err = readOld(target); err != nil {
		return nil, cause(err)
	}
	c.text = replacementFor(c.old, o.text)
	switch {
	case c.old == nil && c.text == nil, c.old != nil && c.text != nil && bytes.Equal(toLF(c.old), toLF(c.text)):
		return nil, nil // it is up to date
	case c.text == nil && !isGenerated(c.old):
		return nil, nil // signalgen did not write it
	case o.pkg.owner != "":
		return nil, fmt.Errorf("the file is missing or stale, but module %s is not a main module; wanted a package of a main module", o.pkg.owner)
	case c.old != nil && !isGenerated(c.old):
		return nil, fmt.Errorf(notOurs, header)
	default:
		return c, nil
	}
}

// targetOf returns the file that an output's path stands for. It follows a link only
// within its own folder: nothing else may be written.
func targetOf(o *output) (string, error) {
	info, err := os.Lstat(o.path)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return o.path, nil
	}
	target, err := filepath.EvalSymlinks(o.path)
	if err != nil {
		return "", cause(err)
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(o.path)); err != nil || dir != filepath.Dir(target) {
		return "", fmt.Errorf("it is a link to %s; wanted a file, or a link to one in the same folder", target)
	}
	return target, nil
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

// apply makes the changes. One that fails leaves its file as it was and does not stop
// the others.
func apply(changes []change, errs *Errors) Result {
	var result Result
	for _, c := range changes {
		switch err := c.apply(); {
		case err != nil:
			errs.add(token.Position{Filename: c.name}, "%v", cause(err))
		case c.text == nil:
			result.Removed = append(result.Removed, c.path)
		default:
			result.Written = append(result.Written, c.path)
		}
	}
	return result
}

// apply makes the change, unless the file has been changed meanwhile. If another run
// has made the same change, there is nothing left to do.
func (c change) apply() error {
	switch now, _, err := readOld(c.target); {
	case err != nil:
		return err
	case bytes.Equal(now, c.text) && (now == nil) == (c.text == nil):
		return nil
	case !bytes.Equal(now, c.old):
		return errors.New("the file was changed while signalgen ran; run signalgen again")
	case c.text == nil:
		return remove(c.target)
	default:
		return replace.File(c.target, c.text, c.mode)
	}
}

// remove removes a file, which may already be gone.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// cause returns a system error without its path: a position has the path already, or
// the path is that of a temporary file.
func cause(err error) error {
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	switch {
	case errors.As(err, &pathErr):
		return pathErr.Err
	case errors.As(err, &linkErr):
		return linkErr.Err
	default:
		return err
	}
}
