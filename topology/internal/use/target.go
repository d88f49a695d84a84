package use

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A Target is the func that an expression evaluates to. Besides Expr, at most one of
// its fields is set; none if the func is not known.
type Target struct {
	Expr ast.Expr // the expression found after conversions and variables

	Func    *types.Func  // a func, or the method of a value
	Literal *ast.FuncLit // a func literal
	Chain   *Use         // a value that sends a signal
}

// TargetOf returns the func that an expression evaluates to. It follows conversions,
// and the variables in values, which have only one value. values may be nil.
func TargetOf(info *types.Info, values Values, e ast.Expr) Target {
	for range maxSteps {
		e = ast.Unparen(e)
		if literal, ok := e.(*ast.FuncLit); ok {
			return Target{Expr: e, Literal: literal}
		}
		if u, ok := OfValue(info, e); ok && u.Op.Sends() {
			return Target{Expr: e, Chain: &u}
		}
		if fn := FuncOf(info, e); fn != nil {
			return Target{Expr: e, Func: fn}
		}
		next := values.unwrap(info, e)
		if next == nil {
			break
		}
		e = next
	}
	return Target{Expr: e}
}

// maxSteps limits how far variables are followed: a variable may refer to itself.
const maxSteps = 8

// Values has the expressions of variables that get one value, where they are declared,
// and never another.
type Values map[*types.Var]ast.Expr

// ValuesOf returns the values of the variables of a package. A variable keeps its value
// here even if func literals refer to it.
func ValuesOf(info *types.Info, files []*ast.File) Values {
	values := make(Values)
	changed := make(map[*types.Var]bool)
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				values.declare(info, n.Names, n.Values)
			case *ast.AssignStmt:
				values.assign(info, n, changed)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					change(info, n.X, changed)
				}
			case *ast.RangeStmt:
				change(info, n.Key, changed)
				change(info, n.Value, changed)
			}
			return true
		})
	}
	for v := range changed {
		delete(values, v)
	}
	return values
}

// declare records the values of a declaration.
func (v Values) declare(info *types.Info, names []*ast.Ident, exprs []ast.Expr) {
	if len(names) != len(exprs) {
		return
	}
	for i, name := range names {
		if variable, ok := info.Defs[name].(*types.Var); ok {
			v[variable] = exprs[i]
		}
	}
}

// assign records the values of a statement that declares variables, and which other
// variables it changes.
func (v Values) assign(info *types.Info, statement *ast.AssignStmt, changed map[*types.Var]bool) {
	for i, left := range statement.Lhs {
		name, ok := left.(*ast.Ident)
		if ok && info.Defs[name] != nil && len(statement.Lhs) == len(statement.Rhs) {
			v.declare(info, []*ast.Ident{name}, statement.Rhs[i:i+1])
			continue
		}
		change(info, left, changed)
	}
}

// change records that a variable gets a value that cannot be followed.
func change(info *types.Info, e ast.Expr, changed map[*types.Var]bool) {
	if name, ok := e.(*ast.Ident); ok {
		if variable, ok := info.Uses[name].(*types.Var); ok {
			changed[variable] = true
		}
	}
}

// unwrap returns the operand of a conversion or the value of a variable, or nil.
func (v Values) unwrap(info *types.Info, e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.CallExpr:
		if info.Types[e.Fun].IsType() && len(e.Args) == 1 {
			return e.Args[0]
		}
	case *ast.Ident:
		if variable, ok := info.Uses[e].(*types.Var); ok {
			return v[variable]
		}
	}
	return nil
}
