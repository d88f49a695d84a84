package generator

import "github.com/dave/jennifer/jen"

// Pieces of code that several parts of an output share.

// self returns the receiver of a method of XSignal.
func self(s *signal) jen.Code {
	return jen.Params(jen.Id(s.local.self).Op("*").Id(s.typeName() + s.typeArgs()))
}

// base returns the runtime's part of the signal in a method.
func base(s *signal) jen.Code {
	return jen.Op("&").Id(s.local.self).Dot("Signal")
}

func connection() jen.Code {
	return jen.Op("*").Qual(runtimePath, "Connection")
}

// options declares the options of a connect.
func options(s *signal) jen.Code {
	return jen.Id(s.local.opts).Op("...").Qual(runtimePath, "ConnectOption")
}

// oneLine returns the body of a func on the line of its name, if gofmt allows that.
func oneLine(code jen.Code) jen.Code {
	return jen.Custom(jen.Options{Open: "{ ", Close: " }"}, code)
}

// kindOf returns the signal's kind, to call a method on it.
func kindOf(s *signal) *jen.Statement {
	if s.isGeneric() {
		return jen.Id(s.local.self).Dot("kind").Call()
	}
	return jen.Id(s.kindName())
}

// kindPointer returns a pointer to the signal's kind, to pass on.
func kindPointer(s *signal) *jen.Statement {
	if s.isGeneric() {
		return kindOf(s)
	}
	return jen.Op("&").Id(s.kindName())
}

// receiverType returns the type of the signal's receivers.
func receiverType(s *signal) jen.Code {
	if s.isFunc {
		return jen.Id(s.name + s.typeArgs())
	}
	return jen.Func().Add(sendParams(s)).Error()
}

// declareTypeParams adds the type parameters of a generic signal after a name.
// Neighbours with the same constraint share it.
func declareTypeParams(decl *jen.Statement, s *signal) {
	if !s.isGeneric() {
		return
	}
	decl.TypesFunc(func(g *jen.Group) {
		for i, p := range s.typeParams {
			param := g.Id(p.name)
			if i == len(s.typeParams)-1 || !s.typeParams[i+1].constraint.equal(p.constraint) {
				param.Add(typeOf(p.constraint))
			}
		}
	})
}

// argsType returns the type of a send's arguments: the payload, or XArgs.
func argsType(s *signal) jen.Code {
	if s.isFunc {
		return jen.Id(s.argsName() + s.typeArgs())
	}
	return typeOf(s.params[0].typ)
}

// argsOf returns a pointer to the arguments, made from the parameters of a send.
func argsOf(s *signal) jen.Code {
	if !s.isFunc {
		return jen.Op("&").Id(s.params[0].name)
	}
	return jen.Op("&").Id(s.argsName() + s.typeArgs()).ValuesFunc(func(g *jen.Group) {
		for _, p := range s.params {
			g.Id(p.name)
		}
	})
}

// senderType returns the type of the signal's sender.
func senderType(s *signal) jen.Code {
	if s.senderIsPointer {
		return jen.Op("*").Add(typeOf(s.sender.typ))
	}
	return typeOf(s.sender.typ)
}

// senderOf returns the sender of a send.
func senderOf(s *signal) jen.Code {
	if s.isFunc {
		return jen.Id(s.params[0].name)
	}
	return jen.Id(s.params[0].name).Dot(senderField)
}

// sendParams declares what is sent.
func sendParams(s *signal) jen.Code {
	return params(s, jen.Id(s.local.ctx).Qual(contextPath, "Context"))
}

// params declares what is sent, after the parameters in first. Neighbours of the same
// type share it.
func params(s *signal, first ...jen.Code) jen.Code {
	names := make([]string, len(s.params))
	for i, p := range s.params {
		names[i] = p.name
	}
	return list(s.isMultiline(), append(first, declareParams(s, names)...))
}

// declareParams declares what is sent under other names.
func declareParams(s *signal, names []string) []jen.Code {
	declared := make([]jen.Code, len(names))
	for i, p := range s.params {
		param := jen.Id(names[i])
		switch {
		case p.variadic:
			param.Op("...").Add(typeOf(p.typ))
		case i == len(s.params)-1 || s.params[i+1].variadic || !s.params[i+1].typ.equal(p.typ):
			param.Add(typeOf(p.typ))
		}
		declared[i] = param
	}
	return declared
}

// list puts parameters in parentheses, each on its own line if multiline is set.
func list(multiline bool, params []jen.Code) jen.Code {
	return jen.Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: multiline}, params...)
}

// arguments passes on what params declares.
func arguments(s *signal, first ...string) []jen.Code {
	var args []jen.Code
	for _, name := range append(first, s.local.ctx) {
		args = append(args, jen.Id(name))
	}
	for _, p := range s.params {
		arg := jen.Id(p.name)
		if p.variadic {
			arg.Op("...")
		}
		args = append(args, arg)
	}
	return args
}

// results returns the results of a receiver, or of a send if many is set.
func results(s *signal, many bool) jen.Code {
	value := jen.Null()
	if s.value != nil && many {
		value.Index()
	}
	value.Add(typeOf(s.value))
	switch {
	case s.value != nil && s.fails:
		return list(s.value.isMultiline(), []jen.Code{value, jen.Error()})
	case s.value != nil:
		return value
	case s.fails:
		return jen.Error()
	default:
		return jen.Null()
	}
}

// returns returns call if the signal's receivers return anything.
func returns(s *signal, call *jen.Statement) jen.Code {
	if s.value == nil && !s.fails {
		return call
	}
	return jen.Return(call)
}

func typeOf(typ typeExpr) jen.Code {
	code := jen.Null()
	for _, part := range typ {
		if part.path != "" {
			code.Qual(part.path, part.text)
		} else {
			code.Op(part.text)
		}
	}
	return code
}
