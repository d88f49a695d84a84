package generator

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// emitWire writes one of the files that wire package main, with the receivers of w that
// have the condition of o.
func emitWire(o *output, w *wire, names wireNames) error {
	e := &wireEmitter{newEmitter(o, names.imports), w, names}
	if o.in.isPlain() {
		e.file.Comment(wireDirective + strings.Join(w.patterns, " ")).Line()
	}
	e.version()
	if o.in.isPlain() {
		e.sets()
		e.connectAll()
		e.connectAllTo()
	} else {
		e.connectConstrained()
	}
	p, err := e.render()
	if err != nil {
		return err
	}
	o.text = assemble(o, []part{p})
	return nil
}

// A wireEmitter writes a wire file, from top to bottom.
type wireEmitter struct {
	*emitter
	wire  *wire
	names wireNames
}

// sets writes the struct of the sets that receivers are connected on.
func (e *wireEmitter) sets() {
	e.doc(wiredSets+" holds the sets on which ["+connectWiredTo+"] connects receivers. A nil field", "stands for the default set of its package.")
	e.file.Type().Id(wiredSets).StructFunc(func(g *jen.Group) {
		for _, path := range e.setPaths(func(*receiver) bool { return true }) {
			g.Id(e.names.fields[path]).Op("*").Qual(path, setType)
		}
	}).Line()
}

