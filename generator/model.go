package generator

import (
	"go/token"
	"slices"
	"strings"
)

// folder is what the packages of one folder share.
type folder struct {
	path      string          // absolute
	name      string          // as in errors
	owner     string          // the module of the folder, if the user does not work on it
	root      string          // the folder of its module otherwise
	wired     []string        // the patterns of its wire file; nil without one
	wiredAt   token.Position  // their position; Line is 0 if a wire file has none
	whole     bool            // the patterns of the run name all of its module
	generated []string        // the files in it that signalgen wrote
	foreign   map[string]bool // the other Go files, which may declare signals
	broken    bool            // a mistake was found, so the outputs must stay as they are
	partial   bool            // some file does not parse, so no output may be removed
}

// pkg is a package that declares signals or receivers, or that has outputs because it
// used to.
type pkg struct {
	*folder
	path       string // import path
	name       string // from the package clause
	inner      *pkg   // the package whose external tests it is; nil for others
	signals    []*signal
	receivers  []*receiver
	names      names            // what the package declares at its top level, except in generated files
	defined    map[string]bool  // the names that are types, and not an alias in any build
	aliases    map[string]alias // the names that are aliases of named types
	dotImports names            // the paths that its files import with a dot
	imported   map[string]bool  // the paths that its files import, except those of tests
	importedAs names            // what its files call their imports
	unwired    bool             // its package doc says that no program wires its receivers
	callsWired bool             // package main calls the func that connects its wired receivers
}

// An alias is another name for a named type.
type alias struct {
	of      typePart
	imports []importedName // those of the file that declares it
}

// names are the places where each name is declared.
type names map[string][]place

// place is the position of something, and the builds that have it.
type place struct {
	pos token.Position
	in  condition
}

func (n names) add(name string, pos token.Position, in condition) {
	n[name] = append(n[name], place{pos, in})
}

// clash returns the first place of a name that may be in one build with in.
func (n names) clash(name string, in condition) (token.Position, bool) {
	i := slices.IndexFunc(n[name], func(p place) bool { return mayShareBuild(p.in, in) })
	if i < 0 {
		return token.Position{}, false
	}
	return n[name][i].pos, true
}

// signal is a declared signal.
type signal struct {
	name    string // that of the declared type
	pos     token.Position
	stable  string         // the name in errors and logs
	private bool           // only the declaring package sends
	in      condition      // the builds that the declaration is in
	doc     []string       // the declaration's doc comment, without directives
	imports []importedName // what the declaring file imports

	typeParams []typeParam // those of a generic signal

	kind     kind     // what a payload is
	written  typeExpr // what a payload is declared as; nil if that cannot be told
	isAlias  bool     // a payload is an alias of what it is declared as
	converts bool     // a payload must be converted to what it is declared as

	isFunc           bool     // declared as a func type, which is then the type of its receivers
	params           []param  // what is sent, after ctx; for a payload only the payload
	value            typeExpr // what a receiver returns besides an error; nil if nothing
	fails            bool     // a receiver returns an error
	sender           *param   // the sender; nil if there is none; its type is without the * of a pointer
	senderIsPointer  bool
	senderIsPromoted bool   // it is a field of a struct that the payload embeds
	local            locals // set by names.go
}

// receiver is a func that a directive connects to a signal.
type receiver struct {
	name      string
	path      string // import path of its package
	pos       token.Position
	in        condition
	imports   []importedName // those of its file
	source    string         // its signature, as in the file
	synopsis  string         // the first sentence of its doc comment
	owner     string         // the type whose method it is; empty for a func
	ownerType string         // owner with type parameters, as the method writes it
	pointer   bool           // it is a method with a pointer receiver

	target typePart       // the signal, as the directive names it; zero if it does not
	at     token.Position // where the signal is named

	id, stable string // the options ID and Name
	priority   int
	once       bool
	async      int // size of the queue; 0 for none
	overflow   string
	workers    int

	takesContext bool
	params       []param // after ctx
	results      []typeExpr
	fails        bool // it returns an error after the results

	signal      *signal // what it hears, set by link.go
	unlinked    string  // why it has no signal
	of          *pkg    // the signal's package
	programOnly bool    // its own package cannot import the signal's
	exact       bool    // its type is that of the signal's receivers
	unsure      bool    // the compiler must check whether its types are those that are sent
	passes      []int   // which of the signal's parameters each of its own gets
}

// kind says what a payload is, as far as the syntax shows.
type kind int

const (
	otherKind kind = iota
	aStruct
	anInterface
)

// locals are the names of local variables in generated methods.
type locals struct {
	self, ctx, calls, receive, err, response, responses string // for sends
	target, sender, opts, args, result                  string // for connects and calls
	data, buffer                                        string // for Next and Events
	ownerType, owner, method, held                      string // for weak connects
}

// typeParam is a parameter of a generic type, and its constraint.
type typeParam struct {
	name       string
	constraint typeExpr
}

// param is one argument of a send.
type param struct {
	declared string // its name in the declaration, which may be empty or "_"
	name     string // the same, or what names.go has made of it
	field    string // its name in the struct of all arguments, set by names.go
	typ      typeExpr
	variadic bool
	imports  []importedName // those of the file that writes the type, for a sender
}

