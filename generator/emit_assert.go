package generator

import "github.com/dave/jennifer/jen"

// version writes an assertion that fails to compile with a runtime of another version.
func (e *emitter) version() {
	e.doc("If this does not compile, this file and the module github.com/signalgen/signalgen have",
		"different versions: update the module, or run go generate.")
	e.file.Const().Id("_").Op("=").Qual(runtimePath, "GeneratedV2").Line()
}

// assertionsComment writes the comment above the assertions.
func (e *emitter) assertionsComment() {
	e.doc("If one of these does not compile, its declaration has been changed, renamed or removed:",
		"run go generate.")
}

// assertion writes declarations that stop compiling when the signal's declaration
// changes in a way that generated code depends on. The compiler's message then shows a
// name that says what to do. The declarations are at package level because the compiler
// checks func bodies last and stops after ten errors.
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

// bodyAssertion writes the assertion as a func. A generic signal needs one for the type
// parameters. So does a signal whose sender may be promoted from an embedded pointer:
// at package level, the assertion would dereference a nil pointer when the program
// starts.
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
