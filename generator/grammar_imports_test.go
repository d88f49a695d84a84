package generator_test

import (
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// What random files import.

// foreign is a type of another package. In its value, PKG stands for the qualifier of
// the package, and %d for a number.
type foreign struct {
	path, pkg, name, value string
	traits
}

func (t foreign) typ() typ {
	base := t.name
	traits := t.traits
	if t.path == "unsafe" {
		base = ""
	}
	if strings.Contains(t.value, "{") && t.is(compares) {
		traits |= isStruct
	}
	return typ{
		func(f *goFile) string { return f.use(t.path) + t.name },
		func(f *goFile, k int) string {
			return strings.ReplaceAll(fill(t.value, k), "PKG", f.use(t.path))
		},
		traits, base,
	}
}

var foreigners = []foreign{
	{"time", "time", "Duration", "PKGDuration(%d)", key},
	{"time", "time", "Time", "PKGUnix(%d, 0)", key},
	{"time", "time", "Month", "PKGMonth(%d)", key},
	{"context", "context", "Context", "PKGTODO()", compares},
	{"context", "context", "CancelFunc", "PKGCancelFunc(nil)", isFunc},
	{"math/rand/v2", "rand", "PCG", "*PKGNewPCG(%d, 2)", key},
	{"math/rand/v2", "rand", "Source", "PKGNewPCG(%d, 2)", key},
	{"math/rand", "rand", "Source", "PKGNewSource(%d)", key},
	{"math/rand", "rand", "Source64", "PKGSource64(nil)", compares | isNil},
	{"text/template", "template", "FuncMap", `PKGFuncMap{"%d": nil}`, 0},
	{"html/template", "template", "HTML", `PKGHTML("%d")`, key},
	{"html/template", "template", "FuncMap", `PKGFuncMap{"%d": nil}`, 0},
	{"text/scanner", "scanner", "Position", "PKGPosition{Line: %d}", key},
	{"go/scanner", "scanner", "ErrorList", "PKGErrorList{nil}", 0},
	{"go/token", "token", "Pos", "PKGPos(%d)", key},
	{"net/url", "url", "URL", `PKGURL{Host: "%d"}`, key},
	{"net/url", "url", "Values", `PKGValues{"%d": nil}`, 0},
	{"encoding/json", "json", "RawMessage", `PKGRawMessage("%d")`, 0},
	{"io", "io", "Reader", "PKGReader(nil)", compares | isNil},
	{"io/fs", "fs", "FileMode", "PKGFileMode(%d)", key},
	{"os", "os", "FileMode", "PKGFileMode(%d)", key},
	{"fmt", "fmt", "Stringer", "PKGStringer(nil)", compares | isNil},
	{"unsafe", "unsafe", "Pointer", "PKGPointer(nil)", compares},
	{"runtime", "runtime", "Error", "PKGError(nil)", compares | isNil},
	{"runtime/debug", "debug", "Module", `PKGModule{Path: "%d"}`, key},
	{"container/list", "list", "Element", "PKGElement{Value: %d}", key},
	{"log/slog", "slog", "Level", "PKGLevel(%d)", key},
	{runtimePath, "runtime", "ReceiverInfo", "PKGReceiverInfo{Line: %d}", key},
	{modulePath + "/dep/odd", "even", "Number", "PKGNumber(%d)", key},
	{modulePath + "/dep/yaml.v3", "yaml", "Node", `PKGNode{Value: "%d"}`, key},
	{modulePath + "/dep/go-shape", "shape", "Square", "PKGSquare{Side: %d}", key},
	{modulePath + "/dep/a/codec", "codec", "Format", `PKGFormat{Name: "%d"}`, key},
	{modulePath + "/dep/b/codec", "codec", "Format", `PKGFormat("%d")`, key},
	{modulePath + "/dep/context", "context", "Place", `PKGPlace("%d")`, key},
	{modulePath + "/dep/runtime", "runtime", "Fault", "PKGFault{N: %d}", key},
	{modulePath + "/dep/core/v1", "v1", "Object", "PKGObject{N: %d}", key},
	{modulePath + "/dep/2024/01", "day", "Day", "PKGDay(%d)", key},
	{modulePath + "/dep/iter", "iter", "Step", "PKGStep{%d}", key},
	{modulePath + "/dep/err", "err", "Code", "PKGCode(%d)", key},
	{modulePath + "/dep/slices/v2", "slices", "Slice", "PKGSlice{%d}", 0},
	{modulePath + "/dep/signals", "signals", "Heard", "PKGHeard(nil)", 0},
	{modulePath + "/dep/data.types", "data", "Map", `PKGMap{"%d": %d}`, 0},
	{modulePath + "/dep/T", "T", "Tree", "PKGTree{T: %d}", key},
	{modulePath + "/internal/weak", "weak", "Link", "PKGLink(%d)", key},
}

// foreignGenerics are generic types of other packages. In a value, ELEM stands
// for the type argument and VALUE for one of its values.
var foreignGenerics = []foreign{
	{"iter", "iter", "Seq", "PKGSeq[ELEM](nil)", isFunc},
	{"weak", "weak", "Pointer", "PKGMake(pointerTo[ELEM](VALUE))", compares},
	{modulePath + "/dep/odd", "even", "Box", "PKGBox[ELEM]{Held: VALUE}", 0},
	{modulePath + "/internal/weak", "weak", "List", "PKGList[ELEM]{VALUE}", 0},
}

// packageName returns the name of the package at a path.
func packageName(importPath string) string {
	for _, t := range slices.Concat(foreigners, foreignGenerics) {
		if t.path == importPath {
			return t.pkg
		}
	}
	return path.Base(importPath)
}

// exportedBy returns the names that the package at a path exports, or none if it is not
// imported with a dot.
func exportedBy(importPath string) []string {
	if importPath == "context" {
		return strings.Fields("AfterFunc Background CancelCauseFunc CancelFunc Canceled Cause Context DeadlineExceeded " +
			"TODO WithCancel WithCancelCause WithDeadline WithDeadlineCause WithTimeout WithTimeoutCause WithValue WithoutCancel")
	}
	var names []string
	for _, t := range slices.Concat(foreigners, foreignGenerics) {
		if t.path == importPath && strings.HasPrefix(importPath, modulePath) && t.name != "Format" {
			names = append(names, t.name)
		}
	}
	return names
}

// dependencies are the packages of the module that declare no signals. No two packages
// imported with a dot export the same name.
func dependencies() []txtar.File {
	return txtar.Parse([]byte(`
-- dep/odd/odd.go --
package even

type Number int

type Box[E any] struct{ Held E }
-- dep/yaml.v3/yaml.go --
package yaml

type Node struct{ Value string }
-- dep/go-shape/shape.go --
package shape

type Square struct{ Side int }
-- dep/a/codec/codec.go --
package codec

type Format struct{ Name string }
-- dep/b/codec/codec.go --
package codec

type Format string
-- dep/context/context.go --
package context

type Place string
-- dep/runtime/runtime.go --
package runtime

type Fault struct{ N int }
-- dep/core/v1/core.go --
package v1

type Object struct{ N int }
-- dep/2024/01/day.go --
package day

type Day int
-- dep/iter/iter.go --
package iter

type Step [2]int
-- dep/err/err.go --
package err

type Code int
-- dep/slices/v2/slices.go --
package slices

type Slice []int
-- dep/signals/signals.go --
package signals

type Heard []string
-- dep/data.types/data.go --
package data

type Map map[string]int
-- dep/T/t.go --
package T

type Tree struct{ T int }
-- internal/weak/weak.go --
package weak

type Link int

type List[E any] []E
`)).Files
}
