package generator

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// set writes the type that holds the package's signals, and the default one.
func (e *emitter) set(signals []*signal) {
	if !hasSet(signals) {
		return
	}
	e.doc("Signals is an isolated set of this package's signals: its receivers hear only",
		"what is sent on it. The zero value is ready to use. A set must not be copied.")
	e.file.Type().Id(setType).StructFunc(func(g *jen.Group) {
		for _, s := range signals {
			if s.inSet() {
				g.Id(s.name).Id(s.typeName())
			}
		}
	}).Line()

	e.doc(defaultSet + " is the set behind the package-level functions.")
	e.file.Var().Id(defaultSet).Id(setType).Line()
	e.file.Func().Id("init").Params().Block(jen.Qual(runtimePath, "Register").Call(jen.Op("&").Id(defaultSet))).Line()

	self := jen.Params(jen.Id("s").Op("*").Id(setType))
	e.doc("All returns an iterator over the signals of the set.")
	e.file.Func().Add(self).Id("All").Params().Qual(iterPath, "Seq").Types(jen.Qual(runtimePath, "AnySignal")).Block(
		jen.Return(jen.Qual(slicesPath, "Values").Call(jen.Index().Qual(runtimePath, "AnySignal").ValuesFunc(func(g *jen.Group) {
			for _, s := range signals {
				if s.inSet() {
					g.Op("&").Id("s").Dot(s.name)
				}
			}
		}))),
	).Line()

	e.doc("Configure changes the settings of all signals of the set.")
	e.file.Func().Add(self).Id("Configure").Params(jen.Id("opts").Op("...").Qual(runtimePath, "SetOption")).Block(
		jen.Qual(runtimePath, "ConfigureAll").Call(jen.Id("s").Dot("All").Call(), jen.Id("opts")),
	).Line()

	e.doc("Close closes all signals of the set; what async receivers have not heard by the",
		"time ctx is done is dropped, and counted in the error.")
	e.file.Func().Add(self).Id("Close").Params(jen.Id("ctx").Qual(contextPath, "Context")).Error().Block(
		jen.Return(jen.Qual(runtimePath, "CloseAll").Call(jen.Id("ctx"), jen.Id("s").Dot("All").Call())),
	).Line()
}

// defaultVar writes the variable of a signal that is not in the set.
func (e *emitter) defaultVar(s *signal) {
	if s.inSet() {
		return
	}
	e.doc(s.defaultName() + " is behind the package-level functions of [" + s.name + "].")
	e.file.Var().Id(s.defaultName()).Id(s.typeName()).Line()
}

// signalType writes the type XSignal and what it tells of itself.
func (e *emitter) signalType(s *signal) {
	e.docWith(s, "%s holds the receivers of [%s].", s.typeName(), s.name)
	decl := e.file.Type().Id(s.typeName())
	declareTypeParams(decl, s)
	base := jen.Qual(runtimePath, "Signal").Types(argsType(s))
	switch {
	case s.senderIsPointer:
		base = jen.Qual(runtimePath, "PointerSignal").Types(typeOf(s.sender.typ), argsType(s))
	case s.sender != nil:
		base = jen.Qual(runtimePath, "SenderSignal").Types(typeOf(s.sender.typ), argsType(s))
	}
	decl.Struct(base).Line()
	e.nameAndDoc(s)
}

// nameAndDoc writes the methods Name, Doc and SenderOf, on neighbouring lines if
// gofmt leaves each on one.
func (e *emitter) nameAndDoc(s *signal) {
	method := func(name, value string) *jen.Statement {
		return e.file.Func().Add(self(s)).Id(name).Params().String().Add(oneLine(jen.Return(jen.Lit(value))))
	}
	e.doc("Name returns the signal's stable name.")
	doc := strings.Join(s.doc, "\n")
	const longest = 50 // of what is quoted, with which a line stays well below gofmt's limit of 100
	if name := method("Name", s.stable); len(s.name)+len(s.stable) > longest || len(s.name)+len(doc) > longest {
		name.Line()
		e.doc("Doc returns the doc comment of [" + s.name + "].")
	}
	last := method("Doc", doc)
	if s.sender == nil {
		last.Line()
		return
	}
	param, field := senderParam(s)
	const longestSender = 40 // of the names in SenderOf, as longest
	names := 2*len(s.name+s.typeArgs()) + len(param)
	aligned := names + len("Args") + max(len(s.stable), len(doc)) // gofmt begins the bodies of all in one column
	if names+len(param)+len(field) > longestSender || aligned > longest {
		last.Line()
		e.doc("SenderOf returns the sender of a send of [" + s.name + "].")
	}
	e.senderOf(s, param, field)
}

// senderParam returns what SenderOf calls its parameter, and the field of that
// which holds the sender.
func senderParam(s *signal) (param, field string) {
	if s.isFunc {
		return s.local.args, s.params[0].field
	}
	return s.params[0].name, senderField
}

// senderOf writes the method SenderOf, by which one who knows no types asks for
// the sender of what a send carries.
func (e *emitter) senderOf(s *signal, param, field string) {
	result := jen.Any()
	if slices.ContainsFunc(s.typeParams, func(p typeParam) bool { return p.name == "any" }) {
		result = jen.Interface() // for any is something else
	}
	e.file.Func().Add(self(s)).Id("SenderOf").Params(jen.Id(param).Add(argsType(s))).Add(result).
		Add(oneLine(jen.Return(jen.Id(param).Dot(field)))).Line()
}

// args writes the struct of a signature's arguments.
func (e *emitter) args(s *signal) {
	if !s.isFunc {
		return
	}
	e.doc(s.argsName() + " is what a send of [" + s.name + "] carries.")
	decl := e.file.Type().Id(s.argsName())
	declareTypeParams(decl, s)
	var fields []jen.Code
	for _, p := range s.params {
		field := jen.Id(p.field)
		if p.variadic {
			field.Index()
		}
		fields = append(fields, field.Add(typeOf(p.typ)))
	}
	if len(fields) == 1 {
		decl.Id("struct").Add(oneLine(fields[0])).Line()
	} else {
		decl.Struct(fields...).Line()
	}
}

// call writes the func that calls a receiver of a signature with the arguments
// of a send. Payloads share one.
func (e *emitter) call(s *signal) {
	if !s.isFunc {
		return
	}
	value := jen.Struct()
	if s.value != nil {
		value = jen.Add(typeOf(s.value))
	}
	decl := e.file.Func().Id(s.callName())
	declareTypeParams(decl, s)
	args := []jen.Code{jen.Id(s.local.ctx)}
	for _, p := range s.params {
		arg := jen.Id(s.local.args).Dot(p.field)
		if p.variadic {
			arg.Op("...")
		}
		args = append(args, arg)
	}
	receive := jen.Id(s.local.target).Call(args...)
	var body []jen.Code
	switch {
	case s.value != nil && s.fails:
		body = []jen.Code{jen.Return(receive)}
	case s.value != nil:
		body = []jen.Code{jen.Return(receive, jen.Nil())}
	case s.fails:
		body = []jen.Code{jen.Return(jen.Struct().Values(), receive)}
	default:
		body = []jen.Code{receive, jen.Return(jen.Struct().Values(), jen.Nil())}
	}
	decl.Params(
		jen.Id(s.local.ctx).Qual(contextPath, "Context"),
		jen.Id(s.local.target).Add(receiverType(s)),
		jen.Id(s.local.args).Add(argsType(s)),
	).Add(list(s.value.isMultiline(), []jen.Code{value, jen.Error()})).Block(body...).Line()
}
