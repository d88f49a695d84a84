package generator

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// sendFunc writes SendX.
func (e *emitter) sendFunc(s *signal) {
	name := s.verb("Send")
	e.doc(fmt.Sprintf("%s sends [%s] on [%s]; see [%s.Send].", name, s.name, s.stands(), s.typeName()))
	call := jen.Id(s.behind()).Dot("Send").Call(arguments(s)...)
	e.file.Func().Id(name).Add(sendParams(s)).Add(results(s, true)).Block(returns(s, call)).Line()
}

// send writes the method Send.
func (e *emitter) send(s *signal) {
	e.doc(e.sendDoc(s))
	e.file.Func().Add(self(s)).Id("Send").Add(sendParams(s)).Add(results(s, true)).BlockFunc(func(g *jen.Group) {
		ready(g, s, sendSlowly(s))
		if s.value != nil {
			g.Id(s.local.responses).Op(":=").Make(jen.Index().Add(typeOf(s.value)), jen.Lit(0), jen.Len(jen.Id(s.local.receivers)))
		}
		g.For(jen.List(jen.Id("_"), jen.Id(s.local.receiver)).Op(":=").Range().Id(s.local.receivers)).Block(callReceiver(s)...)
		switch {
		case s.value != nil && s.fails:
			g.Return(jen.Id(s.local.responses), jen.Nil())
		case s.value != nil:
			g.Return(jen.Id(s.local.responses))
		case s.fails:
			g.Return(jen.Nil())
		}
	}).Line()
}

// sendDoc says what Send does with what the receivers return.
func (e *emitter) sendDoc(s *signal) string {
	switch {
	case s.value != nil && s.fails:
		return "Send calls the receivers and returns their responses, up to the first error."
	case s.value != nil:
		return "Send calls the receivers and returns their responses."
	case s.fails:
		return fmt.Sprintf("Send calls the receivers up to the first error, a [*%s.ReceiverError].", e.runtime)
	default:
		return "Send calls the receivers."
	}
}

// ready gets the receivers for a loop, or leaves the send to the runtime.
func ready(g *jen.Group, s *signal, otherwise []jen.Code) {
	get := jen.Qual(runtimePath, "Ready").Call(base(s), callFunc(s))
	if s.sender != nil {
		g.Id(s.local.from).Op(":=").Qual(runtimePath, forPointer(s, "From")).Call(base(s), senderOf(s))
		get = jen.Qual(runtimePath, "ReadyFrom").Call(base(s), jen.Id(s.local.from), callFunc(s))
	}
	g.List(jen.Id(s.local.receivers), jen.Id(s.local.ok)).Op(":=").Add(get)
	g.If(jen.Op("!").Id(s.local.ok)).Block(otherwise...)
}

// dispatch calls one of the runtime's ways to send.
func dispatch(s *signal, way string, from jen.Code) *jen.Statement {
	return jen.Qual(runtimePath, way).Call(jen.Id(s.local.ctx), jen.Id(s.local.self), from, argsOf(s), callFunc(s))
}

// loneFrom is the sender of a send that has no variable for it.
func loneFrom(s *signal) jen.Code {
	if s.sender == nil {
		return jen.Nil()
	}
	return jen.Qual(runtimePath, forPointer(s, "From")).Call(base(s), senderOf(s))
}

// knownFrom is the sender of a send that has found it.
func knownFrom(s *signal) jen.Code {
	if s.sender == nil {
		return jen.Nil()
	}
	return jen.Id(s.local.from)
}

// sendSlowly has the runtime do what Send does.
func sendSlowly(s *signal) []jen.Code {
	report := func(err jen.Code) jen.Code {
		return jen.Qual(runtimePath, "Report").Call(jen.Id(s.local.ctx), jen.Id(s.local.self), err)
	}
	switch {
	case s.value != nil && s.fails:
		return []jen.Code{jen.Return(dispatch(s, "Gather", knownFrom(s)))}
	case s.value != nil:
		return []jen.Code{
			jen.List(jen.Id(s.local.responses), jen.Id(s.local.err)).Op(":=").Add(dispatch(s, "Gather", knownFrom(s))),
			report(jen.Id(s.local.err)),
			jen.Return(jen.Id(s.local.responses)),
		}
	case s.fails:
		return []jen.Code{jen.Return(dispatch(s, "Send", knownFrom(s)))}
	default:
		return []jen.Code{report(dispatch(s, "Send", knownFrom(s))), jen.Return()}
	}
}

