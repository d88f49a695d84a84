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
	if p.hasSet() {
		e.set(p.signals)
	}
	for _, s := range p.signals {
		e.signal(s)
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

// signal writes all that belongs to one signal.
func (e *emitter) signal(s *signal) {
	if !s.isGeneric() {
		e.connectFunc(s)
		e.connectFromFunc(s)
		e.connectWeakFunc(s)
		e.connectWeakOnFunc(s)
		e.sendFunc(s)
	}
	e.signalType(s)
	e.nameAndDoc(s)
	e.connect(s)
	e.connectFrom(s)
	e.send(s)
	e.sendRobust(s)
	e.sendConcurrent(s)
	e.each(s)
	e.args(s)
	e.call(s)
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

// docWith writes a line and, set off from it, the declaration's own doc comment.
func (e *emitter) docWith(s *signal, format string, args ...any) {
	e.doc(fmt.Sprintf(format, args...))
	if len(s.doc) > 0 {
		e.doc("")
		e.doc(s.doc...)
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

// isStandard reports whether an import line is of the standard library.
func isStandard(line string) bool {
	_, path, _ := strings.Cut(line, `"`)
	return isStandardPath(path)
}
