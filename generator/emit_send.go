package generator

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// sendFunc writes SendX.
func (e *emitter) sendFunc(s *signal) {
	name, method := s.sendName(), s.sending("Send")
	e.doc(fmt.Sprintf("%s sends [%s] on [%s]; see [%s.%s].", name, s.name, s.defaultVariable(), s.typeName(), method))
	call := jen.Id(s.defaultSignal()).Dot(method).Call(arguments(s)...)
	e.file.Func().Id(name).Add(sendParams(s)).Add(results(s, true)).Block(returns(s, call)).Line()
}

// send writes the method Send.
func (e *emitter) send(s *signal) {
	if s.value != nil {
		e.gather(s)
		return
	}
	left := runtimeSend(s, "Send", jen.Id(s.local.calls))
	receive := []jen.Code{callNext(s)}
	if s.fails {
		e.doc(fmt.Sprintf("%s calls the receivers and stops at the first error, a [*%s.ReceiverError].", s.sending("Send"), e.runtime))
		receive = []jen.Code{ifFails(s, callNext(s), jen.Id(s.local.calls).Dot("Fail").Call(jen.Id(s.local.err)))}
	} else {
		e.doc(s.sending("Send") + " calls the receivers.")
	}
	e.file.Func().Add(self(s)).Id(s.sending("Send")).Add(sendParams(s)).Add(results(s, false)).BlockFunc(func(g *jen.Group) {
		leave := []jen.Code{jen.Return(left)}
		if !s.fails {
			leave = []jen.Code{report(s, left), jen.Return()}
		}
		g.For(ready(s), more(s), jen.Id(s.local.calls).Op("=").Id(s.local.calls).Dot("Next").Call()).Block(loop(s, leave, receive)...)
		if s.fails {
			g.Return(jen.Nil())
		}
	}).Line()
}

// gather writes the method Send of a signal whose receivers return a value.
func (e *emitter) gather(s *signal) {
	doc := " calls the receivers and returns their responses."
	if s.fails {
		doc = " calls the receivers and returns their responses, up to the first error."
	}
	e.doc(s.sending("Send") + doc)
	gather := jen.Qual(runtimePath, "Gather").Types(typeOf(s.value)).Call(jen.Id(s.local.ctx), kindPointer(s), base(s), firstCalls(s), argsOf(s))
	e.file.Func().Add(self(s)).Id(s.sending("Send")).Add(sendParams(s)).Add(results(s, true)).BlockFunc(func(g *jen.Group) {
		if s.fails {
			g.Return(gather)
			return
		}
		g.List(jen.Id(s.local.responses), jen.Id(s.local.err)).Op(":=").Add(gather)
		g.Add(report(s, jen.Id(s.local.err)))
		g.Return(jen.Id(s.local.responses))
	}).Line()
}

// firstCalls returns the receivers of a send.
func firstCalls(s *signal) jen.Code {
	if s.sender == nil {
		return jen.Qual(runtimePath, "Ready").Call(base(s))
	}
	return kindOf(s).Dot("ReadyFrom").Call(base(s), senderOf(s))
}

// ready sets the variable that holds the receivers, for a loop.
func ready(s *signal) jen.Code { return jen.Id(s.local.calls).Op(":=").Add(firstCalls(s)) }

// more checks whether a receiver is left.
func more(s *signal) jen.Code { return jen.Id(s.local.calls).Dot("More").Call() }

// loop is the body of a loop over the receivers. It leaves a receiver that cannot be
// called directly, and those after it, to the runtime.
func loop(s *signal, leave, receive []jen.Code) []jen.Code {
	next := jen.Id(s.local.receive).Op(":=").Add(receiverAt(s, jen.Id(s.local.calls).Dot("Receiver").Call()))
	return append([]jen.Code{next, jen.If(jen.Id(s.local.receive).Op("==").Nil()).Block(leave...)}, receive...)
}

// receiverAt returns a pointer to the func of a receiver.
func receiverAt(s *signal, receiver jen.Code) jen.Code {
	return jen.Parens(jen.Op("*").Add(receiverType(s))).Call(receiver)
}

// callNext calls the next receiver.
func callNext(s *signal) jen.Code {
	return jen.Parens(jen.Op("*").Id(s.local.receive)).Call(arguments(s)...)
}

