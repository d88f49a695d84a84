package topology

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// escape records a current expression that is a signal or a set if it is converted to
// an interface, or passed to a func whose code is not available. A signal that keeps
// its type can be followed, wherever it is stored.
func (c *collector) escape(e ast.Expr) {
	if _, ok := e.(*ast.ParenExpr); ok || c.handled[e] || !c.info.Types[e].IsValue() {
		return
	}
	signals := c.signalsIn(e)
	if len(signals) == 0 {
		return
	}
	if reason := c.escapes(e); reason != "" {
		for _, s := range signals {
			c.unknown(c.id(s), reason, e)
		}
	}
}

// signalsIn returns the signals that an expression is or points to.
func (c *collector) signalsIn(e ast.Expr) []use.Signal {
	t := c.info.Types[e].Type
	if s, ok := use.OfType(t); ok {
		return []use.Signal{s}
	}
	if set, ok := use.SetOf(t); ok {
		return use.SignalsOf(set)
	}
	if s, ok := use.OfExpr(c.info, e); ok && !types.IsInterface(t) { // the embedded runtime.Signal
		return []use.Signal{s}
	}
	return nil
}

// escapes returns why the current expression cannot be followed, or "" if it can.
func (c *collector) escapes(e ast.Expr) string {
	switch parent := c.parent().(type) {
	case *ast.CallExpr:
		return c.escapesByCall(parent, e)
	case *ast.AssignStmt:
		for i, right := range parent.Rhs {
			if ast.Unparen(right) == e && len(parent.Lhs) == len(parent.Rhs) {
				return c.becomes(c.info.TypeOf(parent.Lhs[i]))
			}
		}
	case *ast.ValueSpec:
		if parent.Type != nil {
			return c.becomes(c.info.TypeOf(parent.Type))
		}
	case *ast.ReturnStmt:
		return c.escapesByReturn(parent, e)
	case *ast.SendStmt:
		if channel, ok := c.info.TypeOf(parent.Chan).Underlying().(*types.Chan); ok && ast.Unparen(parent.Value) == e {
			return c.becomes(channel.Elem())
		}
	case *ast.CompositeLit:
		return c.becomes(c.elementType(parent, e))
	case *ast.KeyValueExpr:
		return c.escapesByKey(parent, e)
	}
	return ""
}

// becomes returns the message for a conversion of a signal, if it is to an interface.
func (c *collector) becomes(t types.Type) string {
	if t == nil || !types.IsInterface(t) {
		return ""
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return ""
	}
	return "it becomes " + article(c.typeName(t))
}

// typeName returns the name of a type, with package names.
func (c *collector) typeName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == c.types {
			return ""
		}
		return p.Name()
	})
}

// article puts "a" or "an" before a name.
func article(name string) string {
	if strings.ContainsAny(name[:1], "aeiouAEIOU") {
		return "an " + name
	}
	return "a " + name
}

// escapesByCall returns why an argument cannot be followed, or "".
func (c *collector) escapesByCall(call *ast.CallExpr, e ast.Expr) string {
	i := argumentIndex(call, e)
	if i < 0 {
		return ""
	}
	if fun := c.info.Types[call.Fun]; fun.IsType() {
		if c.handled[call] {
			return "" // it is converted for a func that is known
		}
		return c.becomes(fun.Type)
	} else if fun.IsBuiltin() {
		return c.escapesByBuiltin(call, i)
	}
	fn := use.FuncOf(c.info, call.Fun)
	if c.isOurs(fn) || fn != nil && c.isGeneratedFunc(fn) {
		return ""
	}
	param := paramType(c.info.TypeOf(call.Fun), i, call.Ellipsis.IsValid())
	if becomes := c.becomes(param); becomes != "" {
		return becomes
	}
	if fn == nil {
		return "" // a func value, or a func of the packages, whose parameter keeps the type
	}
	if declared := paramType(fn.Origin().Type(), i, call.Ellipsis.IsValid()); isTypeParam(declared) {
		if hasMethods(declared) {
			return "it is passed to " + c.calleeName(fn) + " as a type parameter"
		}
		return ""
	}
	if !c.has(fn.Pkg()) {
		return "it is passed to " + c.calleeName(fn) + ", which is not among the packages"
	}
	return ""
}

// escapesByBuiltin returns why an argument of append cannot be followed, or "".
func (c *collector) escapesByBuiltin(call *ast.CallExpr, i int) string {
	if slice, ok := c.info.TypeOf(call).Underlying().(*types.Slice); ok && i > 0 {
		return c.becomes(slice.Elem())
	}
	return ""
}

func argumentIndex(call *ast.CallExpr, e ast.Expr) int {
	for i, arg := range call.Args {
		if ast.Unparen(arg) == e {
			return i
		}
	}
	return -1
}

