package main

import (
	"iter"
	"path/filepath"
	"strings"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A generator is called in the fastest way for many packages that its documentation
// has: one process for all of them, if possible.
type generator struct {
	name   string
	path   string // import path of its command; empty for signalgen
	output string // its file in a package
	loads  bool   // it makes the go command compile the packages, with their outputs
	config func(t tree) error
	calls  func(t tree) iter.Seq[[]string] // the arguments of each process, which starts in the tree's folder
}

func (g generator) String() string { return g.name }

var generators = []generator{
	// One process for all packages.
	{
		name:   "signalgen",
		output: "signals_gen.go",
		calls:  once(func(tree) []string { return []string{"./..."} }),
	},

	// One process for each package: it accepts only one.
	{
		name:   "stringer",
		path:   "golang.org/x/tools/cmd/stringer",
		output: "levels_string.go",
		loads:  true,
		calls: each(func(t tree, name string) []string {
			types := strings.Join(t.numbered("Level"), ",")
			return []string{"-type=" + types, "-output=" + filepath.Join(name, "levels_string.go"), "./" + name}
		}),
	},

	// One process for each package: it accepts only one. With -rm, since it fails if
	// its own output no longer compiles.
	{
		name:   "moq",
		path:   "github.com/matryer/moq",
		output: "stores_moq.go",
		loads:  true,
		calls: each(func(t tree, name string) []string {
			return append([]string{"-rm", "-out", filepath.Join(name, "stores_moq.go"), name}, t.numbered("Store")...)
		}),
	},

	// One process for all packages, which are listed in a config file. The option
	// recursive, which finds them, would run the go command again. The formatter is
	// gofmt, without the work of goimports, as for the other generators.
	{
		name:   "mockery",
		path:   "github.com/vektra/mockery/v3",
		output: "mocks_test.go",
		loads:  true,
		config: func(t tree) error {
			const options = "all: true\ntemplate: testify\nformatter: gofmt\nforce-file-write: true\nlog-level: error\npackages:\n"
			packages := make([]string, 0, t.size.Packages)
			for _, name := range t.packages() {
				packages = append(packages, "  "+module+"/"+name+": {}\n")
			}
			return bench.WriteFile(filepath.Join(t.dir, ".mockery.yml"), options+strings.Join(packages, ""))
		},
		calls: once(func(tree) []string { return nil }),
	},

	// One process for all files: the flag -f can be repeated. It reads only these
	// files, and never runs the go command.
	{
		name:   "go-enum",
		path:   "github.com/abice/go-enum",
		output: strings.TrimSuffix(source, ".go") + "_enum.go",
		calls: once(func(t tree) (args []string) {
			for _, name := range t.packages() {
				args = append(args, "-f", filepath.Join(name, source))
			}
			return args
		}),
	},

	// One process for all packages, only with its generator object.
	{
		name:   "controller-gen",
		path:   "sigs.k8s.io/controller-tools/cmd/controller-gen",
		output: "zz_generated.deepcopy.go",
		calls:  once(func(tree) []string { return []string{"object", "paths=./..."} }),
	},
}

// once is for a generator that takes all packages in one process.
func once(args func(t tree) []string) func(tree) iter.Seq[[]string] {
	return func(t tree) iter.Seq[[]string] {
		return func(yield func([]string) bool) { yield(args(t)) }
	}
}

// each is for a generator that takes one package. Its processes run one after
// another, as go generate runs them.
func each(args func(t tree, name string) []string) func(tree) iter.Seq[[]string] {
	return func(t tree) iter.Seq[[]string] {
		return func(yield func([]string) bool) {
			for _, name := range t.packages() {
				if !yield(args(t, name)) {
					return
				}
			}
		}
	}
}
