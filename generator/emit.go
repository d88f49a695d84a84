package generator

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// output is a file to be written. Its text is nil if there must be no such file.
type output struct {
	path string // absolute
	name string // as errors call it
	text []byte
}

// emit returns the generated file of p.
func emit(p *pkg, imports map[string]importName) (output, error) {
	o := output{path: p.output, name: p.outputName}
	if len(p.signals) == 0 {
		return o, nil
	}
	e := &emitter{file: jen.NewFilePathName(p.path, p.name), runtime: imports[runtimePath].name}
	e.file.NoFormat = true // it is formatted once, below
	e.file.HeaderComment(header)
	for path, i := range imports {
		if i.alias {
			e.file.ImportAlias(path, i.name)
		} else {
			e.file.ImportName(path, i.name)
		}
	}
	e.set(p.signals)
	for _, s := range p.signals {
		e.connectFunc(s)
		e.sendFunc(s)
		e.signalType(s)
		e.connect(s)
		e.send(s)
	}
	var err error
	if o.text, err = e.render(); err != nil {
		return output{}, err
	}
	return o, nil
}

// emitter writes one file, from top to bottom.
type emitter struct {
	file    *jen.File
	runtime string // the name of the runtime package in the file
}

// set writes the type that holds the package's signals, and the default one.
func (e *emitter) set(signals []*signal) {
	e.doc("Signals is an isolated set of this package's signals: its receivers hear",
		"only what is sent on it. The zero value is ready to use. A set must not be",
		"copied.")
	e.file.Type().Id(setType).StructFunc(func(g *jen.Group) {
		for _, s := range signals {
			g.Id(s.name).Id(s.typeName())
		}
	}).Line()
	e.doc(defaultSet + " is the set behind the package-level functions.")
	e.file.Var().Id(defaultSet).Id(setType).Line()
}

// connectFunc writes ConnectX.
func (e *emitter) connectFunc(s *signal) {
	name := s.verb("Connect")
	e.doc(fmt.Sprintf("%s connects a receiver to [%s] on [%s].", name, s.name, defaultSet))
	e.file.Func().Id(name).Params(connectParams(s)...).Add(connection()).Block(
		jen.Return(jen.Id(defaultSet).Dot(s.name).Dot("Connect").Call(jen.Id("receiver"), jen.Id("opts").Op("..."))),
	).Line()
}

// sendFunc writes SendX.
func (e *emitter) sendFunc(s *signal) {
	name := s.verb("Send")
	e.doc(append([]string{fmt.Sprintf("%s sends [%s] on [%s]; see [%s.Send].", name, s.name, defaultSet, s.typeName())}, paragraph(s.doc)...)...)
	call := jen.Id(defaultSet).Dot(s.name).Dot("Send").Call(arguments(s)...)
	if s.value != nil || s.fails {
		call = jen.Return(call)
	}
	e.file.Func().Id(name).Add(sendParams(s)).Add(sendResults(s)).Block(call).Line()
}

// signalType writes the type XSignal.
func (e *emitter) signalType(s *signal) {
	e.doc(append([]string{fmt.Sprintf("%s holds the receivers of [%s].", s.typeName(), s.name)}, paragraph(s.doc)...)...)
	e.file.Type().Id(s.typeName()).Struct(
		jen.Id("signal").Qual(runtimePath, "Signal").Types(receiverType(s)),
	).Line()
}

// connect writes the method Connect.
func (e *emitter) connect(s *signal) {
	e.doc("Connect adds a receiver and returns its connection.")
	e.file.Func().Add(self(s)).Id("Connect").Params(connectParams(s)...).Add(connection()).Block(
		jen.Return(jen.Id(selfName).Dot("signal").Dot("Connect").Call(jen.Lit(s.stable), jen.Id("receiver"), jen.Id("opts"))),
	).Line()
}

// send writes the method Send.
func (e *emitter) send(s *signal) {
	e.doc(e.sendDoc(s)...)
	e.file.Func().Add(self(s)).Id("Send").Add(sendParams(s)).Add(sendResults(s)).BlockFunc(func(g *jen.Group) {
		receivers := jen.Id(selfName).Dot("signal").Dot("Receivers").Call()
		if s.value != nil {
			g.Id(receiversName).Op(":=").Add(receivers)
			g.Id(responsesName).Op(":=").Make(jen.Index().Add(typeOf(s.value)), jen.Lit(0), jen.Len(jen.Id(receiversName)))
			receivers = jen.Id(receiversName)
		}
		g.For(jen.List(jen.Id("_"), jen.Id(receiverName)).Op(":=").Range().Add(receivers)).Block(callReceiver(s)...)
		switch {
		case s.value != nil && s.fails:
			g.Return(jen.Id(responsesName), jen.Nil())
		case s.value != nil:
			g.Return(jen.Id(responsesName))
		case s.fails:
			g.Return(jen.Nil())
		}
	}).Line()
}

// sendDoc says what Send does with what the receivers return.
func (e *emitter) sendDoc(s *signal) []string {
	failure := fmt.Sprintf("as a [*%s.ReceiverError]", e.runtime)
	switch {
	case s.value != nil && s.fails:
		return []string{
			"Send calls the receivers in order and returns their responses. It stops at the",
			"first error, which it returns " + failure + " with the responses so far.",
		}
	case s.value != nil:
		return []string{"Send calls the receivers in order and returns their responses."}
	case s.fails:
		return []string{
			"Send calls the receivers in order and stops at the first error, which it returns",
			failure + ".",
		}
	default:
		return []string{"Send calls the receivers in order."}
	}
}

