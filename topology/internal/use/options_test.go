package use

import (
	"go/ast"
	"testing"
)

func TestReadOptions(t *testing.T) {
	tests := []struct {
		name, code string
		want       Options
	}{
		{"none", ``, Options{}},
		{"constants", `runtime.Priority(2*five), runtime.ID("i"), runtime.Name("n"), runtime.Once()`, Options{Priority: 10, ID: "i", Name: "n", Once: true}},
		{"queue", `runtime.Async(8, runtime.DropOldest)`, Options{Async: true, Size: 8, Overflow: "DropOldest"}},
		{"until", `runtime.Until(ctx)`, Options{Until: true}},
		{"annotated", `runtime.Annotated(book)`, Options{}},
		{"argument that is no constant", `runtime.Async(n, runtime.Fail)`, Options{Async: true, Overflow: "Fail", Partial: true}},
		{"text that is no constant", `runtime.ID(text)`, Options{Partial: true}},
		{"variable", `opts[0]`, Options{Partial: true}},
		{"several", `opts...`, Options{Partial: true}},
		{"option of one's own", `own()`, Options{Partial: true}},
	}
	text := head + `
const five = 5
var (
	n    int
	text string
	opts []runtime.ConnectOption
)
func own() runtime.ConnectOption { return nil }
`
	for _, test := range tests {
		text += "func _() { ConnectStarted(book, " + test.code + ") }\n"
	}
	pkg, file := check(t, text)
	funcs := file.Decls[len(file.Decls)-len(tests):]
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			call := funcs[i].(*ast.FuncDecl).Body.List[0].(*ast.ExprStmt).X.(*ast.CallExpr)
			u, ok := OfCall(pkg.TypesInfo, call)
			if got := ReadOptions(pkg.TypesInfo, u.Options); !ok || got != test.want {
				t.Errorf("%s\n got %+v\nwant %+v", test.code, got, test.want)
			}
		})
	}
}