// ifFails returns something if a call returns an error.
func ifFails(s *signal, call, returned jen.Code) jen.Code {
	err := jen.Id(s.local.err)
	return jen.If(jen.Add(err).Op(":=").Add(call), jen.Add(err).Op("!=").Nil()).Block(jen.Return(returned))
}

// report passes the error of a send that returns none to the error handler.
func report(s *signal, err jen.Code) jen.Code {
	return kindOf(s).Dot("Report").Call(jen.Id(s.local.ctx), base(s), err)
}

// runtimeSend calls one of the runtime's funcs that send.
func runtimeSend(s *signal, way string, between ...jen.Code) *jen.Statement {
	args := append([]jen.Code{jen.Id(s.local.ctx), base(s)}, between...)
	return kindOf(s).Dot(way).Call(append(args, argsOf(s))...)
}

// sendRobust writes the method SendRobust.
func (e *emitter) sendRobust(s *signal) {
	if s.value != nil {
		e.doc(s.sending("SendRobust") + " calls every receiver and returns all responses. A panic becomes an error.")
		e.respond(s, "SendRobust", "Robust")
		return
	}
	e.doc(s.sending("SendRobust") + " calls every receiver and joins their errors. A panic becomes an error.")
	err := jen.Id(s.local.err)
	receive := callNext(s)
	if s.fails {
		receive = ifFails(s, receive, err)
	}
	leave := []jen.Code{jen.Return(jen.Qual(runtimePath, "ErrUnfinished"))}
	finish := jen.Add(err).Op("=").Add(runtimeSend(s, "Finish", jen.Id(s.local.calls), err, jen.Recover()))
	e.file.Func().Add(self(s)).Id(s.sending("SendRobust")).Add(sendParams(s)).Params(jen.Add(err).Error()).Block(
		ready(s),
		jen.Defer().Func().Params().Block(jen.If(more(s)).Block(finish)).Call(),
		jen.For(jen.Empty(), more(s), jen.Id(s.local.calls).Dot("Advance").Call()).Block(loop(s, leave, []jen.Code{receive})...),
		jen.Return(jen.Nil()),
	).Line()
}

// sendConcurrent writes the method SendConcurrent.
func (e *emitter) sendConcurrent(s *signal) {
	name := s.sending("SendConcurrent")
	e.doc(name + " is " + s.sending("SendRobust") + " with each receiver in its own goroutine.")
	if s.value != nil {
		e.respond(s, "SendConcurrent", "Concurrent")
		return
	}
	e.file.Func().Add(self(s)).Id(name).Add(sendParams(s)).Error().Block(jen.Return(runtimeSend(s, "SendConcurrent"))).Line()
}

// respond writes a method that returns a response for each receiver.
func (e *emitter) respond(s *signal, method, mode string) {
	responses := jen.Index().Qual(runtimePath, "Response").Types(typeOf(s.value))
	call := jen.Qual(runtimePath, "Respond").Types(typeOf(s.value)).
		Call(jen.Id(s.local.ctx), kindPointer(s), base(s), jen.Qual(runtimePath, mode), argsOf(s))
	e.file.Func().Add(self(s)).Id(s.sending(method)).Add(sendParams(s)).Add(list(s.value.isMultiline(), []jen.Code{responses, jen.Error()})).Block(
		jen.Return(call),
	).Line()
}

// each writes the method Each.
func (e *emitter) each(s *signal) {
	name := s.sending("Each")
	e.doc(name + " returns an iterator that calls the next receiver when the loop asks for it.")
	seq := jen.Qual(iterPath, "Seq2").Types(jen.Qual(runtimePath, "ReceiverInfo"), jen.Error())
	call := runtimeSend(s, "Each")
	if s.value != nil {
		seq = jen.Qual(iterPath, "Seq").Types(jen.Qual(runtimePath, "Response").Types(typeOf(s.value)))
		call = jen.Qual(runtimePath, "EachResponse").Types(typeOf(s.value)).Call(jen.Id(s.local.ctx), kindPointer(s), base(s), argsOf(s))
	}
	e.file.Func().Add(self(s)).Id(name).Add(sendParams(s)).Add(seq).Block(jen.Return(call)).Line()
}
