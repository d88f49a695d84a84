package generator

import (
	"go/token"
	"slices"
	"strings"
)

// folder is what the packages of one folder share.
type folder struct {
	path      string          // absolute
	name      string          // as errors call it
	owner     string          // the module that it is of, if that is not the user's to change
	wired     []string        // the patterns of its wire file; nil without one
	wiredAt   token.Position  // of them; its Line is 0 where a wire file has none
	whole     bool            // the patterns of the run name all of its module
	generated []string        // the files in it that signalgen wrote
	foreign   map[string]bool // the others, where signals may be declared
	broken    bool            // a mistake was found, for which the outputs must stay as they are
	partial   bool            // some file does not parse, so that no output must be removed
}

// pkg is a package that declares signals, or has outputs of its own from the
// time when it did.
type pkg struct {
	*folder
	path       string // import path
	name       string // as the package clause has it
	inner      *pkg   // whose external tests it is; nil for others
	signals    []*signal
	receivers  []*receiver
	names      names            // what the package declares at its top level, generated files aside
	defined    map[string]bool  // those of them that are types, and aliases in no build
	aliases    map[string]alias // those of them that are other names for types with a name
	dotImports names            // the paths of which its files import all names
	imported   map[string]bool  // the paths that its files import, those of tests aside
	importedAs names            // what its files call their imports
	unwired    bool             // its receivers are no program's to wire, by its package doc
	callsWired bool             // package main calls what connects the receivers that it is wired with
}

// An alias is another name for a type that has one.
type alias struct {
	of      typePart
	imports []importedName // of the file that declares it
}

// names are the places where each name is declared.
type names map[string][]place

// place is where something stands, and in which builds that is.
type place struct {
	pos token.Position
	in  condition
}

func (n names) add(name string, pos token.Position, in condition) {
	n[name] = append(n[name], place{pos, in})
}

// clash returns the first place of a name that shares a build with in.
func (n names) clash(name string, in condition) (token.Position, bool) {
	i := slices.IndexFunc(n[name], func(p place) bool { return together(p.in, in) })
	if i < 0 {
		return token.Position{}, false
	}
	return n[name][i].pos, true
}

// signal is one declaration.
type signal struct {
	name    string // of the declared type
	pos     token.Position
	stable  string         // the name in errors and logs
	private bool           // only the declaring package sends
	in      condition      // the builds that the declaration is in
	doc     []string       // the declaration's doc comment, without directives
	imports []importedName // what the declaring file imports

	typeParams []typeParam // of a generic signal

	kind     kind     // of a payload
	written  typeExpr // what a payload is declared as; nil if that cannot be told
	isAlias  bool     // a payload is another name for what it is declared as
	converts bool     // a payload has to be converted to what it is declared as

	isFunc           bool     // declared as a func type, which is then the receivers' type
	params           []param  // what is sent, after ctx; for a payload the payload alone
	value            typeExpr // what a receiver returns besides an error; nil if nothing
	fails            bool     // a receiver returns an error
	sender           *param   // what receivers may ask for; nil if nothing. Its type is less the * of a pointer.
	senderIsPointer  bool
	senderIsPromoted bool   // it is a field of a struct that the payload embeds
	local            locals // from names.go on
}

// receiver is a func that a directive has connected to a signal.
type receiver struct {
	name      string
	path      string // import path of its package
	pos       token.Position
	in        condition
	imports   []importedName // of its file
	source    string         // its signature, as the file has it
	synopsis  string         // the first sentence of its doc comment
	owner     string         // the type whose method it is; empty for a func
	ownerType string         // the same with type parameters, as the method writes it
	pointer   bool           // it is a method of a pointer

	target typePart       // the signal, as the directive names it; zero if it does not
	at     token.Position // where the signal is named

	id, stable string // options of the connect
	priority   int
	once       bool
	async      int // size of the queue; 0 for none
	overflow   string
	workers    int

	takesContext bool
	params       []param // after ctx
	results      []typeExpr
	fails        bool // it returns an error behind the results

	signal   *signal // what it hears, from link.go on
	unlinked string  // what keeps it from having a signal
	of       *pkg    // the signal's package
	apart    bool    // its own package cannot import the signal's
	exact    bool    // its type is the one of the signal's receivers
	unsure   bool    // whether its types are those that are sent is for the compiler to say
	passes   []int   // which of the signal's parameters each of its own gets
}

// kind is what a payload visibly is.
type kind int

const (
	otherKind kind = iota
	aStruct
	anInterface
)

// locals are the names that generated methods use for their own.
type locals struct {
	self, ctx, calls, receive, err, response, responses string // of sends
	target, sender, opts, args, result                  string // of connects and calls
	data, buffer                                        string // of Next and Events
	ownerType, owner, method, held                      string // of weak connects
}

// typeParam is a parameter of a generic type, and its constraint.
type typeParam struct {
	name       string
	constraint typeExpr
}

// param is one argument of a send.
type param struct {
	declared string // its name in the declaration, which may be empty or "_"
	name     string // the same, and after names.go as generated
	field    string // its name in the struct of all arguments, from names.go on
	typ      typeExpr
	variadic bool
	imports  []importedName // of the file that writes the type, for a sender
}

// values returns what a receiver returns besides an error, as a list.
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
	isOdd      bool // the file gives no name, and uses another than the path tells
}

// exported reports whether the signal's functions are to be exported.
func (s *signal) exported() bool { return token.IsExported(s.name) }

// verb returns the name of the package-level function that does verb to the
// signal: ConnectServerStart, and connectServerStart for an unexported signal.
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

// sending returns the name of a method that sends: SendRobust, and sendRobust for a
// private signal.
func (s *signal) sending(method string) string {
	if s.private {
		return lowerFirst(method)
	}
	return method
}

// generatedNames returns what the signal adds to the package's top level.
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

// declaredTypes returns those of them that the declaration itself writes.
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

// assertsWritten reports whether generated code compares a payload with the type
// that it is declared as.
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

// kindName returns the name of the variable that holds what the runtime knows of the
// signal.
func (s *signal) kindName() string { return "kind" + upperFirst(s.name) }

const (
	setType    = "Signals"        // the set of a package's signals
	defaultSet = "DefaultSignals" // the one behind the package-level functions
)

// setMethods are the names that no field of the set can have.
var setMethods = []string{"All", "Close", "Configure", "Drain"}

// inSet reports whether the signal has a place in the package's set. The set is
// the same in every build, tests included.
func (s *signal) inSet() bool { return s.in.isPlain() && !s.isGeneric() }

// defaultName returns the name of the variable of a signal that has functions of
// the package, but no place in its set.
func (s *signal) defaultName() string {
	if s.exported() {
		return "Default" + s.name
	}
	return "default" + upperFirst(s.name)
}

// stands returns the name of the variable that the package-level functions
// stand on.
func (s *signal) stands() string {
	if s.inSet() {
		return defaultSet
	}
	return s.defaultName()
}

// behind returns the signal that the package-level functions are about.
func (s *signal) behind() string {
	if s.inSet() {
		return s.stands() + "." + s.name
	}
	return s.stands()
}

// hasSet reports whether any of the signals has a place in the set.
func hasSet(signals []*signal) bool { return slices.ContainsFunc(signals, (*signal).inSet) }
