package generator

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/dave/jennifer/jen"
)

// emit writes the text of o, its parts several at a time: a package may have a
// thousand signals.
func emit(o *output) error {
	imports := nameImports(o)
	parts := make([]part, 1+len(o.signals)+1)
	errs := make([]error, len(parts))
	inParallel(len(parts), func(i int) {
		e := newEmitter(o, imports)
		switch i {
		case 0:
			e.assertions(o.signals)
			e.set(o.signals)
		case len(parts) - 1:
			e.receivers(o)
		default:
			e.signal(o.signals[i-1])
		}
		parts[i], errs[i] = e.render()
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	o.text = assemble(o, parts)
	return nil
}

// inParallel calls do with the numbers below n, as many at a time as there are
// processors.
func inParallel(n int, do func(int)) {
	var group sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range n {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	group.Wait()
}

// emitter writes a part of a file, from top to bottom.
type emitter struct {
	file    *jen.File
	pkg     *pkg
	in      condition // of what is written
	imports map[string]importName
	runtime string // the name of the runtime package in the file
}

func newEmitter(o *output, imports map[string]importName) *emitter {
	e := &emitter{file: jen.NewFilePathName(o.pkg.path, o.pkg.name), pkg: o.pkg, in: o.in, imports: imports, runtime: imports[runtimePath].name}
	e.file.NoFormat = true // the parts are formatted by themselves
	for path, i := range imports {
		if i.alias {
			e.file.ImportAlias(path, i.name)
		} else {
			e.file.ImportName(path, i.name)
		}
	}
	e.file.Comment(endOfImports)
	return e
}

// signal writes all that belongs to one signal.
func (e *emitter) signal(s *signal) {
	if !s.isGeneric() {
		e.defaultVar(s)
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
