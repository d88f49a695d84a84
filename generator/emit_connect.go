package generator

import "github.com/dave/jennifer/jen"

// connectFunc writes ConnectX.
func (e *emitter) connectFunc(s *signal) {
	name := s.verb("Connect")
	e.doc(name + " connects a receiver to [" + s.name + "] on [" + s.defaultVariable() + "].")
	e.file.Func().Id(name).Params(jen.Id(s.local.target).Add(receiverType(s)), options(s)).Add(connection()).Block(
		jen.Return(jen.Id(s.defaultSignal()).Dot("Connect").Call(jen.Id(s.local.target), jen.Id(s.local.opts).Op("..."))),
	).Line()
}

// connectFromFunc writes ConnectXFrom.
func (e *emitter) connectFromFunc(s *signal) {
	if s.sender == nil {
		return
	}
	name := s.verb("Connect") + "From"
	e.doc(name + " connects a receiver that hears [" + s.name + "] from one sender only.")
	e.file.Func().Id(name).Add(list(s.isMultiline(), []jen.Code{jen.Id(s.local.sender).Add(senderType(s)), jen.Id(s.local.target).Add(receiverType(s)), options(s)})).Add(connection()).Block(
		jen.Return(jen.Id(s.defaultSignal()).Dot("ConnectFrom").Call(jen.Id(s.local.sender), jen.Id(s.local.target), jen.Id(s.local.opts).Op("..."))),
	).Line()
}

// connectWeakFunc writes ConnectXWeak.
func (e *emitter) connectWeakFunc(s *signal) {
	name := s.verb("Connect") + "Weak"
	e.doc(name + " connects a method without keeping its owner alive.")
	e.file.Func().Id(name).Types(jen.Id(s.local.ownerType).Any()).Add(weakParams(s)).Add(connection()).Block(
		jen.Return(jen.Id(name+"On").Call(jen.Op("&").Id(s.defaultSignal()), jen.Id(s.local.owner), jen.Id(s.local.method), jen.Id(s.local.opts).Op("..."))),
	).Line()
}

// connectWeakOnFunc writes ConnectXWeakOn.
func (e *emitter) connectWeakOnFunc(s *signal) {
	name := s.verb("Connect") + "WeakOn"
	e.doc(name + " is [" + s.verb("Connect") + "Weak] for any [" + s.typeName() + "].")
	params := weakParams(s, jen.Id(s.local.self).Op("*").Id(s.typeName()))
	e.file.Func().Id(name).Types(jen.Id(s.local.ownerType).Any()).Add(params).Add(connection()).Block(
		jen.Id(s.local.held).Op(":=").Qual(weakPath, "Make").Call(jen.Id(s.local.owner)),
		jen.Id(s.local.target).Op(":=").Func().Add(sendParams(s)).Add(namedResults(s)).Block(weakBody(s)...),
		jen.Return(kindOf(s).Dot("ConnectWeak").Call(base(s), jen.Id(s.local.owner), jen.Id(s.local.method), receiverPointer(s), jen.Id(s.local.opts))),
	).Line()
}

// receiverPointer returns the receiver in the form that the runtime expects.
func receiverPointer(s *signal) jen.Code {
	return jen.Qual(runtimePath, "Receiver").Call(jen.Op("&").Id(s.local.target))
}

// weakParams declares the owner, its method and the options, after the parameters in
// first.
func weakParams(s *signal, first ...jen.Code) jen.Code {
	method := params(s, jen.Id(s.local.owner).Op("*").Id(s.local.ownerType), jen.Id(s.local.ctx).Qual(contextPath, "Context"))
	return list(s.isMultiline(), append(first,
		jen.Id(s.local.owner).Op("*").Id(s.local.ownerType),
		jen.Id(s.local.method).Func().Add(method).Add(results(s, false)),
		options(s),
	))
}

// namedResults returns the results of a receiver, with names so that a func may leave
// them zero.
func namedResults(s *signal) jen.Code {
	var named []jen.Code
	if s.value != nil {
		response := jen.Id(s.local.response)
		if !s.fails || !s.value.equal(typeExpr{{text: "error"}}) {
			response.Add(typeOf(s.value))
		}
		named = append(named, response)
	}
	if s.fails {
		named = append(named, jen.Id(s.local.err).Error())
	}
	if named == nil {
		return jen.Null()
	}
	return list(s.value.isMultiline(), named)
}

// weakBody calls the method if the owner still exists.
func weakBody(s *signal) []jen.Code {
	call := jen.Id(s.local.method).Call(arguments(s, s.local.owner)...)
	var named []jen.Code
	if s.value != nil {
		named = append(named, jen.Id(s.local.response))
	}
	if s.fails {
		named = append(named, jen.Id(s.local.err))
	}
	if named != nil {
		call = jen.List(named...).Op("=").Add(call)
	}
	there := jen.If(jen.Id(s.local.owner).Op(":=").Id(s.local.held).Dot("Value").Call(), jen.Id(s.local.owner).Op("!=").Nil())
	body := []jen.Code{there.Block(call)}
	if named != nil {
		body = append(body, jen.Return(named...))
	}
	return body
}

// connect writes the method Connect.
func (e *emitter) connect(s *signal) {
	e.doc("Connect connects a receiver.")
	e.file.Func().Add(self(s)).Id("Connect").Params(jen.Id(s.local.target).Add(receiverType(s)), options(s)).Add(connection()).Block(
		jen.Return(kindOf(s).Dot("Connect").Call(base(s), receiverPointer(s), jen.Id(s.local.opts))),
	).Line()
}

// connectFrom writes the methods ConnectFrom and HasReceiversFrom.
func (e *emitter) connectFrom(s *signal) {
	if s.sender == nil {
		return
	}
	e.doc("ConnectFrom connects a receiver that hears one sender only.")
	e.file.Func().Add(self(s)).Id("ConnectFrom").Add(list(s.isMultiline(), []jen.Code{jen.Id(s.local.sender).Add(senderType(s)), jen.Id(s.local.target).Add(receiverType(s)), options(s)})).Add(connection()).Block(
		jen.Return(kindOf(s).Dot("ConnectFrom").Call(base(s), jen.Id(s.local.sender), receiverPointer(s), jen.Id(s.local.opts))),
	).Line()
	e.doc("HasReceiversFrom reports whether anything hears the sends of one sender.")
	e.file.Func().Add(self(s)).Id("HasReceiversFrom").Add(list(s.isMultiline(), []jen.Code{jen.Id(s.local.sender).Add(senderType(s))})).Bool().Block(
		jen.Return(kindOf(s).Dot("HasReceiversFrom").Call(base(s), jen.Id(s.local.sender))),
	).Line()
}
