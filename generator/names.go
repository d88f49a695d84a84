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

// Import paths that outputs use.
const (
	cmpPath     = "cmp"
	contextPath = "context"
	iterPath    = "iter"
	slicesPath  = "slices"
	weakPath    = "weak"
	runtimePath = "github.com/signalgen/signalgen/runtime"
)

// importName is how an output names an import.
type importName struct {
	name  string
	alias bool // the import must be written with the name
}

// nameImports chooses a name for each import of an output. It renames parameters that
// would hide one of them or a name that the output uses.
func nameImports(o *output) map[string]importName {
	taken := make(scope)
	for name := range o.pkg.names {
		taken.add(name)
	}
	taken.add(setType, defaultSet)
	taken.add("init") // no import may have the name of a func init
	for _, s := range o.pkg.signals {
		taken.add(s.generatedNames()...)
		for _, t := range s.typeParams {
			taken.add(t.name)
		}
	}
	imports := make(map[string]importName)
	taken.add("err") // jennifer allows no import of that name
	add := func(importPath, wanted string) {
		if _, found := imports[importPath]; !found && importPath != o.pkg.path {
			name := taken.pick(wanted, assumedName(importPath), parentName(importPath)+assumedName(importPath))
			imports[importPath] = importName{name: name, alias: name != assumedName(importPath) || !o.isCertain(importPath)}
		}
	}
	add(contextPath, "context")
	add(iterPath, "iter")
	add(slicesPath, "slices")
	add(weakPath, "weak")
	for _, s := range o.signals {
		for _, typ := range s.types() {
			for _, part := range typ {
				if part.path != "" {
					add(part.path, part.qualifier)
				}
			}
		}
	}
	for _, r := range o.receivers {
		add(r.of.path, r.of.name)
		for _, part := range slices.Concat(r.adapterTypes()...) {
			if part.path != "" {
				add(part.path, part.qualifier)
			}
		}
	}
	add(runtimePath, "runtime")
	for _, s := range o.signals {
		nameLocals(s, imports)
	}
	return imports
}

// isCertain reports whether the package at an import path is known to have the name
// that the path suggests.
func (o *output) isCertain(importPath string) bool {
	if slices.Contains([]string{contextPath, iterPath, slicesPath, weakPath, runtimePath}, importPath) {
		return true
	}
	for _, s := range o.signals {
		for _, part := range slices.Concat(s.types()...) {
			if part.path == importPath && part.certain {
				return true
			}
		}
	}
	for _, r := range o.receivers {
		if r.of.path == importPath && r.of.name == assumedName(importPath) {
			return true
		}
		for _, part := range slices.Concat(r.adapterTypes()...) {
			if part.path == importPath && part.certain {
				return true
			}
		}
	}
	return false
}

// nameLocals chooses the local names of the generated methods of s. It keeps the names
// of the parameters where they do not clash.
func nameLocals(s *signal, imports map[string]importName) {
	taken := make(scope)
	taken.add(defaultSet, s.defaultName(), s.name, s.callName(), s.argsName(), s.kindName())
	for _, i := range imports {
		taken.add(i.name)
	}
	for _, typ := range s.types() {
		for _, part := range typ {
			taken.add(identifiers(part.text)...) // the bodies name the types
		}
	}
	s.local = locals{
		self:      taken.pick("s", "sig"),
		ctx:       taken.pick("ctx", "sendCtx"),
		err:       taken.pick("err", "failure"),
		response:  taken.pick("response", "answer"),
		calls:     taken.pick("calls", "all"),
		receive:   taken.pick("receive", "next"),
		responses: taken.pick("responses", "answers"),
		target:    taken.pick("receiver", "target"),
		sender:    taken.pick("sender", "origin"),
		args:      taken.pick("args", "arguments"),
		result:    taken.pick("result", "outcome"),
		data:      taken.pick("data", "sent"),
		buffer:    taken.pick("buffer", "size"),
		ownerType: taken.pick("T", "Owner"),
		owner:     taken.pick("owner", "object"),
		method:    taken.pick("method", "call"),
		held:      taken.pick("held", "weakly"),
		opts:      taken.pick("opts", "options"),
	}
	for _, name := range []string{s.local.sender, s.local.target, s.local.args, s.local.result, s.local.data, s.local.buffer} {
		delete(taken, name) // these do not clash with a send's parameters
	}
	fields := make(scope)
	for i := range s.params {
		p := &s.params[i]
		if wanted := lintName(p.name); wanted != "" {
			p.name = taken.pick(wanted, wanted+"Arg")
			p.field = fields.pick(exportedName(wanted), exportedName(wanted)+"Arg")
		}
	}
	for i := range s.params {
		if p := &s.params[i]; p.field == "" {
			n := strconv.Itoa(i + 1)
			p.name = taken.pick("arg"+n, "unnamed"+n)
			p.field = fields.pick("Arg"+n, "Unnamed"+n)
		}
	}
}

// scope is the names that are taken in one place.
type scope map[string]bool

func (s scope) add(names ...string) {
	for _, name := range names {
		s[name] = true
	}
}

// pick takes the first wanted name that is free, or the last one followed by a number.
func (s scope) pick(wanted ...string) string {
	for _, name := range wanted {
		if s.isFree(name) {
			s.add(name)
			return name
		}
	}
	last := wanted[len(wanted)-1]
	if first, _ := utf8.DecodeRuneInString(last); !unicode.IsLetter(first) {
		last = "x" + last
	}
	for n := 2; ; n++ {
		name := last + strconv.Itoa(n)
		if s.isFree(name) {
			s.add(name)
			return name
		}
	}
}

// isFree reports whether name can be declared without hiding another.
func (s scope) isFree(name string) bool {
	return token.IsIdentifier(name) && !s[name] && !isPredeclared(name) && name != "_"
}

// isPredeclared reports whether name means something without a declaration.
func isPredeclared(name string) bool { return types.Universe.Lookup(name) != nil }

// assumedName returns the name that the package at an import path probably has, by the
// rules of goimports.
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

// isStandardPath reports whether an import path belongs to the standard library, by the
// rule of goimports: there is no dot in its first element.
func isStandardPath(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// isVersion reports whether a path element is v and a number.
func isVersion(element string) bool {
	digits, found := strings.CutPrefix(element, "v")
	_, err := strconv.Atoi(digits)
	return found && err == nil
}

// parentName returns the name of the folder above a package, which tells it from others
// of its name. It returns std for a package without one.
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
