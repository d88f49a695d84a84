package topology

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// What happens to annotated receivers.

// wiring records what the generated funcs of a file connect.
func (c *collector) wiring(file *ast.File) {
	for _, decl := range file.Decls {
		decl, ok := decl.(*ast.FuncDecl)
		if !ok || decl.Body == nil {
			continue
		}
		fn, _ := c.info.Defs[decl.Name].(*types.Func)
		if fn == nil {
			continue
		}
		key := wiringKey(fn)
		c.stack = append(c.stack[:0], file, decl)
		ast.Inspect(decl.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if u, ok := use.OfCall(c.info, call); ok && u.Op == use.Connect && u.Signal.IsKnown() {
				r := c.newReceive(u, call)
				c.fill(&r, u)
				c.part.wirings[key] = append(c.part.wirings[key], r)
			}
			return true
		})
		c.stack = c.stack[:0]
	}
}

// wiringKey is the same for ConnectReceivers and ConnectReceiversTo, and for all funcs
// that connect the receivers of a program: main calls one of them.
func wiringKey(fn *types.Func) string {
	if strings.HasPrefix(fn.Name(), wireFunc) {
		return fn.Pkg().Path() + "." + wireFunc
	}
	return fn.Pkg().Path() + "." + strings.TrimSuffix(funcName(fn), "To")
}

// isWiring reports whether a func is a generated one that connects annotated receivers.
func (c *collector) isWiring(fn *types.Func) bool {
	return isConnectReceivers(fn.Name()) && c.isGeneratedFunc(fn)
}

// wire records a call of such a func, or that it is used as a value.
func (c *collector) wire(fn *types.Func, n ast.Node) {
	how := HowAnnotated
	if strings.HasPrefix(fn.Name(), wireFunc) {
		how = HowWired
	}
	c.part.wires = append(c.part.wires, wire{wiringKey(fn), how, c.enclosing(), c.at(n.Pos()), c.file.test})
	if c.has(fn.Pkg()) {
		return
	}
	for _, s := range heardBy(fn) {
		c.unknown(c.id(s), "receivers of "+fn.Pkg().Name()+", which is not among the packages, are connected", n)
	}
}

// heardBy returns the signals that a ConnectReceivers can connect receivers to: those
// in the parameters of its ConnectReceiversTo.
func heardBy(fn *types.Func) []use.Signal {
	name := strings.TrimSuffix(fn.Name(), "To") + "To"
	var object types.Object
	if recv := fn.Signature().Recv(); recv != nil {
		object, _, _ = types.LookupFieldOrMethod(recv.Type(), true, fn.Pkg(), name)
	} else {
		object = fn.Pkg().Scope().Lookup(name)
	}
	to, ok := object.(*types.Func)
	if !ok {
		return nil
	}
	var signals []use.Signal
	for param := range to.Signature().Params().Variables() {
		if set, ok := use.SetOf(param.Type()); ok {
			signals = append(signals, use.SignalsOf(set)...)
		} else if s, ok := use.OfType(param.Type()); ok {
			signals = append(signals, s)
		}
	}
	return signals
}

// annotations records the funcs of a file that have a directive but that no generated
// func of the package connects, because the package cannot import that of the signal.
func (c *collector) annotations(file *ast.File) {
	connected := make(map[string]bool)
	for _, receives := range c.part.wirings {
		for _, r := range receives {
			connected[r.Receiver.key()] = true
		}
	}
	for _, decl := range file.Decls {
		decl, ok := decl.(*ast.FuncDecl)
		if !ok || decl.Doc == nil {
			continue
		}
		fn, _ := c.info.Defs[decl.Name].(*types.Func)
		if fn == nil || connected[c.funcOf(fn).key()] {
			continue
		}
		for _, comment := range decl.Doc.List {
			if signal, ok := namedSignal(comment); ok {
				c.part.annotated = append(c.part.annotated, Annotated{Signal: signal, Receiver: c.funcOf(fn), Test: c.file.test})
			}
		}
	}
}

// isUnwired reports whether a package's doc comment has the directive //signalgen:unwired.
func isUnwired(file *ast.File) bool {
	return file.Doc != nil && slices.ContainsFunc(file.Doc.List, func(comment *ast.Comment) bool {
		d, ok := ast.ParseDirective(comment.Slash, comment.Text)
		return ok && d.Tool == "signalgen" && d.Name == "unwired"
	})
}

// namedSignal returns the ID of the signal that a receiver's directive names by its
// import path.
func namedSignal(comment *ast.Comment) (id string, ok bool) {
	d, ok := ast.ParseDirective(comment.Slash, comment.Text)
	if !ok || d.Tool != "signalgen" || d.Name != "receiver" {
		return "", false
	}
	target, _, _ := strings.Cut(strings.TrimSpace(d.Args), " ")
	target = strings.Trim(target, "\"`")
	return target, strings.Contains(target, "/") && !strings.Contains(target, "=")
}
