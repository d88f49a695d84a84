package lock

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/tools/go/packages"
	"pgregory.net/rapid"

	"github.com/signalgen/signalgen/topology"
)

// A node is a type, as source and as a reflect.Type.
type node struct {
	name   string // a type that does not consist of others: int64, time.Time
	wrap   string // else *, [], [2], map[string] or the like, of elem
	elem   *node
	fields []nodeField // else of a struct
}

type nodeField struct {
	name     string // in Go
	json     string
	options  string // options of the tag, each after a comma
	embedded bool   // with a name of its own and no tag
	typ      node
}

// simple are the types that do not consist of others.
var simple = map[string]reflect.Type{
	"bool": reflect.TypeFor[bool](), "string": reflect.TypeFor[string](),
	"int": reflect.TypeFor[int](), "int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](),
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"uint": reflect.TypeFor[uint](), "uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](),
	"uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](),
	"float32": reflect.TypeFor[float32](), "float64": reflect.TypeFor[float64](),
	"any": reflect.TypeFor[any](), "time.Time": reflect.TypeFor[time.Time](),
	"json.Number": reflect.TypeFor[json.Number](), "json.RawMessage": reflect.TypeFor[json.RawMessage](),
}

// wraps are the types that consist of one other.
var wraps = map[string]func(reflect.Type) reflect.Type{
	"*":              reflect.PointerTo,
	"[]":             reflect.SliceOf,
	"[2]":            func(t reflect.Type) reflect.Type { return reflect.ArrayOf(2, t) },
	"[3]":            func(t reflect.Type) reflect.Type { return reflect.ArrayOf(3, t) },
	"map[string]":    func(t reflect.Type) reflect.Type { return reflect.MapOf(simple["string"], t) },
	"map[int8]":      func(t reflect.Type) reflect.Type { return reflect.MapOf(simple["int8"], t) },
	"map[int64]":     func(t reflect.Type) reflect.Type { return reflect.MapOf(simple["int64"], t) },
	"map[time.Time]": func(t reflect.Type) reflect.Type { return reflect.MapOf(simple["time.Time"], t) },
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

var (
	simpleNames = sortedKeys(simple)
	wrapNames   = sortedKeys(wraps)
)

func drawNode(t *rapid.T, depth int) node {
	most := 9
	if depth == 0 {
		most = 5
	}
	switch n := rapid.IntRange(0, most).Draw(t, "sort of type"); {
	case n <= 5:
		return node{name: rapid.SampledFrom(simpleNames).Draw(t, "type")}
	case n <= 7:
		return drawWrapped(t, drawNode(t, depth-1))
	default:
		return drawStruct(t, depth-1)
	}
}

// drawWrapped returns a type that consists of another. A json.Number gets no pointer:
// with omitempty it is left out like a nil pointer, which Compare does not consider.
func drawWrapped(t *rapid.T, elem node) node {
	wrap := rapid.SampledFrom(wrapNames).Draw(t, "wrap")
	if wrap == "*" && elem.name == "json.Number" {
		wrap = "[]"
	}
	return node{wrap: wrap, elem: &elem}
}

func drawStruct(t *rapid.T, depth int) node {
	var n node
	for range rapid.IntRange(1, 4).Draw(t, "fields") {
		n.fields = append(n.fields, drawField(t, depth, n.fields))
	}
	return n
}

// drawField returns a field whose Go name is new.
func drawField(t *rapid.T, depth int, others []nodeField) nodeField {
	taken := func(name string) bool {
		return slices.ContainsFunc(others, func(f nodeField) bool { return f.name == name })
	}
	f := nodeField{
		name:    rapid.SampledFrom([]string{"A", "B", "C", "D", "E", "F", "G", "H"}).Draw(t, "name"),
		json:    drawJSONName(t),
		options: rapid.SampledFrom([]string{"", "", "", ",omitempty", ",omitzero", ",string"}).Draw(t, "options"),
		typ:     drawNode(t, depth),
	}
	for taken(f.name) {
		f.name += "a"
	}
	if rapid.IntRange(0, 9).Draw(t, "embedded") == 0 {
		f.embedded = true
		f.typ = drawStruct(t, 0)
		if rapid.Bool().Draw(t, "by pointer") {
			pointed := f.typ
			f.typ = node{wrap: "*", elem: &pointed}
		}
	}
	return f
}

func drawJSONName(t *rapid.T) string {
	return rapid.SampledFrom([]string{"p", "q", "r", "s", "t", "u", "v", "w", "x", "-", "with space"}).Draw(t, "JSON name")
}

// changed returns a type with a change somewhere.
func (n node) changed(t *rapid.T) node {
	switch {
	case n.fields != nil && rapid.IntRange(0, 5).Draw(t, "here") > 0:
		return n.changedFields(t)
	case n.elem != nil && rapid.Bool().Draw(t, "deeper"):
		elem := n.elem.changed(t)
		if elem.name == "json.Number" {
			return elem
		}
		return node{wrap: n.wrap, elem: &elem}
	case n.elem != nil && rapid.Bool().Draw(t, "unwrap"):
		return *n.elem
	case rapid.Bool().Draw(t, "wrap it"):
		return drawWrapped(t, n)
	default:
		return drawNode(t, 1)
	}
}

func (n node) changedFields(t *rapid.T) node {
	fields := slices.Clone(n.fields)
	i := rapid.IntRange(0, len(fields)-1).Draw(t, "field")
	f := &fields[i]
	switch rapid.IntRange(0, 8).Draw(t, "change") {
	case 0:
		fields = append(fields, drawField(t, 1, fields))
	case 1:
		if len(fields) > 1 {
			fields = slices.Delete(fields, i, i+1)
		}
	case 2:
		f.json = drawJSONName(t)
	case 3:
		f.options = rapid.SampledFrom([]string{"", ",omitempty", ",omitzero", ",string"}).Draw(t, "options")
	case 4:
		f.name += "b"
	case 5:
		fields[0], fields[i] = fields[i], fields[0]
	default:
		if f.embedded {
			f.typ = f.typ.changedEmbedded(t)
		} else {
			f.typ = f.typ.changed(t)
		}
	}
	return node{fields: fields}
}

// changedEmbedded keeps a struct, or a pointer to one.
func (n node) changedEmbedded(t *rapid.T) node {
	if n.elem != nil {
		if rapid.Bool().Draw(t, "by value") {
			return *n.elem
		}
		elem := n.elem.changedFields(t)
		return node{wrap: n.wrap, elem: &elem}
	}
	if rapid.Bool().Draw(t, "by pointer") {
		return node{wrap: "*", elem: &n}
	}
	return n.changedFields(t)
}

func (n node) reflected() reflect.Type {
	switch {
	case n.name != "":
		return simple[n.name]
	case n.elem != nil:
		return wraps[n.wrap](n.elem.reflected())
	}
	var fields []reflect.StructField
	for _, f := range n.fields {
		fields = append(fields, reflect.StructField{Name: f.name, Type: f.typ.reflected(), Tag: reflect.StructTag(f.tag()), Anonymous: f.embedded})
	}
	return reflect.StructOf(fields)
}

func (f nodeField) tag() string {
	if f.embedded {
		return ""
	}
	return fmt.Sprintf("json:%q", strings.Replace(f.json, "-", "-,", 1)+f.options)
}

// A sourceText is Go source: of a type, and of the structs that are embedded in it.
type sourceText struct {
	declared string
	structs  int
}

func (s *sourceText) of(n node) string {
	switch {
	case n.name != "":
		return n.name
	case n.elem != nil:
		return n.wrap + s.of(*n.elem)
	}
	text := "struct {\n"
	for _, f := range n.fields {
		if !f.embedded {
			text += fmt.Sprintf("%s %s `%s`\n", f.name, s.of(f.typ), f.tag())
			continue
		}
		inner, star := f.typ, ""
		if inner.elem != nil {
			inner, star = *inner.elem, "*"
		}
		s.structs++
		local := fmt.Sprintf("%s%d", f.name, s.structs)
		s.declared += fmt.Sprintf("type %s %s\n", local, s.of(inner))
		text += star + local + "\n"
	}
	return text + "}"
}

func sources(nodes ...node) string {
	text := ""
	for _, n := range nodes {
		text += n.file() + "\n"
	}
	return text
}

func (n node) file() string {
	var s sourceText
	x := s.of(n)
	if strings.Contains(n.name, ".") {
		x = "= " + x // a defined type would lose the methods
	}
	return s.declared + "type X " + x + "\n"
}

// lockOf type-checks a payload X and returns the lock of a signal of it.
func lockOf(t *rapid.T, n node) *Lock {
	text := "package p\nimport (\n\"encoding/json\"\n\"time\"\n)\nvar _ json.Number\nvar _ time.Time\n" + n.file()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: standard()}
	pkg, err := config.Check("example.com/p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	names, all := topology.TypesOf(pkg.Scope().Lookup("X").Type())
	return New(&topology.Model{Types: all, Signals: []topology.Signal{{
		ID: "example.com/p.X", Name: "x", Local: true, Form: topology.Payload, Fails: true,
		Args: []topology.Arg{{Type: names[0]}}, Carries: names[0],
	}}}, "example.com/p")
}

// standard returns packages of the standard library.
var standard = sync.OnceValue(func() imported {
	found, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes}, "encoding/json", "time")
	if err != nil {
		panic(err)
	}
	all := make(imported)
	for _, pkg := range found {
		all[pkg.PkgPath] = pkg.Types
	}
	return all
})

