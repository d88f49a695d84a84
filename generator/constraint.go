package generator

import "go/ast"

// typeParams reads the type parameters of a generic signal.
func (p *fileParser) typeParams(s *signal, list *ast.FieldList) {
	all := flatten(list)
	p.params = make(map[string]ast.Expr)
	for _, f := range all {
		p.params[f.name] = f.typ // before any constraint, which may name later ones
	}
	for _, f := range all {
		if f.name == "_" {
			p.fail(f.typ.Pos(), "signal %s has a type parameter without a name; wanted one to refer to", s.name)
		}
		s.typeParams = append(s.typeParams, typeParam{f.name, p.constraint(f.typ)})
	}
}

// constraint copies a constraint. If Go could read it as an expression, such as the
// length of an array, it is put in an interface.
func (p *fileParser) constraint(expr ast.Expr) typeExpr {
	expr = ast.Unparen(expr)
	typ := p.typeExpr(expr)
	first := expr
	for {
		union, ok := first.(*ast.BinaryExpr)
		if !ok {
			break
		}
		first = union.X
	}
	switch first.(type) {
	case *ast.StarExpr, *ast.ParenExpr:
		return append(append(typeExpr{{text: "interface{ "}}, typ...), typePart{text: " }"})
	default:
		return typ
	}
}

// constraintIn returns what makes a type usable only as a constraint, as far as the
// syntax shows, or nil.
func (p *fileParser) constraintIn(typ ast.Expr, seen map[string]bool) ast.Node {
	if p.hasSeen(typ, seen) {
		return nil
	}
	switch typ := ast.Unparen(typ).(type) {
	case *ast.UnaryExpr, *ast.BinaryExpr:
		return typ
	case *ast.Ident:
		below := p.underlying(typ)
		if typ.Name == "comparable" && !p.declares(typ) || below != typ && p.constraintIn(below, seen) != nil {
			return typ
		}
	case *ast.SelectorExpr:
		if p.isForeignConstraint(typ) {
			return typ
		}
	case *ast.InterfaceType:
		for _, element := range typ.Methods.List {
			if len(element.Names) > 0 {
				continue
			}
			if at := p.constraintIn(element.Type, seen); at != nil {
				return at
			}
		}
	}
	return nil
}

// isForeignConstraint reports whether a type is one of the well-known constraints.
func (p *fileParser) isForeignConstraint(typ *ast.SelectorExpr) bool {
	pkg, ok := typ.X.(*ast.Ident)
	if !ok || p.declares(pkg) {
		return false
	}
	for _, i := range p.imports {
		if i.name == pkg.Name || i.name == "" && assumedName(i.path) == pkg.Name {
			return i.path == "cmp" && typ.Sel.Name == "Ordered" || i.path == "golang.org/x/exp/constraints"
		}
	}
	return false
}

// isComparable reports whether all types of a constraint are comparable, as far as the
// syntax shows.
func (p *fileParser) isComparable(constraint ast.Expr, seen map[string]bool) bool {
	if p.hasSeen(constraint, seen) {
		return true
	}
	switch typ := p.underlying(constraint).(type) {
	case *ast.Ident:
		return typ.Name != "any" || p.declares(typ)
	case *ast.UnaryExpr:
		return p.incomparable(typ.X, seen) == ""
	case *ast.BinaryExpr:
		return p.isComparable(typ.X, seen) && p.isComparable(typ.Y, seen)
	case *ast.InterfaceType:
		for _, element := range typ.Methods.List {
			if len(element.Names) == 0 && p.isComparable(element.Type, seen) {
				return true // all elements have to hold
			}
		}
		return false
	default:
		return p.incomparable(typ, seen) == ""
	}
}