// callReceiver is the body of the loop over the receivers.
func callReceiver(s *signal) []jen.Code {
	enter := jen.Id(receiverName).Dot("Enter").Call()
	call := jen.Id(receiverName).Dot("Func").Call(arguments(s)...)
	if !s.fails {
		if s.value != nil {
			call = jen.Id(responsesName).Op("=").Append(jen.Id(responsesName), call)
		}
		return []jen.Code{jen.If(enter).Block(call)}
	}
	skip := jen.If(jen.Op("!").Add(enter)).Block(jen.Continue())
	failed := jen.Id(errName).Op("!=").Nil()
	fail := jen.Id(receiverName).Dot("Fail").Call(jen.Id(errName))
	if s.value == nil {
		return []jen.Code{skip, jen.If(jen.Id(errName).Op(":=").Add(call), failed).Block(jen.Return(fail))}
	}
	return []jen.Code{
		skip,
		jen.List(jen.Id(responseName), jen.Id(errName)).Op(":=").Add(call),
		jen.If(failed).Block(jen.Return(jen.Id(responsesName), fail)),
		jen.Id(responsesName).Op("=").Append(jen.Id(responsesName), jen.Id(responseName)),
	}
}

func self(s *signal) jen.Code {
	return jen.Params(jen.Id(selfName).Op("*").Id(s.typeName()))
}

func connection() jen.Code {
	return jen.Op("*").Qual(runtimePath, "Connection")
}

func connectParams(s *signal) []jen.Code {
	return []jen.Code{
		jen.Id("receiver").Add(receiverType(s)),
		jen.Id("opts").Op("...").Qual(runtimePath, "ConnectOption"),
	}
}

// receiverType is the type of the signal's receivers.
func receiverType(s *signal) jen.Code {
	if s.isFunc {
		return jen.Id(s.name)
	}
	return jen.Func().Add(sendParams(s)).Error()
}

// sendParams declares what is sent. Neighbours of one type share it.
func sendParams(s *signal) jen.Code {
	params := []jen.Code{jen.Id(ctxName).Qual(contextPath, "Context")}
	multiline := false
	for i, p := range s.params {
		param := jen.Id(p.name)
		switch {
		case p.variadic:
			param.Op("...").Add(typeOf(p.typ))
		case i == len(s.params)-1 || s.params[i+1].variadic || !s.params[i+1].typ.equal(p.typ):
			param.Add(typeOf(p.typ))
		}
		params = append(params, param)
		multiline = multiline || p.typ.isMultiline()
	}
	return jen.Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: multiline}, params...)
}

// arguments passes on what sendParams declares.
func arguments(s *signal) []jen.Code {
	args := []jen.Code{jen.Id(ctxName)}
	for _, p := range s.params {
		arg := jen.Id(p.name)
		if p.variadic {
			arg.Op("...")
		}
		args = append(args, arg)
	}
	return args
}

func sendResults(s *signal) jen.Code {
	switch {
	case s.value != nil && s.fails:
		return jen.Params(jen.Index().Add(typeOf(s.value)), jen.Error())
	case s.value != nil:
		return jen.Index().Add(typeOf(s.value))
	case s.fails:
		return jen.Error()
	default:
		return jen.Null()
	}
}

func typeOf(typ typeExpr) jen.Code {
	code := jen.Null()
	for _, part := range typ {
		if part.path != "" {
			code.Qual(part.path, part.text)
		} else {
			code.Op(part.text)
		}
	}
	return code
}

// paragraph sets a doc comment off from the line above it.
func paragraph(doc []string) []string {
	if len(doc) == 0 {
		return nil
	}
	return append([]string{""}, doc...)
}

// doc writes a doc comment, each line on its own: jennifer would make a block
// comment of several.
func (e *emitter) doc(lines ...string) {
	for _, line := range lines {
		switch {
		case line == "" || line[0] == '\t':
			e.file.Comment("//" + line)
		default:
			e.file.Comment("// " + line)
		}
	}
}

// render returns the file as gofmt would write it.
func (e *emitter) render() ([]byte, error) {
	var buf bytes.Buffer
	if err := e.file.Render(&buf); err != nil {
		return nil, err
	}
	text, err := format.Source(groupImports(buf.Bytes()))
	if err != nil {
		return nil, fmt.Errorf("formatting the generated file: %w", err)
	}
	return text, nil
}

// groupImports parts the import block as goimports does, the standard library
// from the rest. Jennifer has sorted it, a line an import.
func groupImports(text []byte) []byte {
	const begin, end = "import (\n", "\n)\n"
	before, rest, found := strings.Cut(string(text), begin)
	block, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return text
	}
	lines := strings.Split(block, "\n")
	std := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !isStandard(line) })
	others := slices.DeleteFunc(lines, isStandard)
	return []byte(before + begin + strings.Join(std, "\n") + "\n\n" + strings.Join(others, "\n") + end + after)
}

// isStandard reports whether an import line is of the standard library, by the
// rule of goimports: there is no dot in the first element of its path.
func isStandard(line string) bool {
	_, path, _ := strings.Cut(line, `"`)
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