type imported map[string]*types.Package

func (p imported) Import(path string) (*types.Package, error) { return p[path], nil }

// values makes random values, among them those at the edges.
type values struct{ *rand.Rand }

func newValues(t *rapid.T) values {
	return values{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))}
}

func (v values) of(typ reflect.Type) reflect.Value {
	value := reflect.New(typ).Elem()
	v.fill(value)
	return value
}

func (v values) fill(value reflect.Value) {
	if v.IntN(10) == 0 {
		return // zero
	}
	switch value.Type() {
	case simple["time.Time"]:
		value.Set(reflect.ValueOf(time.Unix(v.Int64N(1<<32), v.Int64N(1e9)).UTC()))
		return
	case simple["json.Number"]:
		value.SetString(pick(v, "0", "1", "-7", "1.5", "1e400", "123456789012345678901"))
		return
	case simple["json.RawMessage"]:
		value.SetBytes([]byte(pick(v, `null`, `1`, `"a"`, `true`, `{"p":1,"q":"a"}`, `[1,"a"]`, `9007199254740993`)))
		return
	}
	switch value.Kind() {
	case reflect.Bool:
		value.SetBool(v.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		value.SetInt(pick(v, 0, 1, -1, math.MaxInt64, math.MinInt64, v.Int64()) >> (64 - value.Type().Bits()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		value.SetUint(pick(v, 0, 1, math.MaxUint64, v.Uint64()) >> (64 - value.Type().Bits()))
	case reflect.Float32:
		value.SetFloat(float64(pick(v, 0, 1.5, -0.1, math.MaxFloat32, v.Float32())))
	case reflect.Float64:
		value.SetFloat(pick(v, 0, 1.5, -0.1, 1e300, v.Float64()))
	case reflect.String:
		value.SetString(pick(v, "", "a", "1", `"`, "null", "p", "q", "r", "s", "t", "u", "v", "w", "x", "-", "with space", "2020-01-01T00:00:00Z"))
	default:
		v.fillComposite(value)
	}
}

// isZeroTime reports whether a value is a time that is not set. Pointers to such a time
// are not made: the package ignores what omitzero does with them, as its doc says.
func isZeroTime(value reflect.Value) bool {
	at, ok := value.Interface().(time.Time)
	return ok && at.IsZero()
}

func (v values) fillComposite(value reflect.Value) {
	typ := value.Type()
	switch value.Kind() {
	case reflect.Interface:
		if inner := pick[any](v, nil, true, 1.5, -3.0, 1e300, "a", []any{"a", 1.0}, map[string]any{"p": 1.0, "q": "a"}); inner != nil {
			value.Set(reflect.ValueOf(inner))
		}
	case reflect.Pointer:
		if inner := v.of(typ.Elem()); v.IntN(4) > 0 && !isZeroTime(inner) {
			value.Set(inner.Addr())
		}
	case reflect.Slice:
		if n := v.IntN(5); n > 0 {
			value.Set(reflect.MakeSlice(typ, n-1, n))
			v.fillAll(value)
		}
	case reflect.Array:
		v.fillAll(value)
	case reflect.Map:
		if n := v.IntN(4); n > 0 {
			value.Set(reflect.MakeMap(typ))
			for range n - 1 {
				value.SetMapIndex(v.of(typ.Key()), v.of(typ.Elem()))
			}
		}
	case reflect.Struct:
		for i := range value.NumField() {
			v.fill(value.Field(i))
		}
	}
}

func (v values) fillAll(list reflect.Value) {
	for i := range list.Len() {
		v.fill(list.Index(i))
	}
}

func pick[T any](v values, from ...T) T { return from[v.IntN(len(from))] }
