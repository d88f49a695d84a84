package topology

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// declare names the funcs and func literals of a file.
func (c *collector) declare(file *ast.File) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if fn, ok := c.info.Defs[decl.Name].(*types.Func); ok {
				of := c.funcOf(fn)
				c.part.funcs[of.key()] = of
				c.nameLiterals(decl, of.Name, of.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.ValueSpec); ok {
					c.nameLiterals(spec, spec.Names[0].Name, spec.Names[0].Name)
				}
			}
		}
	}
}

// nameLiterals names the literals in a node as stack traces do: F.func1, F.func2, and
// those inside them F.func1.1.
func (c *collector) nameLiterals(root ast.Node, within, outer string) {
	n := 0
	ast.Inspect(root, func(node ast.Node) bool {
		literal, ok := node.(*ast.FuncLit)
		if !ok || literal == root {
			return true
		}
		n++
		name := outer + "." + strconv.Itoa(n)
		if outer == within {
			name = outer + ".func" + strconv.Itoa(n)
		}
		c.literals[literal] = Func{Package: c.PkgPath, Name: name, Within: within, Pos: c.at(literal.Pos())}
		c.nameLiterals(literal, within, name)
		return false
	})
}

// funcOf describes a func or a method.
func (c *collector) funcOf(fn *types.Func) Func {
	return Func{Package: fn.Pkg().Path(), Name: funcName(fn), Pos: c.at(fn.Pos())}
}

// funcName returns the name of a func as in Go source, without the package.
func funcName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	t := types.Unalias(recv.Type())
	pointer, isPointer := t.(*types.Pointer)
	if isPointer {
		t = types.Unalias(pointer.Elem())
	}
	named, ok := t.(*types.Named)
	switch {
	case !ok:
		return fn.Name()
	case isPointer:
		return "(*" + named.Obj().Name() + ")." + fn.Name()
	default:
		return named.Obj().Name() + "." + fn.Name()
	}
}

// key identifies a func in maps.
func (f Func) key() string { return f.Package + "." + f.Name }

// parent returns the node around the current one.
func (c *collector) parent() ast.Node {
	for i := len(c.stack) - 2; i >= 0; i-- {
		if _, ok := c.stack[i].(*ast.ParenExpr); !ok {
			return c.stack[i]
		}
	}
	return nil
}

// enclosing returns the func that contains the current node.
func (c *collector) enclosing() Func {
	for i := len(c.stack) - 1; i >= 0; i-- {
		switch n := c.stack[i].(type) {
		case *ast.FuncLit:
			return c.literals[n]
		case *ast.FuncDecl:
			if fn, ok := c.info.Defs[n.Name].(*types.Func); ok {
				return c.funcOf(fn)
			}
		case *ast.ValueSpec:
			if c.isTopLevel(i) {
				return Func{Package: c.PkgPath, Name: n.Names[0].Name, Pos: c.at(n.Names[0].Pos())}
			}
		}
	}
	return Func{Package: c.PkgPath}
}

// isTopLevel reports whether the declaration at an index of the stack is outside of any
// func.
func (c *collector) isTopLevel(i int) bool {
	for _, n := range c.stack[:i] {
		switch n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return false
		}
	}
	return true
}

// isConcurrent reports whether the current call is that of a go statement.
func (c *collector) isConcurrent() bool {
	for i := len(c.stack) - 1; i > 0; i-- {
		switch c.stack[i].(type) {
		case *ast.GoStmt:
			return true
		case *ast.CallExpr, *ast.ParenExpr:
			if outer, ok := c.stack[i-1].(*ast.CallExpr); ok && ast.Unparen(outer.Fun) != c.stack[i] {
				return false
			}
		default:
			return false
		}
	}
	return false
}

// isConditional reports whether the func that contains the current node can return
// without reaching it.
func (c *collector) isConditional() bool {
	for i := len(c.stack) - 1; i > 0; i-- {
		switch c.stack[i].(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return false
		}
		if c.isOptional(c.stack[i-1], c.stack[i]) {
			return true
		}
	}
	return false
}

// isOptional reports whether a node can be reached without its child.
func (c *collector) isOptional(parent, child ast.Node) bool {
	switch parent := parent.(type) {
	case *ast.IfStmt:
		return child == parent.Body || child == parent.Else
	case *ast.ForStmt:
		return child == parent.Body || child == parent.Post
	case *ast.RangeStmt:
		return child == parent.Body
	case *ast.CaseClause, *ast.CommClause:
		return true
	case *ast.BinaryExpr:
		return (parent.Op == token.LAND || parent.Op == token.LOR) && child == parent.Y
	case *ast.BlockStmt:
		for _, statement := range parent.List {
			if statement == child {
				return false
			}
			if c.mayReturn(statement) {
				return true
			}
		}
	}
	return false
}

// mayReturn reports whether a statement may keep the following ones from being reached.
func (c *collector) mayReturn(statement ast.Stmt) bool {
	if found, ok := c.returns[statement]; ok {
		return found
	}
	found := false
	ast.Inspect(statement, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			found = true
		case *ast.BranchStmt:
			found = found || n.Tok == token.GOTO
		}
		return !found
	})
	c.returns[statement] = found
	return found
}
