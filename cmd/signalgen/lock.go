package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"strings"

	"github.com/signalgen/signalgen/generator"
	"github.com/signalgen/signalgen/topology"
	"github.com/signalgen/signalgen/topology/lock"
)

// lockCall holds the flags of the verb lock.
type lockCall struct{ allow, reason string }

func (l *lockCall) addFlags(flags *flag.FlagSet) {
	flags.StringVar(&l.allow, "allow", "", "")
	flags.StringVar(&l.reason, "reason", "", "")
}

// check returns what is wrong with the flags of the verb lock.
func (l lockCall) check() error {
	switch {
	case l.allow == "" && l.reason != "":
		return seeHelp(errors.New("found -reason without -allow"))
	case l.allow == "":
		return nil
	case l.class() == "":
		return seeHelp(fmt.Errorf("found -allow %s; wanted -allow source or -allow wire", l.allow))
	case strings.TrimSpace(l.reason) == "":
		return seeHelp(fmt.Errorf("found -allow %s without -reason, which the file keeps", l.allow))
	default:
		return nil
	}
}

// class returns the class of changes that are allowed, or "" for an unknown one.
func (l lockCall) class() lock.Class {
	switch class := lock.Class(l.allow); class {
	case "":
		return lock.None
	case lock.Source, lock.Wire:
		return class
	default:
		return ""
	}
}

// runLock is the verb lock. It returns the exit code.
func (c call) runLock(ctx context.Context, stdout, stderr io.Writer) int {
	progress := startProgress(stderr)
	var r report
	roots, err := lock.Roots(ctx, "", c.patterns)
	r.add(err)
	for _, root := range roots {
		r.writeLock(ctx, root, c.lock, progress.step)
	}
	progress.stop()
	r.print(c.json, stdout, stderr)
	return r.exitCode()
}

// writeLock updates the lock of a module, unless something is wrong.
func (r *report) writeLock(ctx context.Context, root string, flags lockCall, step func(string)) {
	old, found := r.readLock(root)
	if old == nil {
		return
	}
	now, faults := r.loadLock(ctx, root, nil, step)
	r.addFaults(faults)
	if now == nil || !found && len(now.Signals) == 0 {
		return
	}
	next, refused := lock.Next(old, now, flags.class(), flags.reason)
	if next == nil {
		r.addChanges(root, refused)
		r.refuse(root, refused)
		return
	}
	written, err := next.Write(root)
	r.add(err)
	if written {
		r.Written = append(r.Written, relative([]string{filepath.Join(root, lock.File)})...)
	}
}

// refuse reports changes that are not allowed.
func (r *report) refuse(root string, refused []lock.Change) {
	worst := lock.None
	for _, c := range refused {
		if !worst.Allows(c.Class) {
			worst = c.Class
		}
	}
	r.Errors = append(r.Errors, &generator.Error{
		Pos: token.Position{Filename: lockFile(root)},
		Msg: fmt.Sprintf(`it stays as it is, since others rely on what has changed; if that is intended, run signalgen lock -allow %s -reason "..."`, worst),
	})
}

// checkLocks compares the modules that have a lock with it. It reads generated files as
// they would be after go generate.
func (r *report) checkLocks(ctx context.Context, roots []string, step func(string)) {
	generated := r.generated()
	for _, root := range roots {
		old, found := r.readLock(root)
		if old == nil || !found {
			continue
		}
		collectSeldom()
		now, faults := r.loadLock(ctx, root, generated, step)
		r.addFaults(faults)
		if now != nil {
			r.addChanges(root, lock.Compare(old, now))
		}
	}
}

// generated returns what go generate would write, by absolute path. What it would remove
// is empty there but for the package clause.
func (r *report) generated() map[string][]byte {
	files := make(map[string][]byte)
	for _, d := range r.Differences {
		path, err := filepath.Abs(d.File)
		if err != nil {
			continue // the working folder is gone
		}
		text := d.Text
		if text == nil {
			file, _ := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly)
			if file == nil {
				continue
			}
			text = []byte("package " + file.Name.Name + "\n")
		}
		files[path] = text
	}
	return files
}

// readLock returns the lock of a module, or an empty one if there is no file. It
// returns nil if the file cannot be read, and adds the error.
func (r *report) readLock(root string) (l *lock.Lock, found bool) {
	l, found, err := lock.Read(root)
	var syntax *lock.SyntaxError
	switch {
	case errors.As(err, &syntax):
		r.Errors = append(r.Errors, &generator.Error{Pos: token.Position{Filename: lockFile(root), Line: syntax.Line, Column: 1}, Msg: syntax.Msg})
	case err != nil:
		r.add(err)
	}
	return l, found
}

// loadLock returns the lock that a module should have, or what is wrong with its
// packages.
func (r *report) loadLock(ctx context.Context, root string, overlay map[string][]byte, step func(string)) (*lock.Lock, []topology.Fault) {
	l, faults, err := lock.Load(ctx, root, overlay, step)
	r.add(err)
	for i := range faults {
		if at := &faults[i].Pos; at.File != "" {
			at.File = inModule(root, at.File)
		}
	}
	return l, faults
}

func (r *report) addChanges(root string, changes []lock.Change) {
	for _, c := range changes {
		c.Pos.File = inModule(root, c.Pos.File)
		r.Changes = append(r.Changes, c)
	}
}

// inModule returns the name of a module's file relative to the working folder.
func inModule(root, file string) string {
	return relative([]string{filepath.Join(root, filepath.FromSlash(file))})[0]
}

func lockFile(root string) string { return inModule(root, lock.File) }