// setPaths returns the import paths of the sets that some receivers are connected on.
func (e *wireEmitter) setPaths(of func(*receiver) bool) []string {
	var paths []string
	for _, s := range e.wire.signals {
		for _, r := range s.receivers {
			if path := s.of.path; s.inSet() && of(r) && (len(paths) == 0 || paths[len(paths)-1] != path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// connectAll writes the func that connects the receivers on the default sets.
func (e *wireEmitter) connectAll() {
	e.doc(connectWired+" connects every annotated receiver of this program, funcs and", "methods, in the order in which they are called. A receiver whose value is missing", "does not compile.")
	call := jen.Id(connectWiredTo).Call(append([]jen.Code{jen.Id(wiredSets).Values()}, e.passValues()...)...)
	e.file.Func().Id(connectWired).Params(e.declareValues(e.names.values)...).Add(connections()).Block(jen.Return(call)).Line()
}

// connectAllTo writes the func that connects the receivers on other sets.
func (e *wireEmitter) connectAllTo() {
	constrained := len(e.wire.conditions()) > 1
	e.doc(connectWiredTo+" is ["+connectWired+"] for other sets, such as those of", "a test.")
	e.file.Func().Id(connectWiredTo).Params(e.params(constrained)...).Add(connections()).BlockFunc(func(g *jen.Group) {
		e.setVariables(g)
		if !constrained {
			g.Return(jen.Qual(runtimePath, "Connect").Add(e.list("(", ")")))
			return
		}
		g.Id(e.names.connections).Op(":=").Index().Add(connection()).Add(e.list("{", "}"))
		g.For(jen.List(jen.Id("_"), jen.Id(e.names.connect)).Op(":=").Range().Id(connectWiredConstrained)).Block(
			jen.Id(e.names.connections).Op("=").Append(jen.Id(e.names.connections), jen.Id(e.names.connect).Call(append([]jen.Code{jen.Id(e.names.sets)}, e.passValues()...)...).Op("...")),
		)
		g.Return(jen.Qual(runtimePath, "Connect").Call(jen.Id(e.names.connections).Op("...")))
	}).Line()
	if constrained {
		e.doc(connectWiredConstrained+" holds the funcs that connect the receivers of some builds. Files of", "those builds add them. These receivers are called after the others of their priority.")
		e.file.Var().Id(connectWiredConstrained).Index().Func().Params(e.params(true)...).Index().Add(connection()).Line()
	}
}

// connectConstrained writes the func that connects the receivers of one condition.
func (e *wireEmitter) connectConstrained() {
	name := connectWired + e.in.words()
	e.file.Func().Id("init").Params().Block(
		jen.Id(connectWiredConstrained).Op("=").Append(jen.Id(connectWiredConstrained), jen.Id(name)),
	).Line()
	e.doc(name + " connects the receivers of this build, for [" + connectWiredTo + "].")
	e.file.Func().Id(name).Params(e.params(false)...).Index().Add(connection()).BlockFunc(func(g *jen.Group) {
		e.setVariables(g)
		g.Return(jen.Index().Add(connection()).Add(e.list("{", "}")))
	}).Line()
}

// setVariables declares the sets that the file connects receivers on.
func (e *wireEmitter) setVariables(g *jen.Group) {
	for _, path := range e.setPaths(e.connects) {
		set := jen.Id(e.names.sets).Dot(e.names.fields[path])
		g.Id(e.names.variables[path]).Op(":=").Qual(cmpPath, "Or").Call(set, jen.Op("&").Qual(path, defaultSet))
	}
}

// connects reports whether the file connects a receiver.
func (e *wireEmitter) connects(r *receiver) bool { return r.in == e.in }

// list returns the connections that the file makes. Each is on its own lines, after the
// doc comment of its receiver, and there is an empty line before the next signal.
func (e *wireEmitter) list(before, behind string) jen.Code {
	taken := e.names.taken
	var connects []jen.Code
	last := (*wiredSignal)(nil)
	for _, s := range e.wire.signals {
		for _, r := range s.receivers {
			if !e.connects(r) {
				continue
			}
			connect := jen.Null()
			if last != nil && last != s {
				connect.Line()
			}
			last = s
			if r.synopsis != "" {
				connect.Comment("// " + r.synopsis).Line()
			}
			connect.Add(e.on(s)).Dot("Connect").Call(e.connectArgs(r, e.names.valueOf(e.wire, r), taken)...)
			connects = append(connects, connect)
		}
	}
	return jen.Custom(jen.Options{Open: before, Close: behind, Separator: ",", Multi: true}, connects...)
}

// on returns the set or signal on which a signal's receivers are connected.
func (e *wireEmitter) on(s *wiredSignal) *jen.Statement {
	if s.inSet() {
		return jen.Id(e.names.variables[s.of.path]).Dot(s.name)
	}
	return jen.Qual(s.of.path, s.defaultName())
}

// params declares the sets and the values that the file uses, or all of them if
// passedOn is set.
func (e *wireEmitter) params(passedOn bool) []jen.Code {
	sets, values := e.names.sets, slices.Clone(e.names.values)
	if !passedOn {
		if len(e.setPaths(e.connects)) == 0 {
			sets = "_"
		}
		for i := range values {
			if !e.hasMethodsOf(e.wire.owners[i]) {
				values[i] = "_"
			}
		}
	}
	return append([]jen.Code{jen.Id(sets).Id(wiredSets)}, e.declareValues(values)...)
}

// hasMethodsOf reports whether the file connects a method of a type.
func (e *wireEmitter) hasMethodsOf(o *owner) bool {
	return slices.ContainsFunc(e.wire.signals, func(s *wiredSignal) bool {
		return slices.ContainsFunc(s.receivers, func(r *receiver) bool { return e.connects(r) && o.owns(r) })
	})
}

// declareValues declares the values whose methods are receivers, with the given names.
func (e *wireEmitter) declareValues(names []string) []jen.Code {
	values := make([]jen.Code, len(names))
	for i, o := range e.wire.owners {
		value := jen.Id(names[i])
		if o.pointer {
			value.Op("*")
		}
		values[i] = value.Qual(o.path, o.name)
	}
	return values
}

// passValues passes the values on.
func (e *wireEmitter) passValues() []jen.Code {
	values := make([]jen.Code, len(e.names.values))
	for i, name := range e.names.values {
		values[i] = jen.Id(name)
	}
	return values
}
