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
		get := ready(s)
		if s.value != nil || s.sender != nil { // or the line is long
			g.Add(get)
			get = jen.Empty()
		}
		if s.value != nil {
			g.Id(s.local.responses).Op(":=").Make(jen.Index().Add(typeOf(s.value)), jen.Lit(0), jen.Id(s.local.calls).Dot("Len").Call())
		}
		g.For(get, more(s), next(s)).Block(append([]jen.Code{nextReceiver(s), jen.If(isLeft(s)).Block(sendLeft(s)...)}, callReceiver(s)...)...)
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

// ready sets the variable of the receivers for a loop, and of the sender if there is
// one.
func ready(s *signal) *jen.Statement {
	calls := jen.Id(s.local.calls)
	if s.sender == nil {
		return calls.Op(":=").Qual(runtimePath, "Ready").Call(base(s), callFunc(s))
	}
	get := jen.Qual(runtimePath, "ReadyFrom").Call(base(s), loneFrom(s), callFunc(s))
	return jen.List(calls, jen.Id(s.local.from)).Op(":=").Add(get)
}

// more, next and nextReceiver are what a loop asks the calls for.
func more(s *signal) jen.Code { return jen.Id(s.local.calls).Dot("More").Call() }

func next(s *signal) jen.Code {
	return jen.Id(s.local.calls).Op("=").Id(s.local.calls).Dot("Next").Call()
}

func nextReceiver(s *signal) jen.Code {
	return jen.Id(s.local.receive).Op(":=").Id(s.local.calls).Dot("Receiver").Call()
}

// isLeft says that the next receiver, and what is behind it, is left to the runtime.
func isLeft(s *signal) jen.Code { return jen.Id(s.local.receive).Op("==").Nil() }

// dispatch calls one of the runtime's ways to send.
func dispatch(s *signal, way string, from jen.Code) *jen.Statement {
	return jen.Qual(runtimePath, way).Call(jen.Id(s.local.ctx), jen.Id(s.local.self), from, argsOf(s), callFunc(s))
}

// goOn calls one of the runtime's ways to go on with a send. What stands between the
// receivers and the arguments differs.
func goOn(s *signal, way string, between ...jen.Code) *jen.Statement {
	args := append([]jen.Code{jen.Id(s.local.ctx), jen.Id(s.local.self), knownFrom(s), jen.Id(s.local.calls)}, between...)
	return jen.Qual(runtimePath, way).Call(append(args, jen.Op("&").Add(argsOf(s)), callFunc(s))...)
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

// sendLeft has the runtime go on with a Send.
func sendLeft(s *signal) []jen.Code {
	report := func(err jen.Code) jen.Code {
		return jen.Qual(runtimePath, "Report").Call(jen.Id(s.local.ctx), jen.Id(s.local.self), err)
	}
	switch {
	case s.value != nil && s.fails:
		return []jen.Code{jen.Return(goOn(s, "Gather", jen.Id(s.local.responses)))}
	case s.value != nil:
		return []jen.Code{
			jen.List(jen.Id(s.local.responses), jen.Id(s.local.err)).Op(":=").Add(goOn(s, "Gather", jen.Id(s.local.responses))),
			report(jen.Id(s.local.err)),
			jen.Return(jen.Id(s.local.responses)),
		}
	case s.fails:
		return []jen.Code{jen.Return(goOn(s, "Send"))}
	default:
		return []jen.Code{report(goOn(s, "Send")), jen.Return()}
	}
}

// receive calls the next receiver.
func receive(s *signal) *jen.Statement {
	return jen.Id(s.local.receive).Call(arguments(s)...)
}

// callReceiver is what the loop of Send does with the next receiver.
func callReceiver(s *signal) []jen.Code {
	err, responses := jen.Id(s.local.err), jen.Id(s.local.responses)
	failed := jen.Add(err).Op("!=").Nil()
	fail := jen.Id(s.local.calls).Dot("Fail").Call(err)
	switch {
	case s.value != nil && s.fails:
		return []jen.Code{
			jen.List(jen.Id(s.local.response), err).Op(":=").Add(receive(s)),
			jen.If(failed).Block(jen.Return(responses, fail)),
			jen.Add(responses).Op("=").Append(responses, jen.Id(s.local.response)),
		}
	case s.value != nil:
		return []jen.Code{jen.Add(responses).Op("=").Append(responses, receive(s))}
	case s.fails:
		return []jen.Code{jen.If(jen.Add(err).Op(":=").Add(receive(s)), failed).Block(jen.Return(fail))}
	default:
		return []jen.Code{receive(s)}
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
	err := jen.Id(s.local.err)
	call := jen.Code(receive(s))
	if s.fails {
		call = jen.If(jen.Add(err).Op(":=").Add(receive(s)), jen.Add(err).Op("!=").Nil()).Block(jen.Return(err))
	}
	rest := goOn(s, "SendRobust", err, jen.Recover())
	e.file.Func().Add(self(s)).Id("SendRobust").Add(sendParams(s)).Params(jen.Add(err).Error()).BlockFunc(func(g *jen.Group) {
		g.Add(ready(s))
		g.Defer().Func().Params().Block(jen.If(more(s)).Block(jen.Add(err).Op("=").Add(rest))).Call()
		g.For(jen.Empty(), more(s), jen.Id(s.local.calls).Dot("Advance").Call()).Block(
			nextReceiver(s),
			jen.If(isLeft(s)).Block(jen.Return(jen.Qual(runtimePath, "ErrUnfinished"))),
			call,
		)
		g.Return(jen.Nil())
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
