package generator

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// A verdict says whether two types are identical, as far as the syntax shows.
type verdict int

const (
	different verdict = iota
	unknown           // the compiler has to decide
	same
)

// comparison compares types. It knows the meaning of a name only if a package of the
// run declares it.
type comparison struct {
	index signalIndex
}

// types compares two types, whichever packages they are written in.
func (c comparison) types(a, b typeExpr) verdict { return c.exprs(c.syntax(a), c.syntax(b)) }

// params compares the types that two parameters have in their funcs.
func (c comparison) params(a, b param) verdict { return c.exprs(c.paramSyntax(a), c.paramSyntax(b)) }

func (c comparison) paramSyntax(p param) ast.Expr {
	if p.variadic {
		return &ast.ArrayType{Elt: c.syntax(p.typ)}
	}
	return c.syntax(p.typ)
}

// memberMark precedes the unexported names of fields and methods.
const memberMark = "member "

// syntax returns the type with the quoted import path before every name.
func (c comparison) syntax(t typeExpr) ast.Expr {
	var text strings.Builder
	names := make(map[string]string)
	for i, part := range t {
		if part.path == "" {
			text.WriteString(part.text)
			continue
		}
		standIn := fmt.Sprintf("_ǃ%d", i)
		names[standIn] = memberMark + strconv.Quote(part.path) + "." + part.text
		if !part.member {
			part = c.unalias(part)
			names[standIn] = strconv.Quote(part.path) + "." + part.text
		}
		text.WriteString(standIn)
	}
	expr, err := parser.ParseExpr(text.String())
	if err != nil {
		return &ast.BadExpr{}
	}
	ast.Inspect(expr, func(node ast.Node) bool {
		if ident, ok := node.(*ast.Ident); ok && names[ident.Name] != "" {
			ident.Name = names[ident.Name]
		}
		return true
	})
	return expr
}

// unalias returns what a name is an alias of, or the name itself.
func (c comparison) unalias(name typePart) typePart {
	for range len(c.index) + 1 { // an alias may stand for itself, which the compiler rejects
		p := c.index[name.path]
		if p == nil || p.aliases[name.text].of.text == "" {
			break
		}
		name = p.aliases[name.text].of
	}
	return name
}

// defines reports whether a package is known to declare a type that is not an alias.
func (c comparison) defines(path, name string) bool {
	p := c.index[path]
	return p != nil && p.defined[name]
}

// exprs compares two types as syntax.
func (c comparison) exprs(a, b ast.Expr) verdict {
	a, b = plain(a), plain(b)
	if isBad(a) || isBad(b) {
		return unknown
	}
	if c.isOpen(a) || c.isOpen(b) || isName(a) || isName(b) {
		return c.names(a, b)
	}
	switch a := a.(type) {
	case *ast.StarExpr:
		if b, ok := b.(*ast.StarExpr); ok {
			return c.exprs(a.X, b.X)
		}
	case *ast.ArrayType:
		if b, ok := b.(*ast.ArrayType); ok {
			return min(lengths(a.Len, b.Len), c.exprs(a.Elt, b.Elt))
		}
	case *ast.MapType:
		if b, ok := b.(*ast.MapType); ok {
			return min(c.exprs(a.Key, b.Key), c.exprs(a.Value, b.Value))
		}
	case *ast.ChanType:
		if b, ok := b.(*ast.ChanType); ok && a.Dir == b.Dir {
			return c.exprs(a.Value, b.Value)
		}
	case *ast.FuncType:
		if b, ok := b.(*ast.FuncType); ok {
			return min(c.lists(flatten(a.Params), flatten(b.Params)), c.lists(flatten(a.Results), flatten(b.Results)))
		}
	case *ast.Ellipsis:
		if b, ok := b.(*ast.Ellipsis); ok {
			return c.exprs(a.Elt, b.Elt)
		}
	case *ast.StructType:
		if b, ok := b.(*ast.StructType); ok {
			return c.structs(a, b)
		}
	case *ast.InterfaceType:
		if b, ok := b.(*ast.InterfaceType); ok {
			return c.interfaces(a, b)
		}
	}
	return different
}

// plain returns a type in one form where Go has several.
func plain(expr ast.Expr) ast.Expr {
	expr = ast.Unparen(expr)
	name, ok := expr.(*ast.Ident)
	if !ok {
		return expr
	}
	switch name.Name {
	case "byte":
		return ast.NewIdent("uint8")
	case "rune":
		return ast.NewIdent("int32")
	case "any":
		return &ast.InterfaceType{Methods: &ast.FieldList{}}
	default:
		return name
	}
}

// isName reports whether a type is written as a name, with or without type arguments.
func isName(expr ast.Expr) bool { return baseOf(expr) != nil }

func isBad(expr ast.Expr) bool { _, ok := expr.(*ast.BadExpr); return ok }

