package topology

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// A part holds what one package contributes to the model.
type part struct {
	signals   []Signal // those that it declares, and used ones from outside the patterns
	sends     []Send
	receives  []Receive
	bridges   []Bridge
	forwards  []Bridge // with the stable name in place of the ID
	unknown   []Unknown
	calls     []Call
	faults    []Fault
	annotated []Annotated         // funcs with a directive that no generated func connects
	types     []types.Type        // types that signals carry and return
	docs      map[string]fileDocs // of the hand-written files, by name

	path    string
	unwired bool                 // its doc comment says that no program wires its receivers
	funcs   map[string]Func      // funcs that it declares, by key
	wirings map[string][]Receive // what generated funcs connect, by the keys of these funcs
	wires   []wire
}

// A wire is a call of a generated func that connects annotated receivers.
type wire struct {
	key string // that of the func
	how How
	in  Func
	pos Position
	on  bool // it is in a test file
}

// collect finds what a package does with signals.
func collect(s *scope, k *checked) *part {
	c := &collector{
		scope:    s,
		checked:  k,
		values:   use.ValuesOf(k.info, k.files),
		literals: make(map[*ast.FuncLit]Func),
		signals:  make(map[string]use.Signal),
		called:   make(map[ast.Expr]bool),
		handled:  make(map[ast.Expr]bool),
		returns:  make(map[ast.Stmt]bool),
		part:     &part{path: k.PkgPath, docs: make(map[string]fileDocs), funcs: make(map[string]Func), wirings: make(map[string][]Receive)},
	}
	c.part.faults = k.faults(s)
	if k.types == nil {
		return c.part
	}
	for _, file := range k.files {
		c.declare(file)
		c.part.unwired = c.part.unwired || isUnwired(file)
	}
	for _, file := range k.files {
		c.file = fileOf{test: strings.HasSuffix(s.fset.Position(file.FileStart).Filename, "_test.go")}
		if k.generated[file] {
			c.wiring(file)
			continue
		}
		c.walk(file)
		c.part.docs[s.fset.Position(file.FileStart).Filename] = docsIn(s.fset, file)
	}
	for _, file := range k.files {
		if !k.generated[file] {
			c.annotations(file)
		}
	}
	c.finish()
	return c.part
}

// A collector looks at the files of a package one after another.
type collector struct {
	*scope
	*checked
	part     *part
	values   use.Values
	literals map[*ast.FuncLit]Func
	signals  map[string]use.Signal // used signals, by ID

	file  fileOf
	stack []ast.Node // from the file to the present node

	called  map[ast.Expr]bool // names of funcs that are called
	handled map[ast.Expr]bool // values that are part of a recorded use
	returns map[ast.Stmt]bool // cached results of mayReturn

	sent   []sent
	inside []inside
}

// fileOf holds what is known about the current file.
type fileOf struct{ test bool }

// sent is a send by a func that is named as a value. It counts only if it is not part
// of a chain.
type sent struct {
	name ast.Expr
	send Send
}

// inside is a call of a literal by the func that contains it. It counts only if the
// literal is not a receiver.
type inside struct {
	literal *ast.FuncLit
	call    Call
}

// walk looks at every node of a file.
func (c *collector) walk(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			c.stack = c.stack[:len(c.stack)-1]
			return true
		}
		c.stack = append(c.stack, n)
		c.visit(n)
		return true
	})
}

func (c *collector) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.CallExpr:
		c.call(n)
	case *ast.FuncLit:
		c.literal(n)
	case *ast.SelectorExpr:
		c.called[n.Sel] = true
		c.value(n)
	case *ast.Ident:
		c.value(n)
	}
	if e, ok := n.(ast.Expr); ok {
		c.escape(e)
	}
}

