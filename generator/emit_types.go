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
	e.file.Func().Id("init").Params().Block(jen.Qual(runtimePath, "Register").Call(jen.Id(defaultSet).Dot("All"))).Line()

	self := jen.Params(jen.Id("s").Op("*").Id(setType))
	all := jen.Id("s").Dot("All").Call()
	ctx := jen.Id("ctx").Qual(contextPath, "Context")
	e.doc("All returns an iterator over the signals of the set.")
	e.file.Func().Add(self).Id("All").Params().Qual(iterPath, "Seq").Types(jen.Qual(runtimePath, "AnySignal")).Block(
		jen.Return(jen.Qual(slicesPath, "Values").Call(jen.Index().Qual(runtimePath, "AnySignal").Custom(
			jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, signalsOf(signals)...,
		))),
	).Line()

	e.doc("Configure changes the settings of all signals of the set.")
	e.file.Func().Add(self).Id("Configure").Params(jen.Id("opts").Op("...").Qual(runtimePath, "SetOption")).Block(
		jen.Qual(runtimePath, "ConfigureAll").Call(all, jen.Id("opts").Op("...")),
	).Line()

	e.doc("Drain waits until no async receiver of the set has anything queued or running, or",
		"until ctx is done.")
	e.file.Func().Add(self).Id("Drain").Params(ctx).Error().Block(
		jen.Return(jen.Qual(runtimePath, "DrainAll").Call(jen.Id("ctx"), all)),
	).Line()

	e.doc("Close drains all signals of the set and then closes them at once. If ctx is done first,",
		"it drops what is still queued, and returns an error that says how much.")
	e.file.Func().Add(self).Id("Close").Params(ctx).Error().Block(
		jen.Return(jen.Qual(runtimePath, "CloseAll").Call(jen.Id("ctx"), all)),
	).Line()
}

// signalsOf lists the signals of the set, each with its kind.
func signalsOf(signals []*signal) []jen.Code {
	var all []jen.Code
	for _, s := range signals {
		if s.inSet() {
			all = append(all, kindOf(s).Dot("Of").Call(jen.Op("&").Id("s").Dot(s.name).Dot("Signal")))
		}
	}
	return all
}

// defaultVar writes the variable of a signal that is not in the set.
func (e *emitter) defaultVar(s *signal) {
	if s.inSet() {
		return
	}
	e.doc(s.defaultName() + " is the signal behind the package-level functions of [" + s.name + "].")
	e.file.Var().Id(s.defaultName()).Id(s.typeName()).Line()
}

// signalType writes the type XSignal and its Name and Doc.
func (e *emitter) signalType(s *signal) {
	e.doc(s.typeName() + " holds the receivers of [" + s.name + "].")
	if len(s.doc) > 0 {
		e.doc("")
		e.doc(s.doc...)
	}
	decl := e.file.Type().Id(s.typeName())
	declareTypeParams(decl, s)
	decl.Struct(jen.Qual(runtimePath, "Signal")).Line()
	if s.isGeneric() {
		e.kindMethod(s)
	} else {
		e.file.Var().Id(s.kindName()).Op("=").Add(kindLiteral(s)).Line()
	}
	e.nameAndDoc(s)
}

// kindMethod writes the method that returns the kind of a generic signal.
func (e *emitter) kindMethod(s *signal) {
	made := jen.Func().Params().Op("*").Qual(runtimePath, "Kind").Block(jen.Return(jen.Op("&").Add(kindLiteral(s))))
	e.file.Func().Add(self(s)).Id("kind").Params().Op("*").Qual(runtimePath, "Kind").Block(
		jen.Return(jen.Qual(runtimePath, "KindOf").Call(base(s), made)),
	).Line()
}

