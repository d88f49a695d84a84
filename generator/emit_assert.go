package generator

import "github.com/dave/jennifer/jen"

// version writes what does not compile with a runtime of another time.
func (e *emitter) version() {
	e.doc("If this does not compile, the module github.com/signalgen/signalgen and this file are",
		"of different versions: update the one, or run go generate for the other.")
	e.file.Const().Id("_").Op("=").Qual(runtimePath, "GeneratedV2").Line()
}

// aboutAssertions writes a comment on the assertions that come behind it.
func (e *emitter) aboutAssertions() {
	e.doc("What does not compile here has been declared differently, renamed or removed since:",
		"run go generate.")
}

// assertion writes declarations that compile only while the signal is declared as it
// is now, as far as generated code depends on it. The compiler's message shows the
// name that tells what to do. They stand at package level, for the compiler looks at
// bodies of funcs last, and gives up after ten errors.
func (e *emitter) assertion(s *signal) {
	name := "_" + s.name + "NeedsRegeneration"
	if s.isGeneric() || s.senderIsPromoted {
		e.bodyAssertion(s, name)
		return
	}
	alias := jen.Type().Id(name).Op("=").Id(s.name)
	value := jen.Var().Id(name).Id(s.name)
	asserted := jen.Var().Id("_")
	switch {
	case s.isFunc:
		e.file.Add(value).Line()
		asserted.Func().Add(sendParams(s)).Add(results(s, false)).Op("=").Id(name)
	case s.sender != nil:
		e.file.Add(alias).Line()
		asserted.Add(senderType(s)).Op("=").Id(name).Values().Dot(senderField)
	case s.kind == aStruct:
		e.file.Add(alias).Line()
		asserted.Op("=").Id(name).Values()
	case s.kind == anInterface:
		e.file.Add(alias).Line()
		asserted.Interface(jen.Id(name))
	case !s.assertsWritten():
		return
	case s.converts:
		e.file.Add(value).Line()
		asserted.Op("=").Add(typeOf(s.written)).Call(jen.Id(name))
	default:
		e.file.Add(value).Line()
		asserted.Add(typeOf(s.written)).Op("=").Id(name)
	}
	e.file.Add(asserted.Line())
}

// bodyAssertion is the assertion of a generic signal, for only a func has type
// parameters, and of one whose sender may be promoted from a pointer, which is nil
// where there is no value.
func (e *emitter) bodyAssertion(s *signal, name string) {
	decl := jen.Func().Id("_")
	declareTypeParams(decl, s)
	value := jen.Id(name).Id(s.name + s.typeArgs())
	switch {
	case s.isFunc:
		decl.Params(value).Func().Add(sendParams(s)).Add(results(s, false)).Block(jen.Return(jen.Id(name)))
	case s.sender != nil:
		decl.Params(value).Add(senderType(s)).Block(jen.Return(jen.Id(name).Dot(senderField)))
	case s.kind == aStruct:
		decl.Params().Block(
			jen.Type().Id(name).Op("=").Id(s.name+s.typeArgs()),
			jen.Id("_").Op("=").Id(name).Values(),
		)
	case s.kind == anInterface:
		decl.Params(value).Block(jen.List(jen.Id("_"), jen.Id("_")).Op("=").Id(name).Assert(jen.Any()))
	case !s.assertsWritten():
		return
	case s.converts:
		decl.Params(value).Add(typeOf(s.written)).Block(jen.Return(jen.Add(typeOf(s.written)).Call(jen.Id(name))))
	default:
		decl.Params(value).Add(typeOf(s.written)).Block(jen.Return(jen.Id(name)))
	}
	e.file.Add(decl.Line())
}
