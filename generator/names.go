package generator

import (
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Import paths that every output uses.
const (
	contextPath = "context"
	runtimePath = "github.com/signalgen/signalgen/runtime"
)

// importName is how an output names an import.
type importName struct {
	name  string
	alias bool // the import needs to say so
}

// nameImports chooses a name for each import of the output, and renames the
// parameters that would hide one of them or a name that the output uses.
func nameImports(p *pkg) map[string]importName {
	taken := make(scope)
	for name := range p.names {
		taken.add(name)
	}
	taken.add(setType, defaultSet)
	for _, s := range p.signals {
		taken.add(s.generatedNames()...)
	}
	imports := make(map[string]importName)
	add := func(importPath, wanted string) {
		if _, found := imports[importPath]; found {
			return
		}
		name := taken.pick(wanted, assumedName(importPath), parentName(importPath)+assumedName(importPath))
		imports[importPath] = importName{name: name, alias: name != assumedName(importPath)}
	}
	add(contextPath, "context")
	for _, s := range p.signals {
		for _, typ := range s.types() {
			for _, part := range typ {
				if part.path != "" {
					add(part.path, part.qualifier)
				}
			}
		}
	}
	add(runtimePath, "runtime")
	for _, s := range p.signals {
		nameParams(s, imports)
	}
	return imports
}

// Names that the generated methods use for their own.
const (
	selfName      = "s"
	ctxName       = "ctx"
	receiverName  = "r"
	errName       = "err"
	responseName  = "response"
	receiversName = "receivers"
	responsesName = "responses"
)

// nameParams gives every parameter of s a name, and another one to those whose
// name is in use where a send is generated.
func nameParams(s *signal, imports map[string]importName) {
	taken := make(scope)
	taken.add(selfName, ctxName, receiverName, errName, responseName, receiversName, responsesName, defaultSet)
	for _, i := range imports {
		taken.add(i.name)
	}
	for _, part := range s.value {
		taken.add(identifiers(part.text)...)
	}
	for i := range s.params {
		if wanted := lintName(s.params[i].name); wanted != "" {
			s.params[i].name = taken.pick(wanted, wanted+"Arg")
		}
	}
	for i := range s.params {
		if strings.Trim(s.params[i].name, "_") == "" {
			n := strconv.Itoa(i + 1)
			s.params[i].name = taken.pick("arg"+n, "unnamed"+n)
		}
	}
}

// scope is the names that are taken at one place.
type scope map[string]bool

func (s scope) add(names ...string) {
	for _, name := range names {
		s[name] = true
	}
}

// pick takes the first of the wanted names that is free, or the last one with a
// number behind it.
func (s scope) pick(wanted ...string) string {
	for _, name := range wanted {
		if s.isFree(name) {
			s.add(name)
			return name
		}
	}
	for n := 2; ; n++ {
		name := wanted[len(wanted)-1] + strconv.Itoa(n)
		if s.isFree(name) {
			s.add(name)
			return name
		}
	}
}

// isFree reports whether name may be declared without hiding another. That no
// import is called init is a rule of Go, that none is called err one of jennifer.
func (s scope) isFree(name string) bool {
	return token.IsIdentifier(name) && !s[name] && !isPredeclared(name) && name != "_" && name != "init" && name != "err"
}

// isPredeclared reports whether name means something without a declaration.
func isPredeclared(name string) bool { return types.Universe.Lookup(name) != nil }

// assumedName returns the name that the package at an import path is expected
// to have, by the rules of goimports.
func assumedName(importPath string) string {
	base := path.Base(importPath)
	if isVersion(base) {
		if dir := path.Dir(importPath); dir != "." {
			base = path.Base(dir)
		}
	}
	base = strings.TrimPrefix(base, "go-")
	if i := strings.IndexFunc(base, func(r rune) bool { return !isIdentifierRune(r) }); i >= 0 {
		base = base[:i]
	}
	return base
}

// isVersion reports whether a path element is v and a number.
func isVersion(element string) bool {
	digits, found := strings.CutPrefix(element, "v")
	_, err := strconv.Atoi(digits)
	return found && err == nil
}

// parentName returns the name of the folder above a package, by which it can be
// told from others of its name; std for one that has none above it.
func parentName(importPath string) string {
	dir := path.Dir(importPath)
	if dir == "." || dir == "/" {
		return "std"
	}
	return strings.Map(func(r rune) rune {
		if isIdentifierRune(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, path.Base(dir))
}

func isIdentifierRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// identifiers returns the words of a piece of Go source that may be names.
func identifiers(source string) []string {
	return strings.FieldsFunc(source, func(r rune) bool { return !isIdentifierRune(r) })
}

// lintName returns a parameter's name as linters want it: without underscores,
// with a small first letter and initialisms in one case. It is empty for a
// parameter that has no name.
func lintName(name string) string {
	words := splitWords(lowerFirst(strings.TrimLeft(name, "_")))
	for i, word := range words {
		upper := strings.ToUpper(word)
		switch {
		case i == 0:
			// An initialism at the start is in small letters.
		case slices.Contains(initialisms, upper):
			words[i] = upper
		default:
			first, size := utf8.DecodeRuneInString(word)
			words[i] = string(unicode.ToUpper(first)) + word[size:]
		}
	}
	return strings.Join(words, "")
}

// lowerFirst puts the capitals at the start of a word into small letters, less
// the last one if a word begins with it: ID is id, and HTTPServer httpServer.
func lowerFirst(word string) string {
	rest := strings.TrimLeftFunc(word, unicode.IsUpper)
	capitals := word[:len(word)-len(rest)]
	if rest != "" && utf8.RuneCountInString(capitals) > 1 {
		_, size := utf8.DecodeLastRuneInString(capitals)
		rest = capitals[len(capitals)-size:] + rest
		capitals = capitals[:len(capitals)-size]
	}
	return strings.ToLower(capitals) + rest
}

// splitWords cuts a name at underscores and before capitals that follow a small letter.
func splitWords(name string) []string {
	var words []string
	for _, part := range strings.Split(name, "_") {
		start := 0
		runes := []rune(part)
		for i := 1; i < len(runes); i++ {
			if unicode.IsLower(runes[i-1]) && unicode.IsUpper(runes[i]) {
				words = append(words, string(runes[start:i]))
				start = i
			}
		}
		if start < len(runes) {
			words = append(words, string(runes[start:]))
		}
	}
	return words
}

// initialisms are the words that are written in one case, those of staticcheck's ST1003.
var initialisms = []string{
	"ACL", "AMQP", "API", "ASCII", "CPU", "CSS", "DB", "DNS", "EOF", "GID", "GUID", "HTML", "HTTP", "HTTPS",
	"ID", "IP", "JSON", "QPS", "RAM", "RPC", "RTP", "SIP", "SLA", "SMTP", "SQL", "SSH", "TCP", "TLS", "TS",
	"TTL", "UDP", "UI", "UID", "URI", "URL", "UTF8", "UUID", "VM", "XML", "XMPP", "XSRF", "XSS",
}
