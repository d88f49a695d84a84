package generator

import (
	"go/build"
	"go/build/constraint"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A condition says which builds a file is in: whether only in tests, and under which
// build constraint. Signals with the same condition share an output.
type condition struct {
	test       bool
	constraint string // in the form of a //go:build line; empty for none
}

// isPlain reports whether the condition holds in every build.
func (c condition) isPlain() bool { return c == condition{} }

// conditionOf reads the condition of a file.
func conditionOf(f *file) condition {
	return condition{test: isTest(f), constraint: joined(append(nameConstraint(filepath.Base(f.name)), lineConstraint(f)...))}
}

// joined returns the conjunction of all terms.
func joined(terms []string) string {
	slices.Sort(terms)
	line := strings.Join(slices.Compact(terms), " && ")
	if expr, err := constraint.Parse("//go:build " + line); err == nil {
		return expr.String() // a single term needs no parentheses
	}
	return line
}

// conjunction returns the constraint that holds where both hold.
func conjunction(a, b string) string {
	var terms []string
	for _, line := range []string{a, b} {
		if expr, err := constraint.Parse("//go:build " + line); err == nil {
			terms = append(terms, conjuncts(expr)...)
		}
	}
	return joined(terms)
}

// lineConstraint returns the terms of the outermost && in the //go:build or // +build
// lines of a file.
func lineConstraint(f *file) (terms []string) {
	var legacy []string
	for _, group := range f.syntax.Comments {
		if group.Pos() > f.syntax.Package {
			break
		}
		for _, c := range group.List {
			switch expr, err := constraint.Parse(c.Text); {
			case err != nil, group == f.syntax.Doc && !constraint.IsGoBuild(c.Text):
				// It is an ordinary comment, or a constraint that the go command
				// rejects.
			case constraint.IsGoBuild(c.Text):
				return conjuncts(expr)
			default:
				legacy = append(legacy, conjuncts(expr)...)
			}
		}
	}
	return legacy
}

// conjuncts returns the terms of an expression's outermost &&, as they are written in a
// larger one.
func conjuncts(expr constraint.Expr) []string {
	switch expr := expr.(type) {
	case *constraint.AndExpr:
		return append(conjuncts(expr.X), conjuncts(expr.Y)...)
	case *constraint.OrExpr:
		return []string{"(" + expr.String() + ")"}
	default:
		return []string{expr.String()}
	}
}

// nameConstraint returns the system and the architecture in a file's name, such as
// x_linux_amd64.go.
func nameConstraint(name string) []string {
	if platform("none", "none").matches(name, "") {
		return nil
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(name, ".go"), "_test")
	stem, _, _ = strings.Cut(stem, ".")
	elements := strings.Split(stem, "_")
	last := elements[len(elements)-1]
	switch {
	case platform(last, "none").matches(name, ""):
		return []string{last}
	case platform("none", last).matches(name, ""):
		return []string{last}
	default:
		return []string{elements[len(elements)-2], last}
	}
}

// target is a platform to build for. The go command's own rules decide what belongs to
// it, so there is no list of systems here.
type target build.Context

func platform(system, architecture string) target {
	return target(build.Context{GOOS: system, GOARCH: architecture, Compiler: "gc"})
}

// matches reports whether a file with that name and constraint is built.
func (t target) matches(name, constraint string) bool {
	source := "package p"
	if constraint != "" {
		source = "//go:build " + constraint + "\n\n" + source
	}
	context := build.Context(t)
	context.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(source)), nil }
	ok, err := context.MatchFile("", name)
	return ok && err == nil
}

// mayShareBuild reports whether both conditions may hold in one build. Tests are built
// with the rest of their package.
func mayShareBuild(a, b condition) bool {
	switch {
	case a.constraint == "" && b.constraint == "", a.constraint == b.constraint:
		return true
	case a.constraint == "":
		return satisfiable(b.constraint)
	case b.constraint == "":
		return satisfiable(a.constraint)
	default:
		return satisfiable("(" + a.constraint + ") && (" + b.constraint + ")")
	}
}

// satisfied caches the results of satisfiable.
var satisfied sync.Map // by constraint

// satisfiable reports whether a constraint holds in some build.
func satisfiable(line string) bool {
	if known, found := satisfied.Load(line); found {
		return known.(bool)
	}
	expr, err := constraint.Parse("//go:build " + line)
	result := err != nil || holdsSomewhere(expr)
	satisfied.Store(line, result)
	return result
}

// maxTags is the largest number of tags, besides platforms, that satisfiable tries in
// all combinations. A constraint with more is assumed to hold in some build.
const maxTags = 10

// holdsSomewhere tries an expression on all platforms that it can distinguish.
func holdsSomewhere(expr constraint.Expr) bool {
	// Besides the named ones, these cover everything that the words unix, linux (which
	// android implies), darwin (ios) and solaris (illumos) may mean.
	systems := []string{"linux", "android", "darwin", "ios", "solaris", "illumos", "freebsd", "windows", "none"}
	architectures := []string{"none"}
	var free []string
	for tag := range tagsOf(expr) {
		switch {
		case tag == "ignore":
			// By convention this tag is never set.
		case isSystem(tag):
			systems = append(systems, tag)
		case isArchitecture(tag):
			architectures = append(architectures, tag)
		case tag != "unix":
			free = append(free, tag)
		}
	}
	if len(free) > maxTags {
		return true
	}
	slices.Sort(free)
	for _, system := range systems {
		for _, architecture := range architectures {
			at := platform(system, architecture)
			for set := range 1 << len(free) {
				if expr.Eval(func(tag string) bool {
					if i, isFree := slices.BinarySearch(free, tag); isFree {
						return set>>i&1 == 1
					}
					return at.matches("p.go", tag)
				}) {
					return true
				}
			}
		}
	}
	return false
}

// tagsOf returns the tags of an expression.
func tagsOf(expr constraint.Expr) map[string]bool {
	tags := make(map[string]bool)
	var visit func(constraint.Expr)
	visit = func(expr constraint.Expr) {
		switch expr := expr.(type) {
		case *constraint.TagExpr:
			tags[expr.Tag] = true
		case *constraint.NotExpr:
			visit(expr.X)
		case *constraint.AndExpr:
			visit(expr.X)
			visit(expr.Y)
		case *constraint.OrExpr:
			visit(expr.X)
			visit(expr.Y)
		}
	}
	visit(expr)
	return tags
}

// isKnown reports whether the go command knows a GOOS or a GOARCH of that name.
func isKnown(tag string) bool { return !platform("none", "none").matches("p_"+tag+".go", "") }

// isSystem reports whether the go command knows a GOOS of that name. If a file's name
// ends in two of them, only the last one counts.
func isSystem(tag string) bool {
	return isKnown(tag) && platform("none", tag).matches("p_linux_"+tag+".go", "")
}

// isArchitecture reports whether the go command knows a GOARCH of that name.
func isArchitecture(tag string) bool { return isKnown(tag) && !isSystem(tag) }
