package generator

import "github.com/dave/jennifer/jen"

// version writes what does not compile with a runtime of another time.
func (e *emitter) version() {
	e.doc("If this does not compile, the module github.com/signalgen/signalgen and this file are",
		"of different versions: update the one, or run go generate for the other.")
	e.file.Const().Id("_").Op("=").Qual(runtimePath, "GeneratedV1").Line()
}

// aboutAssertions writes a comment on the assertions that come behind it.
func (e *emitter) aboutAssertions() {
	e.doc("What does not compile here has been declared differently since: run go generate.")
}

// assertion writes a func that compiles only while the signal is declared as it
// is now, as far as generated code depends on it. The compiler's message shows
// the name that tells what to do.
func (e *emitter) assertion(s *signal) {
	name := "_" + s.name + "NeedsRegeneration"
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
