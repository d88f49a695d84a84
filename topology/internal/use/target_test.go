package use

import (
	"go/ast"
	"testing"
)

func TestTargetOf(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"func", `ConnectStarted(book)`, "func book"},
		{"method of a value", `ConnectStarted(owner.book)`, "func book"},
		{"method expression", `ConnectStartedWeak(&owner, (*desk).book)`, "func book"},
		{"literal", `ConnectStarted(func(context.Context, Started) error { return nil })`, "literal"},
		{"conversion", `ConnectTicked(Ticked(ticked))`, "func ticked"},
		{"chain", `ConnectStarted(set.Started.SendRobust)`, "SendRobust"},
		{"variable", `f := book; ConnectStarted(f)`, "func book"},
		{"variable of the package", `ConnectStarted(fixed)`, "func book"},
		{"variable behind a variable", `f := set.Started.Send; g := f; ConnectStarted(g)`, "Send"},
		{"variable that changes", `f := book; f = nil; ConnectStarted(f)`, "nothing"},
		{"variable that others may change", `f := book; _ = &f; ConnectStarted(f)`, "nothing"},
		{"variable of a loop", `for _, f := range all { ConnectStarted(f) }`, "nothing"},
		{"variables of one call", `f, g := two(); _ = g; ConnectStarted(f)`, "nothing"},
		{"parameter", `func(f func(context.Context, Started) error) { ConnectStarted(f) }(nil)`, "nothing"},
		{"what a call returns", `ConnectStarted(returned())`, "nothing"},
		{"itself", `ConnectStarted(loop)`, "literal"},
	}
	text := head + `
type handler = func(context.Context, Started) error
var (
	fixed = book
	all   []handler
	loop  = func(ctx context.Context, data Started) error { return loops(ctx, data) }
)
func loops(ctx context.Context, data Started) error { return nil }
func ticked(context.Context, int) {}
func returned() handler          { return nil }
func two() (f, g handler)        { return }
`
	for _, test := range tests {
		text += "func _() { " + test.code + " }\n"
	}
	pkg, file := check(t, text)
	values := ValuesOf(pkg.TypesInfo, pkg.Syntax)
	funcs := file.Decls[len(file.Decls)-len(tests):]
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := "no connect"
			ast.Inspect(funcs[i], func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if u, ok := OfCall(pkg.TypesInfo, call); ok && u.Op.Connects() {
						got = describeTarget(TargetOf(pkg.TypesInfo, values, u.Receiver))
					}
				}
				return true
			})
			if got != test.want {
				t.Errorf("%s\n got %s\nwant %s", test.code, got, test.want)
			}
		})
	}
}

func describeTarget(target Target) string {
	switch {
	case target.Func != nil:
		return "func " + target.Func.Name()
	case target.Literal != nil:
		return "literal"
	case target.Chain != nil:
		return string(target.Chain.Op)
	default:
		return "nothing"
	}
}
