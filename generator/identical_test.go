package generator

import (
	"go/ast"
	"go/token"
	"testing"
)

// typesIn copies types as a file of the package at path writes them.
func typesIn(t *testing.T, p *packageParser, path string, types ...string) []typeExpr {
	t.Helper()
	text := "package p\n\nimport (\"time\"; \"io/fs\"; \"os\")\n\nvar (_ time.Time; _ fs.File; _ os.File)\n\n"
	for _, typ := range types {
		text += "var _ " + typ + "\n\n"
	}
	f := &file{name: path + ".go", text: []byte(text)}
	f.parse(p.fset)
	if len(f.invalid) > 0 {
		t.Fatal(f.invalid)
	}
	p.src.files = append(p.src.files, f)
	p.pkg = newPkg(&folder{}, path, "p")
	fp := &fileParser{packageParser: p, file: f, imports: f.imports}
	var exprs []typeExpr
	for _, decl := range f.syntax.Decls[2:] {
		typ := fp.typeExpr(decl.(*ast.GenDecl).Specs[0].(*ast.ValueSpec).Type)
		for _, ref := range p.pkg.referencesIn(typ, "", fp.imports) {
			ref.resolve()
		}
		exprs = append(exprs, typ)
	}
	return exprs
}

func TestIdentical(t *testing.T) {
	defined := newPkg(&folder{}, "example.com/a", "a")
	defined.defined["Own"], defined.defined["Other"] = true, true
	defined.aliases["Alias"] = alias{of: typePart{text: "Own", path: "example.com/a"}}
	c := comparison{signalIndex{"example.com/a": defined}}
	for _, test := range []struct {
		a, b string
		want verdict
	}{
		{"int", "int", same},
		{"int", "string", different},
		{"byte", "uint8", same},
		{"rune", "int32", same},
		{"any", "interface{}", same},
		{"error", "interface{ Error() string }", different},
		{"((int))", "int", same},
		{"[]int", "[3]int", different},
		{"[3]int", "[0x3]int", same},
		{"[3]int", "[4]int", different},
		{"[3]int", "[N]int", unknown},
		{"[N]string", "[N]int", different},
		{"*int", "int", different},
		{"map[string]int", "map[string]int8", different},
		{"chan int", "<-chan int", different},
		{"chan (<-chan int)", "chan (<-chan (int))", same},
		{"func(error)", "func(err error)", same},
		{"func(a, b int) (n int)", "func(int, int) int", same},
		{"func(...int)", "func([]int)", different},
		{"func(int)", "func(int) int", different},
		{"struct { A, B int }", "struct {\n\tA int // first\n\tB int /* b */\n}", same},
		{"struct { A, B int }", "struct { B, A int }", different},
		{"struct { A int `a:\"b\"` }", "struct { A int \"a:\\\"b\\\"\" }", same},
		{"struct { A int `a:\"b\"` }", "struct { A int }", different},
		{"struct { int }", "struct { int int }", different},
		{"struct { X int }", "struct { x int }", different},
		{"interface { A(); B(x int) }", "interface { B(int); A() }", same},
		{"interface { A() }", "interface { B() }", different},
		{"interface { A() }", "interface { I }", unknown},
		{"interface { error }", "interface { Error() string }", unknown},
		{"time.Duration", "time.Duration", same},
		{"time.Duration", "int64", unknown},
		{"os.DirEntry", "fs.DirEntry", unknown},
		{"[]os.DirEntry", "[]fs.DirEntry", unknown},
		{"[]os.DirEntry", "[3]fs.DirEntry", different},
		{"Own", "Other", different},
		{"Own", "int", different},
		{"Own", "struct{}", different},
		{"Own", "Alias", same},
		{"Other", "Alias", different},
		{"Own", "Unknown", unknown},
		{"Unknown[int]", "Unknown[int]", same},
		{"Unknown[byte]", "Unknown[uint8]", same},
		{"Unknown[int]", "Unknown[string]", unknown},
		{"Own[int]", "Own[string]", different},
		{"Own[int, struct { A, B int }]", "Own[int, struct { A int; B int }]", same},
		{"Own[int]", "map[int]int", different},
		{"Unknown[int]", "[]int", unknown},
		{"Own[int, string]", "Own[int, *string]", different},
	} {
		p := &packageParser{fset: token.NewFileSet(), src: &source{}, errs: new(Errors)}
		types := typesIn(t, p, "example.com/a", test.a, test.b)
		for _, pair := range [][2]typeExpr{{types[0], types[1]}, {types[1], types[0]}} {
			if got := c.types(pair[0], pair[1]); got != test.want {
				t.Errorf("%s and %s: %v, want %v", pair[0].text(""), pair[1].text(""), got, test.want)
			}
		}
	}
}

// Unexported names differ between packages.
func TestIdenticalInPackages(t *testing.T) {
	p := &packageParser{fset: token.NewFileSet(), src: &source{}, errs: new(Errors)}
	var c comparison
	for text, want := range map[string]verdict{
		"struct { X int }":           same,
		"struct { x int }":           different,
		"struct { _ int }":           different,
		"struct { int }":             different,
		"struct { *int }":            different,
		"interface { m() }":          different,
		"interface { M(x int) }":     same,
		"[]struct { f func(x int) }": different,
		"func(x int) (err error)":    same,
	} {
		a, b := typesIn(t, p, "example.com/a", text), typesIn(t, p, "example.com/b", text)
		if got := c.types(a[0], b[0]); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
		if areNameable(a, "example.com/b") != (want == same) {
			t.Errorf("%s: another package can write it: %v", text, want != same)
		}
	}
}