// paramType returns the type of a call's parameter that gets an argument, or nil.
func paramType(fun types.Type, i int, ellipsis bool) types.Type {
	if fun == nil {
		return nil
	}
	signature, ok := fun.Underlying().(*types.Signature)
	if !ok || signature.Params().Len() == 0 {
		return nil
	}
	last := signature.Params().Len() - 1
	if i < last || !signature.Variadic() || ellipsis {
		if i > last {
			return nil
		}
		return signature.Params().At(i).Type()
	}
	if slice, ok := signature.Params().At(last).Type().(*types.Slice); ok {
		return slice.Elem()
	}
	return nil
}

func isTypeParam(t types.Type) bool {
	if pointer, ok := t.(*types.Pointer); ok {
		t = pointer.Elem()
	}
	_, ok := t.(*types.TypeParam)
	return ok
}

// hasMethods reports whether a type parameter has methods to call.
func hasMethods(t types.Type) bool {
	param, ok := t.(*types.TypeParam)
	if !ok {
		return false
	}
	constraint, ok := param.Constraint().Underlying().(*types.Interface)
	return ok && constraint.NumMethods() > 0
}

// isOurs reports whether a func belongs to this module. What it does with a signal is
// known.
func (c *collector) isOurs(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil || c.has(fn.Pkg()) {
		return false
	}
	path := fn.Pkg().Path()
	return path == modulePath || strings.HasPrefix(path, modulePath+"/")
}

// isGeneratedFunc reports whether signalgen wrote a func, such as ConnectReceiversTo.
func (c *collector) isGeneratedFunc(fn *types.Func) bool {
	return isGeneratedName(c.fset.Position(fn.Origin().Pos()).Filename)
}

// calleeName returns the name of a func with the name of its package.
func (c *collector) calleeName(fn *types.Func) string {
	name := funcName(fn.Origin())
	if fn.Pkg() == nil || fn.Pkg() == c.types {
		return name
	}
	return fn.Pkg().Name() + "." + name
}

// escapesByReturn returns why a result cannot be followed, or "".
func (c *collector) escapesByReturn(statement *ast.ReturnStmt, e ast.Expr) string {
	results := c.results()
	for i, result := range statement.Results {
		if ast.Unparen(result) == e && results != nil && i < results.Len() {
			return c.becomes(results.At(i).Type())
		}
	}
	return ""
}

// results returns the results of the func that contains the current node.
func (c *collector) results() *types.Tuple {
	for i := len(c.stack) - 1; i >= 0; i-- {
		var t types.Type
		switch n := c.stack[i].(type) {
		case *ast.FuncLit:
			t = c.info.TypeOf(n)
		case *ast.FuncDecl:
			if fn := c.info.Defs[n.Name]; fn != nil {
				t = fn.Type()
			}
		default:
			continue
		}
		if signature, ok := t.(*types.Signature); ok {
			return signature.Results()
		}
		return nil
	}
	return nil
}

// elementType returns the type that an element of a literal without keys gets.
func (c *collector) elementType(literal *ast.CompositeLit, e ast.Expr) types.Type {
	switch t := c.underlying(literal).(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Struct:
		for i, element := range literal.Elts {
			if ast.Unparen(element) == e && i < t.NumFields() {
				return t.Field(i).Type()
			}
		}
	}
	return nil
}

// underlying returns the type of a literal. A literal inside another may leave out a
// pointer.
func (c *collector) underlying(literal *ast.CompositeLit) types.Type {
	t := c.info.TypeOf(literal)
	if t == nil {
		return nil
	}
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		return pointer.Elem().Underlying()
	}
	return t.Underlying()
}

// escapesByKey returns why a key or a value in a literal cannot be followed, or "".
func (c *collector) escapesByKey(pair *ast.KeyValueExpr, e ast.Expr) string {
	literal := c.literalAround(pair)
	if literal == nil {
		return ""
	}
	isKey := ast.Unparen(pair.Key) == e
	switch t := c.underlying(literal).(type) {
	case *types.Map:
		if isKey {
			return c.becomes(t.Key())
		}
		return c.becomes(t.Elem())
	case *types.Slice:
		return c.becomes(t.Elem())
	case *types.Array:
		return c.becomes(t.Elem())
	case *types.Struct:
		if name, ok := pair.Key.(*ast.Ident); ok && !isKey {
			if field := c.info.Uses[name]; field != nil {
				return c.becomes(field.Type())
			}
		}
	}
	return ""
}

// literalAround returns the literal that contains a pair.
func (c *collector) literalAround(pair *ast.KeyValueExpr) *ast.CompositeLit {
	for i := len(c.stack) - 1; i > 0; i-- {
		if c.stack[i] == pair {
			literal, _ := c.stack[i-1].(*ast.CompositeLit)
			return literal
		}
	}
	return nil
}
