package docs

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/signalgen/signalgen/generator"
)

// TestGo compiles all blocks of Go code that are not files, in one package for each
// page. It runs the tests among them, and the statements with an output.
func TestGo(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.mod"), "module example.com/docs\n\ngo 1.26.0\n")
	writeFile(t, filepath.Join(dir, "go.work"), workspace(t))
	for _, p := range pages(t) {
		name := strings.NewReplacer(".md", "", "-", "", "/", "").Replace(strings.ToLower(filepath.Base(p.path)))
		fragments, with := p.fragments(), p.with()
		if len(fragments) == 0 {
			continue
		}
		writeFile(t, filepath.Join(dir, name, "with.go"), with.source(name))
		var own []string
		for _, b := range p.blocks {
			switch {
			case p.plays():
			case b.lang == "txtar":
				extract(t, filepath.Join(dir, name), b)
			case b.lang == "go" && b.args != "" && !b.idle():
				writeFile(t, filepath.Join(dir, name, b.args), b.text)
				own = append(own, strconv.Quote(path.Join("example.com/docs", name, path.Dir(b.args))))
			}
		}
		for i, f := range fragments {
			f.known = slices.Concat(own, known)
			file := fmt.Sprintf("block%d.go", i)
			if f.isTest() {
				file = fmt.Sprintf("block%d_test.go", i)
			}
			writeFile(t, filepath.Join(dir, name, file), f.source(name))
			if got, err := format.Source([]byte(f.text)); err != nil || string(got) != f.text {
				t.Errorf("%s:%d: not as gofmt writes it, error %v:\n%s", f.page, f.line, err, got)
			}
		}
	}
	if _, err := generator.Generate(t.Context(), generator.Options{Dir: dir, Patterns: []string{"./..."}}); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"vet", "./..."}, {"test", "./..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK="+filepath.Join(dir, "go.work"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
}

// workspace returns a go.work of this repository's modules and the one in its folder.
func workspace(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "go.work"))
	if err != nil {
		t.Fatal(err)
	}
	repository, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	own := strings.ReplaceAll(string(text), "\t./", "\t"+repository+"/")
	own = strings.ReplaceAll(own, "\t.\n", "\t"+repository+"\n")
	return own + "\nuse .\n"
}

// A fragment is a block of Go code that is not a file.
type fragment struct {
	block
	page    string
	decls   bool // or statements
	file    *ast.File
	body    *ast.BlockStmt
	problem error
	known   []string // packages that it need not import
}

func (p page) fragments() []fragment {
	var all []fragment
	for _, b := range p.blocks {
		if b.lang == "go" && b.args == "" {
			all = append(all, newFragment(p.path, b))
		}
	}
	return all
}

// with returns the declarations for all fragments of the page.
func (p page) with() fragment {
	all := block{lang: "with", line: 1, text: defaults}
	for _, b := range p.blocks {
		if b.lang == "with" {
			all.text += b.text
		}
	}
	return newFragment(p.path, all)
}

// defaults are declared for every page.
const defaults = `
var ctx = context.Background()

var o = order.Order{ID: 1, Customer: "Ada", Item: "chair", Pieces: 1, Price: 5000}
`

func newFragment(page string, b block) fragment {
	f := fragment{block: b, page: page, decls: true, known: known}
	f.file, f.problem = parser.ParseFile(token.NewFileSet(), "", "package p\n"+b.text, parser.ParseComments)
	if f.problem == nil {
		return f
	}
	f.decls = false
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc _() {\n"+b.text+"}\n", parser.ParseComments)
	if err != nil {
		return f // the compiler will say so
	}
	f.file, f.body, f.problem = file, file.Decls[0].(*ast.FuncDecl).Body, nil
	return f
}

// isTest reports whether the fragment belongs in a test file: statements, tests, and
// code that uses signaltest.
func (f fragment) isTest() bool {
	return !f.decls || strings.Contains(f.text, "testing.") || strings.Contains(f.text, "func Example")
}

// source returns the file that the fragment becomes.
func (f fragment) source(name string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "// Package %s is of a page.\npackage %s\n\n", name, name)
	for _, path := range f.imports() {
		fmt.Fprintf(&s, "import %s\n", path)
	}
	page, err := filepath.Abs(filepath.Join(root, f.page))
	if err != nil {
		page = f.page
	}
	switch {
	case f.decls:
		fmt.Fprintf(&s, "\n//line %s:%d\n%s", page, f.line, f.text)
	case f.returns():
		fmt.Fprintf(&s, "\nvar _ = func() error {\n//line %s:%d\n%s%s}\n", page, f.line, f.text, f.ending())
	default:
		fmt.Fprintf(&s, "\nfunc Example_line%d() {\n//line %s:%d\n%s}\n", f.line, page, f.line, f.used(f.text))
	}
	return s.String()
}

