package generator

import (
	"go/token"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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

	isFunc bool     // declared as a func type, which is then the receivers' type
	params []param  // what is sent, after ctx; for a payload the payload alone
	value  typeExpr // what a receiver returns besides an error; nil if nothing
	fails  bool     // a receiver returns an error
}

// param is one argument of a send.
type param struct {
	name     string // as declared, and after names.go as generated; before that it may be empty or "_"
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

// isMultiline reports whether the type is written on several lines.
func (t typeExpr) isMultiline() bool {
	return slices.ContainsFunc(t, func(part typePart) bool { return strings.Contains(part.text, "\n") })
}

// typePart is a piece of source text or a name that a package exports.
type typePart struct {
	text      string
	qualifier string // the package as the file names it; "." for a name that a dot import may bring; empty for source text
	path      string // the import path, from resolve.go on
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
	first, size := utf8.DecodeRuneInString(s.name)
	return verb + string(unicode.ToUpper(first)) + s.name[size:]
}

// generatedNames returns what the signal adds to the package's top level.
func (s *signal) generatedNames() []string {
	return []string{s.verb("Connect"), s.verb("Send"), s.typeName()}
}

// types returns all types that the declaration is made of.
func (s *signal) types() []typeExpr {
	var types []typeExpr
	for _, p := range s.params {
		types = append(types, p.typ)
	}
	return append(types, s.value)
}

// typeName returns the name of the signal's own type.
func (s *signal) typeName() string { return s.name + "Signal" }

const (
	setType    = "Signals"        // the set of a package's signals
	defaultSet = "DefaultSignals" // the one behind the package-level functions
)
