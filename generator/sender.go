package generator

import (
	"go/ast"
)

// senderField is the field of a payload that holds its sender.
const senderField = "Sender"

// signatureSender makes the second parameter of a signature its sender.
func (p *fileParser) signatureSender(s *signal, spec *ast.TypeSpec) {
	if len(s.params) == 0 || s.params[0].variadic {
		p.fail(spec.Name.Pos(), "signal %s has no sender; wanted one parameter for it after ctx", s.name)
		return
	}
	fields := flatten(ast.Unparen(spec.Type).(*ast.FuncType).Params)
	p.setSender(s, writtenType{fields[1].typ, p.imports})
}

// payloadSender makes the field Sender of a payload its sender. It may be that of an
// embedded struct.
func (p *fileParser) payloadSender(s *signal, spec *ast.TypeSpec) {
	level := []writtenType{{spec.Type, p.imports}}
	seen := make(map[string]bool) // a struct may embed a pointer to itself
	for depth := 0; len(level) > 0; depth++ {
		var below []writtenType
		for _, t := range level {
			sender, embedded := p.senderIn(t)
			if sender.Expr != nil {
				s.senderIsPromoted = depth > 0
				p.setSender(s, sender)
				return
			}
			for _, e := range embedded {
				if name, ok := e.Expr.(*ast.Ident); ok && !seen[name.Name] {
					seen[name.Name] = true
					below = append(below, e)
				}
			}
		}
		level = below
	}
	p.fail(spec.Name.Pos(), "signal %s has no sender; wanted a struct with a field %s, its own or that of an embedded struct of this package", s.name, senderField)
}

// senderIn returns the type of a struct's field Sender, if it has one, and the types
// that the struct embeds.
func (p *fileParser) senderIn(t writtenType) (sender writtenType, embedded []writtenType) {
	expr, imports := p.follow(t.Expr, t.imports, func(typeDecl) bool { return true })
	typ, ok := expr.(*ast.StructType)
	if !ok {
		return writtenType{}, nil
	}
	for _, f := range typ.Fields.List {
		for _, name := range fieldNames(f) {
			if name == senderField {
				return writtenType{f.Type, imports}, nil
			}
		}
		if len(f.Names) == 0 {
			embedded = append(embedded, writtenType{pointee(f.Type), imports})
		}
	}
	return writtenType{}, embedded
}

// A writtenType is a type as a file of the package writes it.
type writtenType struct {
	ast.Expr
	imports []importedName // of the file
}

func (p *fileParser) setSender(s *signal, t writtenType) {
	at := *p
	at.imports = t.imports
	typ := ast.Unparen(t.Expr)
	if kind := at.incomparable(typ, make(map[string]bool)); kind != "" {
		p.fail(typ.Pos(), "signal %s has a sender of type %s; wanted a comparable type, and %s are not comparable", s.name, p.source(typ), kind)
		return
	}
	_, s.senderIsPointer = typ.(*ast.StarExpr)
	s.sender = &param{typ: at.typeExpr(pointee(typ)), imports: t.imports}
}

// incomparable returns what kind of type typ is if its values are visibly not
// comparable. It looks at each named type once, since one may contain itself, which the
// compiler rejects.
func (p *fileParser) incomparable(typ ast.Expr, seen map[string]bool) string {
	if p.hasSeen(typ, seen) {
		return ""
	}
	switch typ := p.underlying(typ).(type) {
	case *ast.Ident:
		if constraint := p.params[typ.Name]; constraint != nil && !p.isComparable(constraint, seen) {
			return "type parameters of constraint " + p.source(constraint)
		}
	case *ast.FuncType:
		return "funcs"
	case *ast.MapType:
		return "maps"
	case *ast.ArrayType:
		if typ.Len == nil {
			return "slices"
		}
		return p.incomparable(typ.Elt, seen)
	case *ast.StructType:
		for _, f := range typ.Fields.List {
			if kind := p.incomparable(f.Type, seen); kind != "" {
				return kind
			}
		}
	}
	return ""
}

// hasSeen reports whether a type of the package has been seen, and marks it as seen.
func (p *fileParser) hasSeen(typ ast.Expr, seen map[string]bool) bool {
	name, ok := ast.Unparen(typ).(*ast.Ident)
	if !ok || p.params[name.Name] != nil || !p.declares(name) {
		return false
	}
	known := seen[name.Name]
	seen[name.Name] = true
	return known
}
