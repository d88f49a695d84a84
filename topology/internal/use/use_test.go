package use

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// A snippet is a statement in package kinds, and the uses wanted in it.
type snippet struct {
	name, code, want string
}

// The uses of a snippet are those of its calls and those of its values, the outermost
// first.
var snippets = []snippet{
	{"func of the package", `_ = SendStarted(ctx, Started{})`, "Send kinds.Started"},
	{"func that connects", `ConnectStarted(book, runtime.Once())`, "Connect kinds.Started receiver=book options=1"},
	{"func for one sender", `ConnectSavedFrom(nil, saved)`, "ConnectFrom kinds.Saved receiver=saved options=0"},
	{"weak func", `ConnectStartedWeak(&owner, (*desk).book)`, "ConnectWeak kinds.Started receiver=(*desk).book options=0"},
	{"weak func, instantiated", `ConnectStartedWeak[desk](&owner, (*desk).book)`, "ConnectWeak kinds.Started receiver=(*desk).book options=0"},
	{"weak func on a signal", `ConnectStartedWeakOn(&set.Started, &owner, (*desk).book)`, "ConnectWeak kinds.Started arg=&set.Started receiver=(*desk).book options=0"},
	{"method", `_ = set.Checked.SendRobust(ctx, "", 1)`, "SendRobust kinds.Checked"},
	{"method of what a call returns", `_ = (*held()).SendConcurrent(ctx, Started{})`, "SendConcurrent kinds.Started"},
	{"method that is promoted", `_ = in.Send(ctx, Started{})`, "Send kinds.Started"},
	{"method of the runtime's signal", `set.Started.Tap(tapped)`, "Tap kinds.Started receiver=tapped options=0"},
	{"method of the runtime's signal, named", `set.Started.Signal.Tap(tapped)`, "Tap kinds.Started receiver=tapped options=0"},
	{"method of the runtime's signal, promoted", `in.Tap(tapped)`, "Tap kinds.Started receiver=tapped options=0"},
	{"method of any signal", `untyped.Tap(tapped)`, "Tap ? receiver=tapped options=0"},
	{"method expression", `(*StartedSignal).Connect(&set.Started, book, runtime.Once())`, "Connect kinds.Started receiver=book options=1"},
	{"private func", `_ = sendKept(ctx, Kept{})`, "Send kinds.Kept"},
	{"private methods", `_, _ = set.Kept.sendRobust(ctx, Kept{}), set.Asked.each(ctx, 1)`, "SendRobust kinds.Kept; Each kinds.Asked"},
	{"instance of a generic signal", `_ = stored.Send(ctx, Stored[string, int]{})`, "Send kinds.Stored[string int]"},
	{"what waits", `_, _ = set.Ticked.Next(ctx); _ = set.Ticked.Events(ctx, 1)`, "Next kinds.Ticked; Events kinds.Ticked"},
	{"set", `_ = set.Close(ctx); _ = DefaultSignals.All()`, "Close of Signals; All of Signals"},
	{"deliver", `_ = runtime.Deliver(ctx, &set.Started, Started{}, nil)`, "Deliver kinds.Started arg=&set.Started"},
	{"deliver on what is converted", `_ = runtime.Deliver(ctx, runtime.AnySignal(&set.Started), Started{}, nil)`, "Deliver kinds.Started arg=runtime.AnySignal(&set.Started)"},
	{"deliver on what is not known", `_ = runtime.Deliver(ctx, untyped, nil, nil)`, "Deliver ? arg=untyped"},
	{"relay", `runtime.Relay(&set.Started, "", relay)`, "Relay kinds.Started arg=&set.Started receiver=relay"},
	{"bridge", `_ = bridge.Serve(ctx, nil, &set.Started, bridge.Group("g"))`, "Serve kinds.Started arg=&set.Started options=1"},
	{"bridge, instantiated", `bridge.Publish[Started](nil, &set.Started)`, "Publish kinds.Started arg=&set.Started options=0"},
	{"func as a value", `_ = SendStarted`, "value Send kinds.Started"},
	{"method as a value", `f := set.Started.Send; _ = f`, "value Send kinds.Started"},
	{"chain", `set.Started.Connect(set.Started.Send)`, "Connect kinds.Started receiver=set.Started.Send options=0; value Send kinds.Started"},
	{"method of a set as a value", `_ = set.All`, "value All of Signals"},
	{"other func of such a name", `SendNothing()`, ""},
	{"other method of such a name", `owner.Send()`, ""},
}

