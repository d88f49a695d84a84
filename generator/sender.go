package generator

import (
	"go/ast"
)

// senderField is the field of a payload that holds its sender.
const senderField = "Sender"

// signatureSender takes the second parameter of a signature for its sender.
func (p *fileParser) signatureSender(s *signal, spec *ast.TypeSpec) {
	if len(s.params) == 0 || s.params[0].variadic {
		p.fail(spec.Name.Pos(), "signal %s has no sender; wanted one parameter for it behind ctx", s.name)
		return
	}
	fields := flatten(ast.Unparen(spec.Type).(*ast.FuncType).Params)
	p.setSender(s, fields[1].typ)
}

// payloadSender takes the field Sender of a payload for its sender.
func (p *fileParser) payloadSender(s *signal, spec *ast.TypeSpec) {
	if typ, ok := p.underlying(spec.Type).(*ast.StructType); ok {
		for _, f := range flatten(typ.Fields) {
			if f.name == senderField {
				p.setSender(s, f.typ)
				return
			}
		}
	}
	p.fail(spec.Name.Pos(), "signal %s has no sender; wanted a struct with a field %s", s.name, senderField)
}

func (p *fileParser) setSender(s *signal, typ ast.Expr) {
	typ = ast.Unparen(typ)
	if kind := p.incomparable(typ, mostNested); kind != "" {
		p.fail(typ.Pos(), "signal %s has a sender of type %s; wanted a type whose values can be compared, and %s cannot", s.name, p.source(typ), kind)
		return
	}
	s.sender = &param{typ: p.typeExpr(typ)}
	if star, ok := typ.(*ast.StarExpr); ok {
		s.sender.typ = p.typeExpr(star.X)
		s.senderIsPointer = true
	}
}

// incomparable says what kind of type typ is if its values can visibly not be
// compared. It looks into as many types inside each other as depth says.
func (p *fileParser) incomparable(typ ast.Expr, depth int) string {
	if depth == 0 {
		return ""
	}
	switch typ := p.underlying(typ).(type) {
	case *ast.Ident:
		if constraint := p.params[typ.Name]; constraint != nil && !p.isComparable(constraint, depth-1) {
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
		return p.incomparable(typ.Elt, depth-1)
	case *ast.StructType:
		for _, f := range typ.Fields.List {
			if kind := p.incomparable(f.Type, depth-1); kind != "" {
				return kind
			}
		}
	}
	return ""
}