// used returns the statements with a use of their variables at the end, before the
// output comment.
func (f fragment) used(text string) string {
	at := strings.LastIndex(text, "// Output:")
	if at < 0 {
		at = len(text)
	}
	return text[:at] + f.uses() + text[at:]
}

func (f fragment) uses() string {
	var uses strings.Builder
	for _, name := range f.variables() {
		fmt.Fprintf(&uses, "_ = &%s\n", name)
	}
	return uses.String()
}

// ending ends statements that return.
func (f fragment) ending() string {
	if _, ok := f.body.List[len(f.body.List)-1].(*ast.ReturnStmt); ok {
		return ""
	}
	return f.uses() + "return nil\n"
}

// variables returns the variables that the statements declare outside of any block.
func (f fragment) variables() []string {
	var names []string
	if f.body == nil {
		return nil
	}
	for _, stmt := range f.body.List {
		var declared []ast.Expr
		switch stmt := stmt.(type) {
		case *ast.AssignStmt:
			if stmt.Tok == token.DEFINE {
				declared = stmt.Lhs
			}
		case *ast.DeclStmt:
			for _, spec := range stmt.Decl.(*ast.GenDecl).Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, name := range v.Names {
						declared = append(declared, name)
					}
				}
			}
		}
		for _, expr := range declared {
			if name, ok := expr.(*ast.Ident); ok && name.Name != "_" && !slices.Contains(names, name.Name) {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// returns reports whether the statements return a value.
func (f fragment) returns() (found bool) {
	if f.body == nil {
		return false
	}
	ast.Inspect(f.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			found = found || len(n.Results) > 0
		}
		return true
	})
	return found
}

// imports returns the imports that the fragment needs and does not have.
func (f fragment) imports() []string {
	if f.file == nil {
		return nil
	}
	packages := map[string]bool{}
	ast.Inspect(f.file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && slices.Contains(f.file.Unresolved, x) {
				packages[x.Name] = true
			}
		}
		return true
	})
	for _, spec := range f.file.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		delete(packages, path[strings.LastIndex(path, "/")+1:])
		if spec.Name != nil {
			delete(packages, spec.Name.Name)
		}
	}
	var paths []string
	for _, path := range f.known {
		name, _, named := strings.Cut(path, " ")
		if !named {
			name = strings.Trim(path[strings.LastIndex(path, "/")+1:], `"`)
		}
		if packages[name] {
			paths = append(paths, path)
			delete(packages, name)
		}
	}
	return paths
}

// known are the packages that a fragment need not import, besides those of its page.
var known = []string{
	`"context"`, `"database/sql"`, `"embed"`, `"encoding/json"`, `"errors"`, `"fmt"`, `"iter"`, `"log"`, `"log/slog"`, `"net/http"`, `"net/http/httptest"`,
	`"os"`, `"os/signal"`, `"slices"`, `"strings"`, `"sync"`, `"sync/atomic"`, `"testing"`, `"testing/synctest"`, `"time"`,
	`"github.com/signalgen/signalgen/runtime"`,
	`"github.com/signalgen/signalgen/observe"`,
	`"github.com/signalgen/signalgen/signaltest"`,
	`"github.com/signalgen/signalgen/bridge"`,
	`natsbridge "github.com/signalgen/signalgen/bridge/nats"`,
	`"github.com/signalgen/signalgen/bridge/nats/embedded"`,
	`sqlbridge "github.com/signalgen/signalgen/bridge/sql"`,
	`pgxbridge "github.com/signalgen/signalgen/bridge/sql/pgx"`,
	`pgx "github.com/jackc/pgx/v5"`,
	`signalotel "github.com/signalgen/signalgen/otel"`,
	`"github.com/signalgen/signalgen/prometheus"`,
	`client "github.com/prometheus/client_golang/prometheus"`,
	`"go.opentelemetry.io/otel"`,
	`"go.opentelemetry.io/otel/metric"`,
	`"go.opentelemetry.io/otel/propagation"`,
	`"go.opentelemetry.io/otel/trace"`,
	`"github.com/signalgen/signalgen/examples/quickstart/server"`,
	`"github.com/signalgen/signalgen/examples/shop/order"`,
	`"github.com/signalgen/signalgen/examples/shop/stock"`,
	`"github.com/signalgen/signalgen/examples/shop/mail"`,
}

// extract writes the files of a comment.
func extract(t *testing.T, dir string, b block) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(b.text)).Files {
		writeFile(t, filepath.Join(dir, f.Name), string(f.Data))
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
