package lock

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/signalgen/signalgen/generator"
)

var update = flag.Bool("update", false, "write what is found into the files that say what is wanted")

// An example is a file in testdata/changes: a sentence, what has changed in short, a
// package or a lock before and after, and the changes found.
type example struct {
	name                 string // the kind of change, and a word that distinguishes examples of one kind
	path                 string
	archive              *txtar.Archive
	text                 string
	before, after        string
	oldSource, newSource string // empty for locks
	oldLock, newLock     *Lock
	want                 string
}

// dir is the folder of the packages of an example.
func (e *example) dir() string { return strings.NewReplacer("-", "", "_", "").Replace(e.name) }

// TestChanges compares two modules that have a package for each example.
func TestChanges(t *testing.T) {
	examples := readExamples(t)
	before := loadExamples(t, examples, func(e *example) string { return e.oldSource })
	after := loadExamples(t, examples, func(e *example) string { return e.newSource })
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			if e.oldLock == nil {
				e.oldLock, e.newLock = only(before, e.dir()), only(after, e.dir())
			}
			got := textOf(reread(t, e.oldLock), reread(t, e.newLock))
			if got == e.want {
				return
			}
			if !*update {
				t.Fatalf("found:\n%s\nwanted:\n%s", got, e.want)
			}
			e.archive.Files[len(e.archive.Files)-1].Data = []byte(got)
			if err := os.WriteFile(e.path, txtar.Format(e.archive), 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// textOf returns a line for each change: kind, class and words.
func textOf(old, now *Lock) string {
	var text strings.Builder
	for _, c := range Compare(old, now) {
		fmt.Fprintf(&text, "%s (%s) %s\n", c.Kind, c.Class, c)
	}
	return text.String()
}

// reread returns a lock after writing and parsing it.
func reread(t *testing.T, l *Lock) *Lock {
	t.Helper()
	read, err := Parse(l.Format())
	if err != nil {
		t.Fatalf("%v in:\n%s", err, l.Format())
	}
	return read
}

// only returns the signals of one package.
func only(l *Lock, dir string) *Lock {
	kept := new(Lock)
	for _, s := range l.Signals {
		if strings.HasPrefix(s.Declared, "example.com/shop/"+dir+".") {
			kept.Signals = append(kept.Signals, s)
		}
	}
	return kept
}

func readExamples(t *testing.T) []*example {
	t.Helper()
	paths, err := filepath.Glob("testdata/changes/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d examples, error %v", len(paths), err)
	}
	var examples []*example
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		e := &example{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), path: path, archive: archive}
		e.read(t)
		examples = append(examples, e)
	}
	return examples
}

func (e *example) read(t *testing.T) {
	t.Helper()
	for line := range strings.Lines(string(e.archive.Comment)) {
		line = strings.TrimSpace(line)
		if before, ok := strings.CutPrefix(line, "before: "); ok {
			e.before = before
		} else if after, ok := strings.CutPrefix(line, "after: "); ok {
			e.after = after
		} else {
			e.text = line
		}
	}
	for _, f := range e.archive.Files {
		text := string(f.Data)
		switch f.Name {
		case "old.go":
			e.oldSource = text
		case "new.go":
			e.newSource = text
		case "old.lock":
			e.oldLock = parse(t, text)
		case "new.lock":
			e.newLock = parse(t, text)
		case "want":
			e.want = text
		}
	}
}

func parse(t *testing.T, text string) *Lock {
	t.Helper()
	l, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// loadExamples returns the lock of a module with a program for each example, since two
// programs may have signals of the same name.
func loadExamples(t *testing.T, examples []*example, source func(*example) string) *Lock {
	t.Helper()
	files := new(txtar.Archive)
	for _, e := range examples {
		if text := source(e); text != "" {
			text = strings.Replace(text, "package p\n", "package main\n", 1) + "\nfunc main() {}\n"
			files.Files = append(files.Files, txtar.File{Name: e.dir() + "/main.go", Data: []byte(text)})
		}
	}
	return loadModule(t, files)
}

// loadModule returns the lock of a module example.com/shop with these files, which uses
// this repository.
func loadModule(t *testing.T, files *txtar.Archive) *Lock {
	t.Helper()
	dir := t.TempDir()
	writeModule(t, dir, files)
	l, faults, err := Load(t.Context(), dir, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Fatalf("%s: %s", f.Pos, f.Message)
	}
	return l
}

func writeModule(t *testing.T, dir string, files *txtar.Archive) {
	t.Helper()
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOWORK", "off")
	const signalgen = "github.com/signalgen/signalgen"
	module := "module example.com/shop\n\ngo 1.26.0\n\nrequire " + signalgen + " v0.0.0\n\nreplace " + signalgen + " => " + repository + "\n"
	for _, f := range append(files.Files, txtar.File{Name: "go.mod", Data: []byte(module)}) {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := generator.Generate(t.Context(), generator.Options{Dir: dir, Patterns: []string{"./..."}}); err != nil {
		t.Fatal(err)
	}
}

// kindsDeclared returns the kinds of changes, in the order in which they are declared.
func kindsDeclared(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "change.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && spec.Type != nil && spec.Type.(*ast.Ident).Name == "Kind" {
			kinds = append(kinds, strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`))
		}
		return true
	})
	return kinds
}

// Each kind of change has an example, whose file begins with its name.
func TestExamples(t *testing.T) {
	examples := readExamples(t)
	for _, kind := range kindsDeclared(t) {
		if !slices.ContainsFunc(examples, func(e *example) bool { return e.kind() == kind }) {
			t.Errorf("found no example of %s", kind)
		}
	}
	for _, e := range examples {
		if !strings.Contains("\n"+e.want, "\n"+e.kind()+" (") {
			t.Errorf("%s shows no change of its kind", e.path)
		}
	}
}

func (e *example) kind() string {
	kind, _, _ := strings.Cut(e.name, "_")
	return kind
}
