package generator_test

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
)

// The grammar of random modules. What follows from the seeds is made in
//
//	grammar_module_test.go     a module: its packages and their files
//	grammar_files_test.go      packages, files, and how they name their imports
//	grammar_conditions_test.go in which builds files are
//	grammar_imports_test.go    what there is to import
//	grammar_types_test.go      types, with values for tests
//	grammar_own_test.go        what packages declare besides signals
//	grammar_signals_test.go    signals, and payloads
//	grammar_signature_test.go  signatures, and how signals are written
//	grammar_use_test.go        tests of each signal

// dice makes the choices. All of them follow from the seeds.
type dice struct{ *rand.Rand }

// oneIn is true once in n times.
func (d dice) oneIn(n int) bool { return d.IntN(n) == 0 }

// pick returns one of several.
func pick[T any](d dice, choices ...T) T { return choices[d.IntN(len(choices))] }

// words returns one of several words.
func (d dice) words(words string) string { return pick(d, strings.Fields(words)...) }

const (
	modulePath  = "example.com/fuzzed"
	runtimePath = "github.com/signalgen/signalgen/runtime"
)

// module is a random module. All of its signals are in one folder: in a package,
// and in that package's external tests.
type module struct {
	dice
	repository    string // signalgen's own
	vetsElsewhere bool   // rarely: much must be compiled once for another system
	inner, outer  *goPackage
	signals       []*signal
}

// newModule makes up a module.
func newModule(source rand.Source, repository string) *module {
	m := &module{dice: dice{rand.New(source)}, repository: repository}
	m.makePackages()
	m.makeFiles()
	m.declareSignals(m.inner)
	m.makeOuterFiles()
	m.declareSignals(m.outer)
	m.makeTests()
	m.vetsElsewhere = m.oneIn(16)
	return m
}

// makePackages chooses names. The name of one package cannot be told from its path.
func (m *module) makePackages() {
	dir := m.words("p shop.v2 go-shop v3 my-shop context internal/runtime weak")
	name := m.words("p main shop context runtime iter slices weak err s signals")
	m.inner = newPackage(m.dice, dir, modulePath+"/"+dir, name)
	for range m.IntN(3) {
		m.inner.shadowed[m.words(rarelyUsed)] = true
	}
	m.outer = newPackage(m.dice, dir, m.inner.path+"_test", name+"_test")
	m.outer.inner, m.outer.shadowed = m.inner, m.inner.shadowed
	m.outer.takesDot = m.oneIn(2)
}

// makeFiles lays out the files of the package, with what they declare besides
// signals.
func (m *module) makeFiles() {
	for _, name := range []string{"b.go", "linux.go", "x.y.go"}[:1+m.IntN(3)] {
		m.inner.newFile(name, condition{})
	}
	m.inner.declareTypes(m.inner.files)
	if m.inner.name == "main" {
		m.inner.files[0].add("func main() {}")
	}
	for i := range m.IntN(3) {
		here, elsewhere := m.conditions()
		f := m.inner.newFile(fmt.Sprintf("here%d.go", i), here)
		m.inner.newFile(fmt.Sprintf("elsewhere%d.go", i), elsewhere).twin = f
	}
	if m.oneIn(2) {
		m.inner.newFile("a_test.go", condition{})
	}
	if m.oneIn(3) {
		here, _ := m.conditions()
		m.inner.newFile("c_test.go", here)
	}
}

// makeOuterFiles lays out the files of the external tests.
func (m *module) makeOuterFiles() {
	m.outer.declareTypes([]*goFile{m.outer.newFile("outer_test.go", condition{})})
	if m.oneIn(3) {
		here, _ := m.conditions()
		m.outer.newFile("outside_test.go", here)
	}
}

// files returns the text of every file, by its path in the module.
func (m *module) files() map[string]string {
	texts := map[string]string{"go.mod": fmt.Sprintf(
		"module %s\n\ngo 1.26.0\n\nrequire github.com/signalgen/signalgen v0.0.0\n\nreplace github.com/signalgen/signalgen => %s\n",
		modulePath, m.repository,
	)}
	for _, dep := range dependencies() {
		texts[dep.Name] = string(dep.Data)
	}
	texts[path.Join(m.inner.dir, "ignored.go")] = "//go:build ignore\n\npackage main\n\nfunc main() { Signals() }\n"
	for _, p := range []*goPackage{m.inner, m.outer} {
		for _, f := range p.files {
			texts[path.Join(p.dir, f.name)] = f.text()
		}
	}
	return texts
}

// avoided are valid forms that the grammar leaves out because they fail. Remove those
// that are fixed.
var avoided = []string{
	"recorders of nil",
	"type parameters named as types",
	"type parameters of signatures named as what generated code uses",
	"types on one line that gofmt breaks",
}

// avoids reports whether the grammar leaves out a form.
func avoids(form string) bool { return slices.Contains(avoided, form) }