// isOpen reports whether expr may stand for any type: it is a name that may be an
// alias, or a form that is not that of a type.
func (c comparison) isOpen(expr ast.Expr) bool {
	switch expr := expr.(type) {
	case *ast.Ident:
		path, name := splitName(expr.Name)
		switch {
		case strings.HasPrefix(expr.Name, memberMark):
			return false
		case path == "":
			return !isPredeclared(name)
		default:
			return !c.defines(path, name)
		}
	case *ast.IndexExpr, *ast.IndexListExpr:
		base := baseOf(expr)
		return base == nil || c.isOpen(base)
	case *ast.StarExpr, *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.Ellipsis, *ast.StructType, *ast.InterfaceType:
		return false
	default:
		return true
	}
}

// splitName separates a name from the quoted import path before it.
func splitName(qualified string) (path, name string) {
	if !strings.HasPrefix(qualified, `"`) {
		return "", qualified
	}
	dot := strings.LastIndexByte(qualified, '.')
	path, _ = strconv.Unquote(qualified[:dot])
	return path, qualified[dot+1:]
}

// names compares two types, at least one of which is a name or an instance of a generic
// type.
func (c comparison) names(a, b ast.Expr) verdict {
	decided := different // the verdict on types that are written differently
	if c.isOpen(a) || c.isOpen(b) {
		decided = unknown
	}
	if written(a) == written(b) {
		return same
	}
	baseA, baseB := baseOf(a), baseOf(b)
	if baseA == nil || baseB == nil || baseA.Name != baseB.Name {
		return decided
	}
	argsA, argsB := typeArgsOf(a), typeArgsOf(b)
	if len(argsA) != len(argsB) {
		return decided
	}
	result := same
	for i := range argsA {
		result = min(result, c.exprs(argsA[i], argsB[i]))
	}
	return max(result, decided)
}

// written returns an expression as text.
func written(expr ast.Expr) string {
	var text bytes.Buffer
	_ = printer.Fprint(&text, token.NewFileSet(), expr) // writing to a buffer cannot fail
	return text.String()
}

// lengths compares the lengths of arrays; nil is the length of a slice.
func lengths(a, b ast.Expr) verdict {
	if a == nil || b == nil {
		if a == b {
			return same
		}
		return different
	}
	numberA, numberB := number(a), number(b)
	switch {
	case written(a) == written(b), numberA >= 0 && numberA == numberB:
		return same
	case numberA >= 0 && numberB >= 0:
		return different
	default:
		return unknown
	}
}

// number returns the value of a literal, or -1.
func number(expr ast.Expr) int64 {
	literal, ok := ast.Unparen(expr).(*ast.BasicLit)
	if !ok || literal.Kind != token.INT {
		return -1
	}
	n, err := strconv.ParseInt(literal.Value, 0, 64)
	if err != nil {
		return -1
	}
	return n
}

// lists compares parameters or results, whatever their names.
func (c comparison) lists(a, b []field) verdict {
	if len(a) != len(b) {
		return different
	}
	result := same
	for i := range a {
		result = min(result, c.exprs(a[i].typ, b[i].typ))
	}
	return result
}

// member is a field of a struct or a method of an interface.
type member struct {
	name     string // also that of an embedded field or interface
	embedded bool
	typ      ast.Expr
	tag      string
}

// membersOf returns the members of a struct or an interface.
func membersOf(list *ast.FieldList) []member {
	var members []member
	for _, f := range list.List {
		tag := ""
		if f.Tag != nil {
			tag, _ = strconv.Unquote(f.Tag.Value)
		}
		if len(f.Names) == 0 {
			members = append(members, member{written(f.Type), true, f.Type, tag})
		}
		for _, name := range f.Names {
			members = append(members, member{name.Name, false, f.Type, tag})
		}
	}
	return members
}

func (c comparison) structs(a, b *ast.StructType) verdict {
	fieldsA, fieldsB := membersOf(a.Fields), membersOf(b.Fields)
	if len(fieldsA) != len(fieldsB) {
		return different
	}
	result := same
	for i, f := range fieldsA {
		other := fieldsB[i]
		if f.embedded != other.embedded || f.tag != other.tag || !f.embedded && f.name != other.name {
			return different
		}
		result = min(result, c.exprs(f.typ, other.typ))
	}
	return result
}

// interfaces compares interfaces by their methods. It ignores what embedded interfaces
// and unions add.
func (c comparison) interfaces(a, b *ast.InterfaceType) verdict {
	methodsA, methodsB := sortedMembers(a), sortedMembers(b)
	embeds := slices.ContainsFunc(slices.Concat(methodsA, methodsB), func(m member) bool { return m.embedded })
	decided := different
	if embeds {
		decided = unknown
	}
	if len(methodsA) != len(methodsB) {
		return decided
	}
	result := same
	for i, m := range methodsA {
		other := methodsB[i]
		if m.name != other.name || m.embedded != other.embedded {
			return decided
		}
		if !m.embedded {
			result = min(result, c.exprs(m.typ, other.typ))
		}
	}
	return result
}

func sortedMembers(i *ast.InterfaceType) []member {
	return slices.SortedFunc(slices.Values(membersOf(i.Methods)), func(a, b member) int { return cmp.Compare(a.name, b.name) })
}
