package generator

import (
	"go/token"
	"slices"
	"strings"
)

// pkg is a package that declares signals, or has an output of its own from the
// time when it did.
type pkg struct {
	path       string                    // import path
	name       string                    // as the package clause has it
	output     string                    // absolute path of the file to write
	outputName string                    // the same as errors call it
	signals    []*signal                 // by file and position
	names      map[string]token.Position // what the package declares at its top level, generated files aside
	broken     bool                      // a mistake was found, for which the output must stay as it is
	aliases    map[string]token.Position // what its files call their imports
	foreign    bool                      // there is a file of the output's name that signalgen did not write
	partial    bool                      // some file does not parse, so that the output must not be removed
}

// signal is one declaration.
type signal struct {
	name    string // of the declared type
	pos     token.Position
	stable  string         // the name in errors and logs
	doc     []string       // the declaration's doc comment, without directives
	imports []importedName // what the declaring file imports

	typeParams []typeParam // of a generic signal

	isFunc          bool     // declared as a func type, which is then the receivers' type
	params          []param  // what is sent, after ctx; for a payload the payload alone
	value           typeExpr // what a receiver returns besides an error; nil if nothing
	fails           bool     // a receiver returns an error
	sender          *param   // what receivers may ask for; nil if nothing. Its type is less the * of a pointer.
	senderIsPointer bool
	local           locals // from names.go on
}

// locals are the names that generated methods use for their own.
type locals struct {
	self, ctx, receiver, err, response, receivers, responses, ok, from, loop string // of sends
	target, sender, opts, args                                               string // of connects and calls
	ownerType, owner, method, held                                           string // of weak connects
}

// typeParam is a parameter of a generic type, and its constraint.
type typeParam struct {
	name       string
	constraint typeExpr
}

// param is one argument of a send.
type param struct {
	name     string // as declared, and after names.go as generated; before that it may be empty or "_"
	field    string // its name in the struct of all arguments, from names.go on
	typ      typeExpr
	variadic bool
}

// typeExpr is a type as the declaration writes it, cut where it names another
// package: []time.Duration is "[]" and Duration of time.
type typeExpr []typePart

// equal reports whether two types are written in the same way.
func (t typeExpr) equal(other typeExpr) bool {
	return slices.EqualFunc(t, other, func(a, b typePart) bool { return a.text == b.text && a.path == b.path })
}

// isMultiline reports whether any parameter's type is written on several lines.
func (s *signal) isMultiline() bool {
	return slices.ContainsFunc(s.params, func(p param) bool { return p.typ.isMultiline() })
}

// isMultiline reports whether the type is written on several lines.
func (t typeExpr) isMultiline() bool {
	return slices.ContainsFunc(t, func(part typePart) bool { return strings.Contains(part.text, "\n") })
}

// typePart is a piece of source text or a name that a package exports.
type typePart struct {
	text      string
	qualifier string // the package as the file names it; "." for a name that a dot import may bring; empty for source text
	path      string // the import path, from resolve.go on
	certain   bool   // the package is known to have the name that its path tells
	pos       token.Position
}

// importedName is one import of a file. Its name is empty when the file gives none.
type importedName struct {
	name, path string
}

// exported reports whether the signal's functions are to be exported.
func (s *signal) exported() bool { return token.IsExported(s.name) }

// verb returns the name of the package-level function that does verb to the
// signal: SendServerStart, and sendServerStart for an unexported signal.
func (s *signal) verb(verb string) string {
	if !s.exported() {
		verb = strings.ToLower(verb)
	}
	return verb + upperFirst(s.name)
}

// generatedNames returns what the signal adds to the package's top level.
func (s *signal) generatedNames() []string {
	names := []string{s.typeName()}
	if s.isFunc {
		names = append(names, s.argsName(), s.callName())
	}
	if s.isGeneric() {
		return names
	}
	names = append(names, s.verb("Connect"), s.verb("Send"), s.verb("Connect")+"Weak", s.verb("Connect")+"WeakOn")
	if s.sender != nil {
		names = append(names, s.verb("Connect")+"From")
	}
	return names
}

// types returns all types that the declaration is made of.
func (s *signal) types() []typeExpr {
	var types []typeExpr
	for _, p := range s.typeParams {
		types = append(types, p.constraint)
	}
	for _, p := range s.params {
		types = append(types, p.typ)
	}
	if s.sender != nil {
		types = append(types, s.sender.typ)
	}
	return append(types, s.value)
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

const (
	setType    = "Signals"        // the set of a package's signals
	defaultSet = "DefaultSignals" // the one behind the package-level functions
)

// setMethods are the names that no field of the set can have.
var setMethods = []string{"All", "Close", "Configure"}

// hasSet reports whether any signal of the package has a place in the set.
func (p *pkg) hasSet() bool {
	return slices.ContainsFunc(p.signals, func(s *signal) bool { return !s.isGeneric() })
}