// values returns the results of a receiver without the error: one or none.
func (s *signal) values() []typeExpr {
	if s.value == nil {
		return nil
	}
	return []typeExpr{s.value}
}

// isMultiline reports whether any of the signal's types is written on several lines.
func (s *signal) isMultiline() bool {
	return s.value.isMultiline() || s.sender != nil && s.sender.typ.isMultiline() ||
		slices.ContainsFunc(s.params, func(p param) bool { return p.typ.isMultiline() })
}

// importedName is one import of a file. Its name is empty when the file gives none.
type importedName struct {
	name, path string
	isOdd      bool // the file gives no name, and the package's name is not the one that the path suggests
}

// exported reports whether the signal's functions are exported.
func (s *signal) exported() bool { return token.IsExported(s.name) }

// verb returns the name of the package-level function for verb: ConnectServerStart, or
// connectServerStart for an unexported signal.
func (s *signal) verb(verb string) string {
	if !s.exported() {
		verb = lowerFirst(verb)
	}
	return verb + upperFirst(s.name)
}

// sendName returns the name of the package-level function that sends.
func (s *signal) sendName() string {
	if s.private {
		return "send" + upperFirst(s.name)
	}
	return s.verb("Send")
}

// sending returns the name of a method that sends: SendRobust, or sendRobust for a
// private signal.
func (s *signal) sending(method string) string {
	if s.private {
		return lowerFirst(method)
	}
	return method
}

// generatedNames returns the names that the signal adds to the package's top level.
func (s *signal) generatedNames() []string {
	names := []string{s.typeName(), s.callName()}
	if s.isFunc {
		names = append(names, s.argsName())
	}
	if s.isGeneric() {
		return names
	}
	names = append(names, s.kindName())
	if !s.inSet() {
		names = append(names, s.defaultName())
	}
	names = append(names, s.verb("Connect"), s.sendName(), s.verb("Connect")+"Weak", s.verb("Connect")+"WeakOn")
	if s.sender != nil {
		names = append(names, s.verb("Connect")+"From")
	}
	return names
}

// types returns the types that generated code names.
func (s *signal) types() []typeExpr {
	types := s.declaredTypes()
	if s.sender != nil {
		types = append(types, s.sender.typ)
	}
	return types
}

// declaredTypes returns the types that the declaration itself writes.
func (s *signal) declaredTypes() []typeExpr {
	var types []typeExpr
	for _, p := range s.typeParams {
		types = append(types, p.constraint)
	}
	for _, p := range s.params {
		types = append(types, p.typ)
	}
	if s.assertsWritten() {
		types = append(types, s.written)
	}
	return append(types, s.value)
}

// assertsWritten reports whether generated code compares a payload with the type that
// it is declared as.
func (s *signal) assertsWritten() bool {
	return s.kind == otherKind && s.sender == nil && s.written != nil
}

// typeArgs returns the signal's own type parameters as arguments: [K, V].
func (s *signal) typeArgs() string {
	if !s.isGeneric() {
		return ""
	}
	names := make([]string, len(s.typeParams))
	for i, p := range s.typeParams {
		names[i] = p.name
	}
	return "[" + strings.Join(names, ", ") + "]"
}

func (s *signal) isGeneric() bool { return len(s.typeParams) > 0 }

// typeName returns the name of the signal's own type.
func (s *signal) typeName() string { return s.name + "Signal" }

// argsName returns the name of the struct of a signature's arguments.
func (s *signal) argsName() string { return s.name + "Args" }

// callName returns the name of the func that calls a receiver.
func (s *signal) callName() string { return "call" + upperFirst(s.name) }

// kindName returns the name of the variable that holds the signal's kind.
func (s *signal) kindName() string { return "kind" + upperFirst(s.name) }

const (
	setType    = "Signals"        // the set of a package's signals
	defaultSet = "DefaultSignals" // the set behind the package-level functions
)

// setMethods are the names that a field of the set cannot have.
var setMethods = []string{"All", "Close", "Configure", "Drain"}

// inSet reports whether the signal is in the package's set. The set is the same in
// every build, including tests.
func (s *signal) inSet() bool { return s.in.isPlain() && !s.isGeneric() }

// defaultName returns the name of the variable of a signal that has package-level
// functions but is not in the set.
func (s *signal) defaultName() string {
	if s.exported() {
		return "Default" + s.name
	}
	return "default" + upperFirst(s.name)
}

// defaultVariable returns the name of the variable that the package-level functions use.
func (s *signal) defaultVariable() string {
	if s.inSet() {
		return defaultSet
	}
	return s.defaultName()
}

// defaultSignal returns the signal that the package-level functions work on.
func (s *signal) defaultSignal() string {
	if s.inSet() {
		return s.defaultVariable() + "." + s.name
	}
	return s.defaultVariable()
}

// hasSet reports whether any of the signals is in the set.
func hasSet(signals []*signal) bool { return slices.ContainsFunc(signals, (*signal).inSet) }