// call looks at a call.
func (c *collector) call(call *ast.CallExpr) {
	c.called[use.NameIn(call.Fun)] = true
	if u, ok := use.OfCall(c.info, call); ok {
		c.use(u, call)
		return
	}
	fn := use.FuncOf(c.info, call.Fun)
	if fn == nil {
		return
	}
	fn = fn.Origin()
	switch {
	case c.isWiring(fn):
		c.wire(fn, call)
	case c.has(fn.Pkg()) && !isAbstract(fn):
		c.part.calls = append(c.part.calls, Call{
			Caller:      c.enclosing(),
			Callee:      c.funcOf(fn),
			Conditional: c.isConditional(),
			Concurrent:  c.isConcurrent(),
			Pos:         c.at(call.Pos()),
		})
	}
}

// isAbstract reports whether fn is a method of an interface.
func isAbstract(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// literal records that a func literal is called by the func that contains it.
func (c *collector) literal(literal *ast.FuncLit) {
	call, ok := c.parent().(*ast.CallExpr)
	called := ok && ast.Unparen(call.Fun) == literal
	inner := c.stack
	defer func() { c.stack = inner }()
	c.stack = inner[:len(inner)-1]
	c.inside = append(c.inside, inside{literal, Call{
		Caller:      c.enclosing(),
		Callee:      c.literals[literal],
		Conditional: !called || c.isConditional(),
		Concurrent:  called && c.isConcurrent(),
		Pos:         c.at(literal.Pos()),
	}})
}

// value looks at a name that is not called.
func (c *collector) value(name ast.Expr) {
	if c.called[name] || c.handled[name] {
		return
	}
	if u, ok := use.OfValue(c.info, name); ok {
		c.useValue(u, name)
		return
	}
	if fn := use.FuncOf(c.info, name); fn != nil && c.isWiring(fn.Origin()) {
		c.wire(fn.Origin(), name)
	}
}

// use records what a call does with a signal.
func (c *collector) use(u use.Use, call *ast.CallExpr) {
	if u.Arg != nil {
		c.handled[ast.Unparen(u.Arg)] = true
	}
	switch {
	case u.Op == use.All:
		c.lists(u, call)
	case u.Op == use.Forward:
		c.forward(u, call)
	case !u.Signal.IsKnown() && (u.Op.Connects() || u.Op.Sends() || u.Op.Bridges()):
		c.unknown("", "any signal: it is passed to "+u.Func.Name()+" as an interface", call)
	case !u.Signal.IsKnown():
	case u.Op.Connects():
		c.receive(u, call)
	case u.Op.Sends():
		c.send(u, call)
	case u.Op.Bridges():
		c.bridge(u, call)
	case u.Op == use.Next || u.Op == use.Events:
		c.waits(u, call)
	}
}

// useValue records what a func value does with a signal.
func (c *collector) useValue(u use.Use, name ast.Expr) {
	switch {
	case u.Op == use.All:
		c.lists(u, name)
	case !u.Signal.IsKnown() && (u.Op.Connects() || u.Op.Sends() || u.Op.Bridges()):
		c.unknown("", "any signal: "+u.Func.Name()+" is a value", name)
	case !u.Signal.IsKnown():
	case u.Op.Connects():
		c.receiveValue(u, name)
	case u.Op.Sends():
		send := c.newSend(u, name)
		send.Value = true
		c.sent = append(c.sent, sent{name, send})
	case u.Op == use.Next || u.Op == use.Events:
		c.waits(u, name)
	}
}

// id returns the ID of a signal, and records that it is used.
func (c *collector) id(s use.Signal) string {
	id := s.ID()
	c.signals[id] = s
	return id
}

// unknown records that a signal cannot be followed beyond n.
func (c *collector) unknown(id, reason string, n ast.Node) {
	c.part.unknown = append(c.part.unknown, Unknown{Signal: id, Reason: reason, In: c.enclosing(), Pos: c.at(n.Pos()), Test: c.file.test})
}

// finish records what depends on the whole package.
func (c *collector) finish() {
	for _, s := range c.sent {
		if !c.handled[s.name] {
			c.part.sends = append(c.part.sends, s.send)
		}
	}
	for _, i := range c.inside {
		if !c.handled[i.literal] {
			c.part.calls = append(c.part.calls, i.call)
		}
	}
	c.describe()
}