const head = `package kinds

import (
	"context"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/runtime"
)

type desk struct{}

func (*desk) book(context.Context, Started) error { return nil }
func (*desk) Send()                               {}

type inside struct{ *StartedSignal }

var (
	_       bridge.Option
	ctx     context.Context
	owner   desk
	set     Signals
	stored  StoredSignal[string, int]
	untyped runtime.AnySignal
	in      inside
)

func SendNothing()                               {}
func book(context.Context, Started) error        { return nil }
func saved(context.Context, Saved) error         { return nil }
func tapped(context.Context, any)                {}
func relay(context.Context, any) error           { return nil }
func held() *StartedSignal                       { return nil }
`

// check type-checks a file that would be in package kinds.
func check(t *testing.T, text string) (*packages.Package, *ast.File) {
	t.Helper()
	dir, err := filepath.Abs("../../../internal/kinds")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "snippets.go")
	loaded, err := packages.Load(&packages.Config{
		Dir:     dir,
		Mode:    packages.LoadSyntax,
		Overlay: map[string][]byte{file: []byte(text)},
	}, ".")
	if err != nil {
		t.Fatal(err)
	}
	pkg := loaded[0]
	for _, e := range pkg.Errors {
		t.Error(e)
	}
	for i, name := range pkg.CompiledGoFiles {
		if name == file {
			return pkg, pkg.Syntax[i]
		}
	}
	t.Fatalf("%s is not among %v", file, pkg.CompiledGoFiles)
	return nil, nil
}

func TestOf(t *testing.T) {
	var text strings.Builder
	text.WriteString(head)
	for _, s := range snippets {
		fmt.Fprintf(&text, "func _() { %s }\n", s.code)
	}
	pkg, file := check(t, text.String())
	funcs := file.Decls[len(file.Decls)-len(snippets):]
	for i, s := range snippets {
		t.Run(s.name, func(t *testing.T) {
			if got := strings.Join(usesIn(pkg.TypesInfo, funcs[i]), "; "); got != s.want {
				t.Errorf("%s\n got %s\nwant %s", s.code, got, s.want)
			}
		})
	}
}

// usesIn describes the uses in a func.
func usesIn(info *types.Info, root ast.Node) []string {
	var found []string
	called := make(map[ast.Expr]bool)
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			called[NameIn(n.Fun)] = true
			if u, ok := OfCall(info, n); ok {
				found = append(found, describe(u))
			}
		case *ast.SelectorExpr:
			called[n.Sel] = true
			if u, ok := OfValue(info, n); ok && !called[n] {
				found = append(found, "value "+describe(u))
			}
		case *ast.Ident:
			if u, ok := OfValue(info, n); ok && !called[n] {
				found = append(found, "value "+describe(u))
			}
		}
		return true
	})
	return found
}

func describe(u Use) string {
	text := string(u.Op)
	switch {
	case u.Set != nil:
		return text + " of " + u.Set.Obj().Name()
	case !u.Signal.IsKnown():
		text += " ?"
	default:
		text += " " + strings.TrimPrefix(u.Signal.ID(), "github.com/signalgen/signalgen/internal/")
		if args := u.Signal.TypeArgs(); args != nil {
			text += fmt.Sprint(args)
		}
	}
	if u.Arg != nil {
		text += " arg=" + types.ExprString(u.Arg)
	}
	if u.Receiver != nil {
		text += " receiver=" + types.ExprString(u.Receiver)
	}
	if u.Options != nil {
		text += fmt.Sprintf(" options=%d", len(u.Options))
	}
	return text
}