// kindLiteral returns the signal's runtime.Kind.
func kindLiteral(s *signal) jen.Code {
	field := func(name string, value jen.Code) jen.Code { return jen.Id(name).Op(":").Add(value) }
	pointer := jen.Parens(jen.Op("*").Add(argsType(s)))
	fields := []jen.Code{field("Name", jen.Lit(s.stable))}
	if len(s.doc) > 0 {
		fields = append(fields, field("Doc", jen.Lit(strings.Join(s.doc, "\n"))))
	}
	fields = append(fields,
		field("Args", jen.Add(pointer).Call(jen.Nil())),
		field("Call", jen.Id(s.callName()+s.typeArgs())),
	)
	if s.value != nil {
		fields = append(fields, field("Responds", jen.True()))
	}
	if s.sender != nil {
		name := senderField
		if s.isFunc {
			name = s.params[0].field
		}
		sender := jen.Return(jen.Id(s.local.args).Assert(jen.Op("*").Add(argsType(s))).Dot(name))
		fields = append(fields, field("Sender", jen.Func().Params(jen.Id(s.local.args).Add(anyType(s))).Add(anyType(s)).Add(oneLine(sender))))
	}
	if s.senderIsPointer {
		fields = append(fields, field("SenderIsPointer", jen.True()))
	}
	return jen.Qual(runtimePath, "Kind").Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, fields...)
}

// anyType returns any, or interface{} if a type parameter hides that name.
func anyType(s *signal) jen.Code {
	if slices.ContainsFunc(s.typeParams, func(p typeParam) bool { return p.name == "any" }) {
		return jen.Interface()
	}
	return jen.Any()
}

// nameAndDoc writes the methods Name and Doc.
func (e *emitter) nameAndDoc(s *signal) {
	method := func(name string) {
		e.file.Func().Add(self(s)).Id(name).Params().String().Add(oneLine(jen.Return(kindOf(s).Dot("Of").Call(base(s)).Dot(name).Call()))).Line()
	}
	e.doc("Name returns the signal's stable name.")
	method("Name")
	e.doc("Doc returns the doc comment of [" + s.name + "].")
	method("Doc")
}

// args writes XArgs, the struct of a signature's arguments.
func (e *emitter) args(s *signal) {
	if !s.isFunc {
		return
	}
	e.doc(s.argsName() + " holds the arguments of [" + s.name + "].")
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

// call writes the func for runtime.Kind.Call.
func (e *emitter) call(s *signal) {
	args, target, result := jen.Id(s.local.args), jen.Id(s.local.target), jen.Id(s.local.result)
	data := jen.Id(s.local.data)
	e.doc(s.callName() + " calls a receiver with *args. If receiver is nil, it copies *args to *result.")
	decl := e.file.Func().Id(s.callName())
	declareTypeParams(decl, s)
	decl.Params(
		jen.Id(s.local.ctx).Qual(contextPath, "Context"),
		jen.Add(target).Qual(runtimePath, "Receiver"),
		jen.List(args, result).Add(anyType(s)),
	).Error().BlockFunc(func(g *jen.Group) {
		pointer := jen.Op("*").Add(argsType(s))
		g.Add(data).Op(":=").Add(args).Assert(pointer)
		g.If(jen.Add(target).Op("==").Nil()).Block(
			jen.Op("*").Add(result).Assert(pointer).Op("=").Op("*").Add(data),
			jen.Return(jen.Nil()),
		)
		call := jen.Parens(jen.Op("*").Add(receiverAt(s, target))).Call(e.passed(s)...)
		e.callAndReturn(s, g, call)
	}).Line()
}

// passed returns the arguments that call passes to the receiver.
func (e *emitter) passed(s *signal) []jen.Code {
	if !s.isFunc {
		return []jen.Code{jen.Id(s.local.ctx), jen.Op("*").Id(s.local.data)}
	}
	args := []jen.Code{jen.Id(s.local.ctx)}
	for _, p := range s.params {
		arg := jen.Id(s.local.data).Dot(p.field)
		if p.variadic {
			arg.Op("...")
		}
		args = append(args, arg)
	}
	return args
}

// callAndReturn writes the end of call: the call, and what follows from its results.
func (e *emitter) callAndReturn(s *signal, g *jen.Group, call jen.Code) {
	value, err := jen.Id(s.local.response), jen.Id(s.local.err)
	switch {
	case s.value != nil && s.fails:
		g.List(value, err).Op(":=").Add(call)
	case s.value != nil:
		g.Add(value).Op(":=").Add(call)
	case s.fails:
		g.Return(call)
		return
	default:
		g.Add(call)
	}
	if s.value != nil {
		result := jen.Id(s.local.result)
		g.If(jen.Add(result).Op("!=").Nil()).Block(jen.Op("*").Add(result).Assert(jen.Op("*").Add(typeOf(s.value))).Op("=").Add(value))
	}
	if s.fails {
		g.Return(err)
	} else {
		g.Return(jen.Nil())
	}
}
