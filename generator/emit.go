package generator

import (
	"runtime"
	"sync"

	"github.com/dave/jennifer/jen"
)

// emit writes the text of o. It writes several parts at a time, since a package may
// have a thousand signals.
func emit(o *output, t *templates) error {
	imports := nameImports(o)
	pieces := piecesOf(o)
	parts := make([]part, len(pieces))
	errs := make([]error, len(pieces))
	inParallel(len(pieces), func(i int) {
		parts[i], errs[i] = t.render(o, imports, pieces[i])
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	o.text = assemble(o, parts)
	return nil
}

// piece is a part of an output, for the whole package or for one signal.
type piece struct {
	kind   pieceKind
	signal *signal
	write  func(*emitter, *signal)
}

type pieceKind int

const (
	lone      pieceKind = iota
	version             // asserts the version of the runtime
	assertion           // keeps a stale output from compiling
	funcs               // the package's funcs for a signal
	methods             // the signal's methods
)

// piecesOf returns the pieces of an output, in order.
func piecesOf(o *output) []piece {
	pieces := []piece{{version, nil, func(e *emitter, _ *signal) { e.version() }}}
	if len(o.signals) > 0 {
		pieces = append(pieces, piece{lone, nil, func(e *emitter, _ *signal) { e.assertionsComment() }})
	}
	for _, s := range o.signals {
		pieces = append(pieces, piece{assertion, s, (*emitter).assertion})
	}
	pieces = append(pieces,
		piece{lone, nil, func(e *emitter, _ *signal) { e.fitAssertions(o.receivers) }},
		piece{lone, nil, func(e *emitter, _ *signal) { e.set(o.signals) }},
	)
	for _, s := range o.signals {
		pieces = append(pieces,
			piece{funcs, s, (*emitter).signalFuncs},
			piece{lone, s, (*emitter).signalType},
			piece{methods, s, (*emitter).signalMethods},
		)
	}
	return append(pieces, piece{lone, nil, func(e *emitter, _ *signal) { e.receivers(o) }})
}

// inParallel calls do with the numbers from 0 up to n, on all processors.
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
	in      condition // the builds that the part is in
	imports map[string]importName
	runtime string // the name of the runtime package in the file
}

func newEmitter(o *output, imports map[string]importName) *emitter {
	e := &emitter{file: jen.NewFilePathName(o.pkg.path, o.pkg.name), pkg: o.pkg, in: o.in, imports: imports, runtime: imports[runtimePath].name}
	e.file.NoFormat = true // the parts are formatted separately
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

// signalFuncs writes the package-level funcs of one signal.
func (e *emitter) signalFuncs(s *signal) {
	if s.isGeneric() {
		return
	}
	e.defaultVar(s)
	e.connectFunc(s)
	e.connectFromFunc(s)
	e.connectWeakFunc(s)
	e.connectWeakOnFunc(s)
	e.sendFunc(s)
}

// signalMethods writes the methods of a signal's own type, and what they need.
func (e *emitter) signalMethods(s *signal) {
	e.connect(s)
	e.connectFrom(s)
	e.send(s)
	e.sendRobust(s)
	e.sendConcurrent(s)
	e.each(s)
	e.next(s)
	e.events(s)
	e.args(s)
	e.call(s)
}

// doc writes a doc comment, each line on its own: jennifer would turn several lines
// into a block comment.
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
