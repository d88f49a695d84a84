package generator_test

import (
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// goPackage is a random package, or the external tests of one.
type goPackage struct {
	dice
	dir, path, name string
	inner           *goPackage      // the package whose external tests it is; nil for others
	takesDot        bool            // it can import inner with a dot
	taken           map[string]bool // what is declared at the top level, by signalgen too
	shadowed        map[string]bool // predeclared names that may be redeclared
	files           []*goFile

	senders          []*signal // structs with a sender
	types            []typ     // that its declarations may use
	generics         []func(s scope, depth int) typ
	lengths          []length // of arrays
	context, failure declared // aliases of context.Context and error
	named            declared // a type with the methods that interfaces ask for
}

func newPackage(d dice, dir, path, name string) *goPackage {
	p := &goPackage{dice: d, dir: dir, path: path, name: name, shadowed: make(map[string]bool), taken: make(map[string]bool)}
	for _, name := range strings.Fields(alwaysTaken) {
		p.taken[name] = true
	}
	return p
}

// alwaysTaken are the names that every package has taken.
const alwaysTaken = "init main Signals DefaultSignals " + supportNames

// newFile adds a file. Its condition may become part of its name.
func (p *goPackage) newFile(name string, c condition) *goFile {
	stem, isTest := strings.CutSuffix(strings.TrimSuffix(name, ".go"), "_test")
	name = stem + c.suffix
	if isTest {
		name += "_test"
	}
	f := &goFile{pkg: p, name: name + ".go", condition: c, marks: p.marks(), reserved: make(map[string]bool), shadowed: make(map[string]bool)}
	if p.oneIn(3) {
		f.shadowed[p.words(rarelyUsed)] = true
	}
	p.files = append(p.files, f)
	return f
}

// take returns a name that is free at the top level, made of one of the words.
func (p *goPackage) take(words string) string {
	for tries := 0; ; tries++ {
		name := p.words(words)
		if tries > 10 {
			name += fmt.Sprint(tries)
		}
		if p.isFree(name) {
			p.taken[name] = true
			return name
		}
	}
}

// isFree reports whether a name may be declared at the top level. A predeclared name
// may only be if no declaration needs it.
func (p *goPackage) isFree(name string) bool {
	if p.takesDot && p.inner.taken[name] {
		return false
	}
	return !p.taken[name] && (p.shadowed[name] || !slices.Contains(strings.Fields(predeclared), name))
}

// goFile is a file of a random package.
type goFile struct {
	pkg       *goPackage
	name      string
	condition condition
	marks     marks
	twin      *goFile         // a file that is never in one build with this one
	names     []string        // names of its signals that no twin has
	tests     bool            // it uses signals but declares none
	reserved  map[string]bool // names that no import can have
	shadowed  map[string]bool // predeclared names that imports may have
	imports   []*importSpec
	decls     []func() string
}

// add adds text that does not depend on the names of the file's imports.
func (f *goFile) add(text string) {
	f.decls = append(f.decls, func() string { return text })
}

// isTest reports whether the file is built in tests only.
func (f *goFile) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

// isPlain reports whether the file is in every build.
func (f *goFile) isPlain() bool { return f.condition == condition{} && !f.isTest() }

// text returns the file, with only those imports that its declarations use.
func (f *goFile) text() string {
	for _, i := range f.imports {
		i.used = false
	}
	var body strings.Builder
	for _, decl := range f.decls {
		body.WriteString("\n" + decl() + "\n")
	}
	text := f.head() + body.String()
	if f.marks.crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if f.marks.byteOrder {
		text = "\ufeff" + text
	}
	return text
}

// head returns the file up to its declarations.
func (f *goFile) head() string {
	head := ""
	if f.marks.license {
		head += "// Copyright nobody.\n\n"
	}
	if f.condition.constraint != "" {
		head += "//go:build " + f.condition.constraint + "\n\n"
	}
	head += "package " + f.pkg.name + "\n"
	specs := ""
	for _, i := range f.imports {
		if i.used {
			specs += fmt.Sprintf("\n%s %q", i.alias, i.path)
		}
	}
	if f.marks.block {
		return head + "\nimport (" + specs + "\n)\n"
	}
	return head + strings.ReplaceAll(specs, "\n", "\nimport ") + "\n"
}

// marks are peculiarities of a file.
type marks struct{ crlf, byteOrder, license, block bool }

func (d dice) marks() marks { return marks{d.oneIn(8), d.oneIn(20), d.oneIn(3), d.oneIn(2)} }

// importSpec is an import.
type importSpec struct {
	path  string
	name  string // the name in the file
	alias string // the name in the import; empty if there is none
	used  bool
}

// qualifier returns what precedes the names of the package.
func (i *importSpec) qualifier() string {
	if i.name == "." {
		return ""
	}
	return i.name + "."
}

// use returns what the file writes before a name of the package at path. It imports the
// package if necessary, and rarely a second time.
func (f *goFile) use(path string) string {
	if path == f.pkg.path {
		return ""
	}
	found := slices.IndexFunc(f.imports, func(i *importSpec) bool { return i.path == path })
	if found < 0 || f.pkg.oneIn(50) {
		found = len(f.imports)
		f.imports = append(f.imports, f.newImport(path))
	}
	f.imports[found].used = true
	return f.imports[found].qualifier()
}

// aliases are names for imports: names that generated code uses for something else, and
// other unusual ones.
const aliases = "s r ctx err data receiver receivers opts args T owner method held runtime context iter slices weak std " +
	"stdcontext signalgenruntime time url rand codec x _x été target loop ok from response sig next object Owner main2"

// newImport chooses a name for an import.
func (f *goFile) newImport(path string) *importSpec {
	name := f.packageName(path)
	switch {
	case f.pkg.oneIn(6) && f.takesDot(path):
		return &importSpec{path: path, name: ".", alias: "."}
	case f.pkg.oneIn(3) || !f.isFree(name):
		alias := f.alias()
		return &importSpec{path: path, name: alias, alias: alias}
	default:
		return &importSpec{path: path, name: name}
	}
}

// alias chooses another name for an import than the package's own.
func (f *goFile) alias() string {
	for {
		alias := f.pkg.words(aliases)
		if len(f.shadowed) > 0 && f.pkg.oneIn(3) {
			alias = pick(f.pkg.dice, slices.Sorted(maps.Keys(f.shadowed))...)
		}
		if f.pkg.oneIn(3) {
			alias += fmt.Sprint(f.pkg.IntN(100))
		}
		if f.isFree(alias) {
			return alias
		}
	}
}

// packageName returns the name of the package at a path.
func (f *goFile) packageName(path string) string {
	if f.pkg.inner != nil && f.pkg.inner.path == path {
		return f.pkg.inner.name
	}
	return packageName(path)
}

// isFree reports whether an import may have the name.
func (f *goFile) isFree(name string) bool {
	return token.IsIdentifier(name) && name != "init" && !f.pkg.taken[name] && !f.reserved[name] && !f.knows(name)
}

// knows reports whether an import of the file has the name, or brings it in.
func (f *goFile) knows(name string) bool {
	return slices.ContainsFunc(f.imports, func(i *importSpec) bool {
		return i.name == name || i.name == "." && slices.Contains(f.exportedBy(i.path), name)
	})
}

// takesDot reports whether the file can import a package with a dot.
func (f *goFile) takesDot(path string) bool {
	names := f.exportedBy(path)
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return !f.isFree(name) })
}

// exportedBy returns the names that the package at a path exports, or none if it is not
// imported with a dot.
func (f *goFile) exportedBy(path string) []string {
	if inner := f.pkg.inner; inner == nil || inner.path != path {
		return exportedBy(path)
	}
	if !f.pkg.takesDot {
		return nil
	}
	var names []string
	for name := range f.pkg.inner.taken {
		if token.IsExported(name) && !slices.Contains(strings.Fields(alwaysTaken), name) {
			names = append(names, name)
		}
	}
	return names
}
