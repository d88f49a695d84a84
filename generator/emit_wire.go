package generator

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// emitWire writes the text of one of the files that wire package main: what w has
// collected, as far as it is in the builds of o.
func emitWire(o *output, w *wire) error {
	imports := nameWireImports(w)
	e := newEmitter(o, imports)
	if o.in.isPlain() {
		e.file.Comment(wireDirective + strings.Join(w.patterns, " ")).Line()
	}
	e.version()
	names := w.nameChains(imports)
	e.wireInit(w, names)
	for _, c := range w.chains {
		if !c.isIn(o.in) {
			continue
		}
		e.wireSignal(c, names[c])
		for i, run := range c.runs() {
			if run[0].in == o.in && len(run) > 1 {
				e.callRun(c, names[c].runs[i], run)
				e.restOfRun(c, names[c].runs[i])
			}
		}
	}
	p, err := e.render()
	if err != nil {
		return err
	}
	o.text = assemble(o, []part{p})
	return nil
}

// emitHold writes the text of the file that keeps tests of package main from being
// wired: it is initialised before any init has run.
func emitHold(o *output, w *wire) error {
	e := newEmitter(o, nameWireImports(w))
	e.doc("A test of this package is wired only if it asks: see signaltest.Wire.")
	e.file.Var().Id("_").Op("=").Qual(runtimePath, "HoldWires").Call()
	p, err := e.render()
	o.text = assemble(o, []part{p})
	return err
}

// isIn reports whether a file for a condition wires any receivers of c.
func (c *chain) isIn(in condition) bool {
	return slices.ContainsFunc(c.receivers, func(r *receiver) bool { return r.in == in })
}

// runs returns the receivers in runs that a func can call one after another,
// because nothing can come between them: no receiver that is connected while the
// program runs, for the priority is one, and none that is of other builds or is
// not simply called.
//
// The func is of package main, and names the types of what is sent.
func (c *chain) runs() [][]*receiver {
	var runs [][]*receiver
	nameable := areNameable(slices.Collect(c.signal.sentTypes()), c.main)
	for i, r := range c.receivers {
		if i > 0 && nameable && c.continues(c.receivers[i-1], r) {
			runs[len(runs)-1] = append(runs[len(runs)-1], r)
		} else {
			runs = append(runs, []*receiver{r})
		}
	}
	return runs
}

// continues reports whether b is in one run with a, which is called before it.
// What receivers return has no place in a run.
func (c *chain) continues(a, b *receiver) bool {
	simple := func(r *receiver) bool { return !r.once && r.async == 0 }
	return c.signal.value == nil && a.priority == b.priority && a.in == b.in && simple(a) && simple(b)
}

// wireInit writes the func that has everything wired as the program starts.
func (e *emitter) wireInit(w *wire, names map[*chain]chainNames) {
	var calls []jen.Code
	for _, c := range w.chains {
		if c.isIn(e.in) {
			calls = append(calls, jen.Qual(runtimePath, "Wire").Call(jen.Id("wire"+names[c].base+e.in.words())))
		}
	}
	if len(calls) > 0 {
		e.file.Func().Id("init").Params().Block(calls...).Line()
	}
}

// wireSignal writes the func that connects the receivers of one signal.
func (e *emitter) wireSignal(c *chain, names chainNames) {
	name := "wire" + names.base + e.in.words()
	e.doc(name+" connects the receivers of ["+e.nameOf(c)+"], in the order", "in which they are called.")
	var body []jen.Code
	taken := e.taken()
	taken.add("s")
	position := 0
	for i, run := range c.runs() {
		chained := len(run) > 1
		for _, r := range run {
			position++
			if r.in != e.in {
				continue
			}
			static := jen.Qual(runtimePath, "Wired").Call(jen.Lit(position))
			if chained {
				static = jen.Id(lowerFirst(names.runs[i])).Dot("Link").Call(jen.Lit(position))
			}
			body = append(body, jen.Id("s").Dot("Connect").Call(e.wiredReceiver(c, r, taken, static)...))
		}
		if chained && run[0].in == e.in {
			whole := jen.Id(lowerFirst(names.runs[i])).Dot("Whole").Call(jen.Lit(len(run)))
			body = append(body, jen.Id("s").Dot("Connect").Call(jen.Id("call"+names.runs[i]), whole))
		}
	}
	e.file.Func().Id(name).Params().BlockFunc(func(g *jen.Group) {
		g.Id("s").Op(":=").Op("&").Qual(c.of.path, c.variable()).Do(c.field)
		for _, code := range body {
			g.Add(code)
		}
	}).Line()
}

// variable returns the name of the variable of the signal's package that holds
// the signal.
func (c *chain) variable() string {
	if c.signal.inSet() {
		return defaultSet
	}
	return c.signal.defaultName()
}

// field adds the signal's place in its set.
func (c *chain) field(code *jen.Statement) {
	if c.signal.inSet() {
		code.Dot(c.signal.name)
	}
}

// nameOf names the signal of c in a doc comment.
func (e *emitter) nameOf(c *chain) string {
	if i := e.imports[c.of.path]; i.name != "" {
		return i.name + "." + c.signal.name
	}
	return c.signal.name
}

// wiredReceiver is what a receiver is connected with.
func (e *emitter) wiredReceiver(c *chain, r *receiver, taken scope, static jen.Code) []jen.Code {
	fn := jen.Qual(r.path, r.name)
	if r.exact {
		return append([]jen.Code{fn, static}, declaredOptions(r)...)
	}
	annotated := e.annotated(r, jen.Qual(r.path, r.name))
	return append([]jen.Code{adapterFunc(r, r.adapter(taken), fn), static, annotated}, declaredOptions(r)...)
}