// callReceiver is the body of the loop of Send.
func callReceiver(s *signal) []jen.Code {
	enter := jen.Id(s.local.receiver).Dot("Enter").Call()
	call := jen.Id(s.local.receiver).Dot("Func").Call(arguments(s)...)
	if !s.fails {
		if s.value != nil {
			call = jen.Id(s.local.responses).Op("=").Append(jen.Id(s.local.responses), call)
		}
		return []jen.Code{jen.If(enter).Block(call)}
	}
	skip := jen.If(jen.Op("!").Add(enter)).Block(jen.Continue())
	failed := jen.Id(s.local.err).Op("!=").Nil()
	fail := jen.Id(s.local.receiver).Dot("Fail").Call(jen.Id(s.local.err))
	if s.value == nil {
		return []jen.Code{skip, jen.If(jen.Id(s.local.err).Op(":=").Add(call), failed).Block(jen.Return(fail))}
	}
	return []jen.Code{
		skip,
		jen.List(jen.Id(s.local.response), jen.Id(s.local.err)).Op(":=").Add(call),
		jen.If(failed).Block(jen.Return(jen.Id(s.local.responses), fail)),
		jen.Id(s.local.responses).Op("=").Append(jen.Id(s.local.responses), jen.Id(s.local.response)),
	}
}

// sendRobust writes the method SendRobust.
func (e *emitter) sendRobust(s *signal) {
	if s.value != nil {
		e.doc("SendRobust calls every receiver, for a response from each; a panic is an error.")
		e.gather(s, "SendRobust", "GatherRobust")
		return
	}
	e.doc("SendRobust calls every receiver; a panic is an error. It returns all errors, joined.")
	loop := jen.Id(s.local.loop)
	r := jen.Id(s.local.receiver)
	take := jen.Add(loop).Dot("Take").Call(r)
	call := jen.Add(r).Dot("Func").Call(arguments(s)...)
	body := []jen.Code{jen.If(take).Block(call)}
	if s.fails {
		failed := jen.Id(s.local.err).Op(":=").Add(call)
		stop := jen.Id(s.local.err).Op("!=").Nil().Op("&&").Op("!").Add(loop).Dot("Fail").Call(jen.Id(s.local.err))
		body = []jen.Code{jen.If(take).Block(jen.If(failed, stop).Block(jen.Break()))}
	}
	e.file.Func().Add(self(s)).Id("SendRobust").Add(sendParams(s)).Error().BlockFunc(func(g *jen.Group) {
		g.Var().Add(loop).Qual(runtimePath, "Loop").Types(receiverType(s))
		g.If(jen.Op("!").Qual(runtimePath, "Begin").Call(jen.Op("&").Add(loop), base(s), loneFrom(s))).Block(
			jen.Return(dispatch(s, "SendRobust", loneFrom(s))),
		)
		g.Return(jen.Add(loop).Dot("Run").Call(jen.Func().Params().Block(
			jen.For(jen.List(jen.Id("_"), r).Op(":=").Range().Add(loop).Dot("Left").Call()).Block(body...),
		)))
	}).Line()
}

// sendConcurrent writes the method SendConcurrent.
func (e *emitter) sendConcurrent(s *signal) {
	e.doc("SendConcurrent is SendRobust with every receiver in a goroutine of its own.")
	if s.value != nil {
		e.gather(s, "SendConcurrent", "GatherConcurrent")
		return
	}
	e.file.Func().Add(self(s)).Id("SendConcurrent").Add(sendParams(s)).Error().Block(
		jen.Return(dispatch(s, "SendConcurrent", loneFrom(s))),
	).Line()
}

// gather writes a method that returns a response for each receiver.
func (e *emitter) gather(s *signal, name, way string) {
	responses := jen.Index().Qual(runtimePath, "Response").Types(typeOf(s.value))
	e.file.Func().Add(self(s)).Id(name).Add(sendParams(s)).Add(list(s.value.isMultiline(), []jen.Code{responses, jen.Error()})).Block(
		jen.Return(dispatch(s, way, loneFrom(s))),
	).Line()
}

// each writes the method Each.
func (e *emitter) each(s *signal) {
	e.doc("Each returns an iterator that calls the next receiver when it is asked for.")
	seq, way := jen.Qual(iterPath, "Seq2").Types(jen.Qual(runtimePath, "ReceiverInfo"), jen.Error()), "EachError"
	if s.value != nil {
		seq, way = jen.Qual(iterPath, "Seq").Types(jen.Qual(runtimePath, "Response").Types(typeOf(s.value))), "Each"
	}
	e.file.Func().Add(self(s)).Id("Each").Add(sendParams(s)).Add(seq).Block(
		jen.Return(dispatch(s, way, lateFrom(s))),
	).Line()
}

// lateFrom finds the sender when it is asked for.
func lateFrom(s *signal) jen.Code {
	if s.sender == nil {
		return jen.Nil()
	}
	return jen.Func().Params().Op("*").Qual(runtimePath, "Sender").Add(oneLine(jen.Return(loneFrom(s))))
}
