package generator

import (
	"go/format"
	"go/token"
	"os"
	"path/filepath"
	"testing"
)

// FuzzSource uses any bytes as a Go file. Whatever they are, nothing panics, and what
// is generated is well formed.
func FuzzSource(f *testing.F) {
	seeds, err := filepath.Glob("../testdata/*/*.go")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, seed := range seeds {
		text, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("package p\n\n//signalgen:receiver X\nfunc (T) f(a struct{ x []X `a;` }, b [N]error) any { }\n\n//signalgen:signal\ntype X = func(_ context.Context, a, b interface{ m(); error }) (any)\n\ntype T = T"))
	f.Add([]byte("package p\n\n//signalgen:signal name=\"a\ntype X = func(...context.Context)"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if isGenerated(text) {
			return
		}
		fset := token.NewFileSet()
		src := &source{path: "example.com/p", dir: "p", files: []*file{{name: "p.go", text: text}}}
		src.files[0].parse(fset)
		var errs Errors
		packages := parse(fset, []*source{src}, &errs)
		nothing := func([]string) (map[string]exports, error) { return nil, nil }
		if err := resolve(packages, nothing, &errs); err != nil {
			t.Fatal(err)
		}
		if err := link(packages, nowhere{}, &errs); err != nil {
			t.Fatal(err)
		}
		check(packages, &errs)
		for _, o := range emitAll(packages, &errs) {
			if o.text == nil {
				continue
			}
			if again, err := format.Source(o.text); err != nil || string(again) != string(o.text) {
				t.Errorf("not as gofmt has it, error %v:\n%s", err, o.text)
			}
		}
		for _, e := range errs {
			if e.Pos.Filename == outputName {
				t.Errorf("cannot generate: %v", e)
			}
		}
	})
}

// nowhere is a finder without other packages.
type nowhere struct{}

func (nowhere) lookUp([]string) ([]*pkg, error) { return nil, nil }
func (nowhere) imports(string) []string         { return nil }