// callRun writes the func that calls the receivers of a run.
func (e *emitter) callRun(c *chain, name string, run []*receiver) {
	s := c.signal
	variable := lowerFirst(name)
	names := e.nameParams(s)
	e.doc(variable+" watches over the receivers that call"+name+" calls: when one of them is", "disconnected, it is broken, and each is called by itself.")
	e.file.Var().Id(variable).Qual(runtimePath, "Chain").Line()
	e.doc("call"+name+" calls receivers of ["+e.nameOf(c)+"] one after another. A send calls it in", "their place.")
	e.file.Func().Id("call" + name).Add(names.declare(s)).Add(results(s, false)).BlockFunc(func(g *jen.Group) {
		for i, r := range run {
			rest := jen.Id("restOf" + name).Call(append(names.pass(s), jen.Lit(i))...)
			broken := jen.If(jen.Id(variable).Dot("Broken").Call())
			if s.fails {
				g.Add(broken.Block(jen.Return(rest)))
			} else {
				g.Add(broken.Block(rest, jen.Return()))
			}
			call := jen.Qual(r.path, r.name).Call(names.passTo(r)...)
			if r.fails {
				failed := jen.Id(names.err).Op(":=").Add(call)
				call = jen.If(failed, jen.Id(names.err).Op("!=").Nil()).Block(jen.Return(jen.Id(variable).Dot("Fail").Call(jen.Lit(i), jen.Id(names.err))))
			}
			g.Add(call)
		}
		if s.fails {
			g.Return(jen.Nil())
		}
	}).Line()
}

// restOfRun writes the func that goes on for callRun when some of the receivers
// have been disconnected.
func (e *emitter) restOfRun(c *chain, name string) {
	s := c.signal
	names := e.nameParams(s)
	e.doc("restOf"+name+" calls the receivers from one on, as long as they are connected:", "it goes on for call"+name+" when some are not any more.")
	receive := jen.Id(names.receive).Call(names.spread(s)...)
	e.file.Func().Id("restOf" + name).Add(names.declareWithFrom(s)).Add(results(s, false)).BlockFunc(func(g *jen.Group) {
		rest := jen.Qual(runtimePath, "Rest").Types(e.receiverTypeOf(c)).Call(jen.Op("&").Id(lowerFirst(name)), jen.Id(names.from))
		index := jen.Id("_")
		body := jen.Add(receive)
		if s.fails {
			index = jen.Id(names.index)
			body = jen.If(jen.Id(names.err).Op(":=").Add(receive), jen.Id(names.err).Op("!=").Nil()).Block(
				jen.Return(jen.Id(lowerFirst(name)).Dot("Fail").Call(jen.Id(names.index), jen.Id(names.err))),
			)
		}
		g.For(jen.List(index, jen.Id(names.receive)).Op(":=").Range().Add(rest)).Block(body)
		if s.fails {
			g.Return(jen.Nil())
		}
	}).Line()
}

// receiverTypeOf is the type of the signal's receivers, seen from package main.
func (e *emitter) receiverTypeOf(c *chain) jen.Code {
	if c.signal.isFunc {
		return jen.Qual(c.of.path, c.signal.name)
	}
	return jen.Func().Params(jen.Qual(contextPath, "Context"), typeOf(c.signal.params[0].typ)).Error()
}

// declare declares what is sent as the signal's receivers do.
func (n paramNames) declare(s *signal) jen.Code {
	return list(s.isMultiline(), append([]jen.Code{jen.Id(n.ctx).Qual(contextPath, "Context")}, declareParams(s, n.params)...))
}

// declareWithFrom declares what is sent, and the number of a link behind it.
func (n paramNames) declareWithFrom(s *signal) jen.Code {
	extended := *s
	extended.params = slices.Clone(s.params)
	if last := len(s.params) - 1; last >= 0 && s.params[last].variadic {
		extended.params[last].variadic = false // nothing may stand behind an ellipsis
		extended.params[last].typ = append(typeExpr{{text: "[]"}}, s.params[last].typ...)
	}
	extended.params = append(extended.params, param{typ: typeExpr{{text: "int"}}})
	names := append(slices.Clone(n.params), n.from)
	return list(s.isMultiline(), append([]jen.Code{jen.Id(n.ctx).Qual(contextPath, "Context")}, declareParams(&extended, names)...))
}

// pass passes everything on.
func (n paramNames) pass(s *signal) []jen.Code {
	args := []jen.Code{jen.Id(n.ctx)}
	for i := range s.params {
		args = append(args, jen.Id(n.params[i]))
	}
	return args
}

// spread passes everything on to a receiver.
func (n paramNames) spread(s *signal) []jen.Code {
	args := n.pass(s)
	if last := len(s.params) - 1; last >= 0 && s.params[last].variadic {
		args[len(args)-1] = jen.Id(n.params[last]).Op("...")
	}
	return args
}

// passTo passes on what a receiver takes.
func (n paramNames) passTo(r *receiver) []jen.Code {
	var args []jen.Code
	if r.takesContext {
		args = append(args, jen.Id(n.ctx))
	}
	for i, sent := range r.passes {
		arg := jen.Id(n.params[sent])
		if r.params[i].variadic {
			arg.Op("...")
		}
		args = append(args, arg)
	}
	return args
}
