package topology

import (
	"fmt"
	"go/types"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// The type X of each case is described, in the form of typeText.
func TestKinds(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"bool", `type X bool`, "bool"},
		{"int", `type X int`, "int"},
		{"byte is uint8", `type X byte`, "uint8"},
		{"rune is int32", `type X rune`, "int32"},
		{"uintptr", `type X uintptr`, "uintptr"},
		{"float", `type X float32`, "float32"},
		{"string", `type X string`, "string"},
		{"bytes", `type X []byte`, "bytes of uint8"},
		{"bytes of a type of their own", `type B byte; type X []B`, "bytes of example.com/p.B"},
		{"bytes that are texts", `type B byte; func (B) MarshalText() ([]byte, error) { return nil, nil }; type X []B`, "slice of example.com/p.B"},
		{"array of bytes", `type X [4]byte`, "array of 4 uint8"},
		{"empty array", `type X [0]int`, "array of 0 int"},
		{"slice", `type X []string`, "slice of string"},
		{"pointer", `type X *string`, "pointer of string"},
		{"map", `type X map[string][]int`, "map of string to []int"},
		{"map by integers", `type X map[uint8]bool`, "map of uint8 to bool"},
		{"map by texts", `type X map[netip.Addr]bool`, "map of net/netip.Addr to bool"},
		{"map by bools", `type X map[bool]int`, "unsupported of bool to int"},
		{"map by pointers to texts", `type K struct{}; func (*K) MarshalText() ([]byte, error) { return nil, nil }; type X map[K]int`, "unsupported of example.com/p.K to int"},
		{"empty interface", `type X interface{}`, "any"},
		{"interface", `type X fmt.Stringer`, "interface"},
		{"interface that marshals itself", `type X json.Marshaler`, "interface"},
		{"func", `type X func()`, "unsupported"},
		{"channel", `type X chan int`, "unsupported"},
		{"complex", `type X complex64`, "unsupported"},
		{"unsafe pointer", `type X unsafe.Pointer`, "unsupported"},
		{"time", `type X = time.Time`, "time decodes"},
		{"struct that embeds a time", `type X struct { time.Time; N int }`, "time decodes"},
		{"struct that embeds a pointer to a time", `type X struct { *time.Time }`, "time decodes"},
		{"type of a time's fields only", `type X time.Time`, "struct{}"},
		{"duration", `type X = time.Duration`, "int64"},
		{"raw message", `type X = json.RawMessage`, "raw decodes"},
		{"struct that embeds a raw message", `type X struct { json.RawMessage }`, "raw decodes"},
		{"number", `type X = json.Number`, "number"},
		{"type of a number's strings only", `type X json.Number`, "string"},
		{"text", `type X struct{ N int }; func (X) MarshalText() ([]byte, error) { return nil, nil }`, "text"},
		{"text of the standard library", `type X = netip.Addr`, "text decodes"},
		{"text by pointer", `type X = big.Float`, "opaque decodes"},
		{"marshaler", `type X int; func (X) MarshalJSON() ([]byte, error) { return nil, nil }`, "opaque"},
		{"marshaler by pointer", `type X = big.Int`, "opaque decodes"},
		{"marshaler and text", `type X int; func (X) MarshalJSON() ([]byte, error) { return nil, nil }; func (X) MarshalText() ([]byte, error) { return nil, nil }`, "opaque"},
		{"marshaler by pointer and text", `type X int; func (*X) MarshalJSON() ([]byte, error) { return nil, nil }; func (X) MarshalText() ([]byte, error) { return nil, nil }`, "opaque"},
		{"marshaler that is embedded", `type M int; func (M) MarshalJSON() ([]byte, error) { return nil, nil }; type X struct { M; N int }`, "opaque"},
		{"marshalers that hide each other", `type M int; func (M) MarshalJSON() ([]byte, error) { return nil, nil }; type O struct{ M }; type P struct { M }; type X struct { O; P }`, "struct{}"},
		{"method of another form", `type X int; func (X) MarshalJSON() []byte { return nil }`, "int"},
		{"method with a variadic parameter", `type X int; func (X) MarshalJSON(...int) ([]byte, error) { return nil, nil }`, "int"},
		{"field called as the method", `type X struct { MarshalJSON func() ([]byte, error) }`, "struct{MarshalJSON func() ([]byte, error)}"},
		{"reader only", `type X struct{ N int }; func (*X) UnmarshalJSON([]byte) error { return nil }`, "struct{N int} decodes"},
		{"reader of text", `type X int; func (*X) UnmarshalText([]byte) error { return nil }`, "int decodes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			pkg := check(t, test.source)
			table := newTestTable(pkg)
			name := table.add(pkg.typeOf("X"))
			if got := typeText(table.types[name]); got != test.want {
				t.Errorf("found %s, wanted %s", got, test.want)
			}
			checkNames(t, table.types)
		})
	}
}

func TestFields(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"names", "struct { A int; B int `json:\"b\"`; C int `json:\"\"`; D int `xml:\"d\"` }", "A int; b int B; C int; D int"},
		{"unexported", "struct { a int; B int }", "B int"},
		{"left out", "struct { A int `json:\"-\"`; B int `json:\"-,\"`; c int `json:\"-\"` }", "- int B; unwritten int A"},
		{"left out where it is promoted", "struct { A; B int }; type A struct { B, C int `json:\"-\"` }", "B int; unwritten int A.B; unwritten int A.C"},
		{
			"options", "struct { A int `json:\"a,omitempty\"`; B int `json:\",omitzero\"`; C int `json:\",omitempty,omitzero,omit\"` }",
			"a int A omitempty; B int omitzero; C int omitempty omitzero",
		},
		{"option as a name", "struct { A int `json:\"omitempty\"` }", "omitempty int A"},
		{"names that are none", "struct { A int `json:\"a\\\\b\"`; B int `json:\"a'b\"`; C int `json:\"\\u20ac\"` }", "A int; B int; C int"},
		{"names of signs", "struct { A int `json:\"ä-/. <>\"` }", "ä-/. <> int A"},
		{
			"quoted", "struct { A int `json:\",string\"`; B *bool `json:\",string\"`; C string `json:\",string\"`; D json.Number `json:\",string\"`; E float32 `json:\",string\"` }",
			"A int quoted; B *bool quoted; C string quoted; D encoding/json.Number quoted; E float32 quoted",
		},
		{
			"quoted without effect", "struct { A []int `json:\",string\"`; B **int `json:\",string\"`; C any `json:\",string\"`; D time.Time `json:\",string\"`; E P `json:\",string\"`; F T `json:\",string\"` }; type P *int; type T int; func (T) MarshalText() ([]byte, error) { return nil, nil }",
			"A []int; B **int; C any; D time.Time; E example.com/p.P; F example.com/p.T",
		},
		{"embedded", "struct { A; N int }; type A struct { M, n int }", "M int A.M; N int"},
		{"embedded, unexported", "struct { a; N int }; type a struct { M int }", "M int a.M; N int"},
		{"embedded by pointer", "struct { *A }; type A struct { B; M int }; type B struct { N int }", "N int A.B.N byPointer; M int A.M byPointer"},
		{"embedded with a name", "struct { A `json:\"a\"`; B `json:\",omitempty\"` }; type A struct { M int }; type B struct { N int }", "a example.com/p.A A; N int B.N"},
		{"embedded and left out", "struct { A `json:\"-\"`; N int }; type A struct { M int }", "N int; unwritten example.com/p.A A"},
		{"embedded, not a struct", "struct { A; b; *C; *d; fmt.Stringer }; type A int; type b int; type C int; type d int", "A example.com/p.A; C *example.com/p.C; Stringer fmt.Stringer"},
		{"embedded by an alias", "struct { B; c }; type A struct { M int }; type B = A; type C struct { N int }; type c = *C", "M int B.M; N int c.N byPointer"},
		{"embedded in itself", "struct { *X; N int }", "N int"},
		{"hidden by a lesser depth", "struct { A; M string }; type A struct { M, N int }", "N int A.N; M string"},
		{"hidden by each other", "struct { A; B }; type A struct { M, N int }; type B struct { M int }", "N int A.N"},
		{"hidden by a tag", "struct { A; B }; type A struct { M int }; type B struct { O int `json:\"M\"` }", "M int B.O"},
		{"hidden by two tags", "struct { A int `json:\"m\"`; B int `json:\"m\"` }", ""},
		{"hidden by a field that is not written", "struct { A; M int `json:\"-\"` }; type A struct { M int }", "M int A.M; unwritten int M"},
		{"deeper than what hides each other", "struct { A; B; C }; type A struct { M int }; type B struct { M int }; type C struct { D }; type D struct { M int }", ""},
		{"twice at one depth", "struct { A; B }; type A struct { C }; type B struct { C }; type C struct { M int; D }; type D struct { N int }", "N int A.C.D.N"},
		{"again at a greater depth", "struct { A; B }; type A struct { B; N int }; type B struct { M int }", "N int A.N; M int B.M"},
		{"instance that is embedded", "struct { A[string] }; type A[T any] struct { M T; N []A[T] }", "M string A.M; N []example.com/p.A[string] A.N"},
		{"struct without a name", "struct { A struct { b int; C bool `json:\"c\"` } }", `A struct{b int; C bool "json:\"c\""}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			pkg := check(t, "type X "+test.source)
			table := newTestTable(pkg)
			name := table.add(pkg.typeOf("X"))
			if got, want := typeText(table.types[name]), "struct{"+test.want+"}"; got != want {
				t.Errorf("found %s, wanted %s", got, want)
			}
			checkNames(t, table.types)
		})
	}
}

func TestTypeNames(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"of the package", `type X int`, "example.com/p.X"},
		{"alias", `type X = Y; type Y = Z; type Z int`, "example.com/p.Z"},
		{"alias within", `type X = map[Y][]*Z; type Y = string; type Z = time.Time`, "map[string][]*time.Time"},
		{"bytes and runes", `type X = map[rune][3]byte`, "map[int32][3]uint8"},
		{"error", `type X = []error`, "[]error"},
		{"any", `type X = map[string]interface{}`, "map[string]any"},
		{"any by its name", `type X = map[string]any`, "map[string]any"},
		{"func", `type X = []func(a time.Time) error`, "[]func(a time.Time) error"},
		{"channel", `type X = <-chan int`, "<-chan int"},
		{"unsafe pointer", `type X = []unsafe.Pointer`, "[]unsafe.Pointer"},
		{"instance", `type X = Pair[A, []time.Time]; type A = string; type Pair[K comparable, V any] struct { Key K; Value V }`, "example.com/p.Pair[string, []time.Time]"},
		{"instance of an instance", `type X = L[L[int]]; type L[T any] []T`, "example.com/p.L[example.com/p.L[int]]"},
		{"instance of a generic alias", `type X = A[int]; type A[T any] = map[string]L[T]; type L[T any] []T`, "map[string]example.com/p.L[int]"},
		{"generic", `type X[T any, U comparable] []T`, "example.com/p.X[T, U]"},
		{"struct", "type X = struct { A int `json:\"a\"`; Y; b struct{} }; type Y int", `struct{A int "json:\"a\""; example.com/p.Y; b struct{}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			pkg := check(t, test.source)
			table := newTestTable(pkg)
			if got := table.add(pkg.typeOf("X")); got != test.want {
				t.Errorf("found %s, wanted %s", got, test.want)
			}
			checkNames(t, table.types)
		})
	}
}

func TestTypesOfFuncsHaveNumbers(t *testing.T) {
	pkg := check(t, `type X int; var A, B any; func F() { type X string; type Y []X }; func G() { type X bool }`)
	table := newTestTable(pkg)
	table.add(pkg.typeOf("X"))
	for _, name := range []string{"F", "G"} {
		scope := pkg.Scope().Lookup(name).(*types.Func).Scope()
		for _, local := range scope.Names() {
			table.add(scope.Lookup(local).Type())
		}
	}
	for name, want := range map[string]string{
		"example.com/p.X": "int", "example.com/p.X·1·1": "string", "example.com/p.Y·1·1": "slice of example.com/p.X·1·1", "example.com/p.X·1·2": "bool",
	} {
		if got := typeText(table.types[name]); got != want {
			t.Errorf("%s: found %s, wanted %s", name, got, want)
		}
	}
}

func TestTypeParameterWithThePredeclaredName(t *testing.T) {
	pkg := check(t, `type X[string any] struct { A string; B []X[string] }; type Y struct { A string }`)
	table := newTestTable(pkg)
	table.add(pkg.typeOf("X"))
	table.add(pkg.typeOf("Y"))
	for name, want := range map[string]string{
		"example.com/p.X[string·]": "struct{A string·; B []example.com/p.X[string·]}", "string·": "parameter", "string": "string",
	} {
		if got := typeText(table.types[name]); got != want {
			t.Errorf("%s: found %s, wanted %s", name, got, want)
		}
	}
}

func TestDeclaredTypes(t *testing.T) {
	pkg := check(t, `type X struct { A Pair[string, error]; B Pair[int, X]; C struct{} }; type Pair[K comparable, V any] struct { Key K; Value *V }`)
	table := newTestTable(pkg)
	table.add(pkg.typeOf("X"))
	table.add(pkg.typeOf("Pair"))
	for name, want := range map[string]string{
		"example.com/p.X":                          "example.com/p X",
		"example.com/p.Pair[K, V]":                 "example.com/p Pair K V",
		"example.com/p.Pair[string, error]":        "example.com/p Pair string error",
		"example.com/p.Pair[int, example.com/p.X]": "example.com/p Pair int example.com/p.X",
		"error":    " error",
		"struct{}": " ",
	} {
		typ := table.types[name]
		if got := strings.Join(append([]string{typ.Package, typ.Name}, typ.TypeArgs...), " "); got != want {
			t.Errorf("%s: found %s, wanted %s", name, got, want)
		}
	}
	checkNames(t, table.types)
}

func TestMapByATypeParameter(t *testing.T) {
	pkg := check(t, `type X[K comparable, V any] struct { A map[K]V; B [2]V }`)
	table := newTestTable(pkg)
	table.add(pkg.typeOf("X"))
	if got := typeText(table.types["map[K]V"]); got != "map of K to V" {
		t.Error(got)
	}
}

func TestTypesThatReferToThemselves(t *testing.T) {
	pkg := check(t, `type X struct { Left, Right *X; Kids map[string][]X; Of Tree }; type Tree []Tree`)
	table := newTestTable(pkg)
	table.add(pkg.typeOf("X"))
	want := []string{"*example.com/p.X", "[]example.com/p.X", "example.com/p.Tree", "example.com/p.X", "map[string][]example.com/p.X", "string"}
	if got := slices.Sorted(maps.Keys(table.types)); !slices.Equal(got, want) {
		t.Errorf("found %q, wanted %q", got, want)
	}
	if got := typeText(table.types["example.com/p.Tree"]); got != "slice of example.com/p.Tree" {
		t.Error(got)
	}
}

func TestInstancesWithoutEnd(t *testing.T) {
	for _, source := range []string{
		`type X struct { A N[int] }; type N[T any] struct { Next *N[[]T] }`,
		`type X struct { A N[int] }; type N[T any] struct { Next *N[struct { A, B T }] }`,
	} {
		pkg, errs := tryCheck(t, source)
		if len(errs) == 0 {
			t.Errorf("%s: compiles", source)
		}
		table := newTestTable(pkg)
		table.add(pkg.typeOf("X"))
		if len(table.types) > 20_000 {
			t.Errorf("%s: found %d types", source, len(table.types))
		}
	}
}

func TestTypesThatDoNotCompile(t *testing.T) {
	pkg, errs := tryCheck(t, `type X struct { A Missing; B map[Missing]int; C [n]int; D X; *E; F map[[]int]int }; type E struct { *E; M Missing }; const K E = 1`)
	if len(errs) == 0 {
		t.Fatal("compiles")
	}
	table := newTestTable(pkg)
	table.add(pkg.typeOf("X"))
	checkNames(t, table.types)
}

func TestConstantsOfTypes(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"iota", `type X int; const ( A X = iota; B; _; C )`, "A=0 B=1 C=3"},
		{"by value", `type X int; const ( A X = 10; B X = 9; C X = -1 )`, "C=-1 B=9 A=10"},
		{"of one value", `type X int; const ( B X = 1; A X = 1 )`, "A=1 B=1"},
		{"texts", `type X string; const ( Paid X = "paid"; Open = X("op\"en") )`, `Open="op\"en" Paid="paid"`},
		{"bools", `type X bool; const On, Off X = true, false`, "Off=false On=true"},
		{"fractions", `type X float64; const ( Half X = 0.5; Third X = 1.0 / 3; One X = 1 )`, "Third=0.3333333333333333 Half=0.5 One=1"},
		{"large", `type X uint64; const Max X = 1<<64 - 1`, "Max=18446744073709551615"},
		{"unexported", `type X int; const a, B X = 1, 2`, "B=2"},
		{"of another type", `type X int; type Y int; const A Y = 1; const B = 1; var C X = 1`, ""},
		{"of a type without a name", `type X = int; const A X = 1`, ""},
		{"complex", `type X complex64; const A, B X = 1, 2i`, ""},
		{"with a method that writes them", `type X int; const A X = 1; func (X) MarshalText() ([]byte, error) { return nil, nil }`, ""},
		{"of another package", `type X = time.Weekday; const Day time.Weekday = 9`, "Sunday=0 Monday=1 Tuesday=2 Wednesday=3 Thursday=4 Friday=5 Saturday=6"},
	} {
		t.Run(test.name, func(t *testing.T) {
			pkg := check(t, test.source)
			table := newTestTable(pkg)
			name := table.add(pkg.typeOf("X"))
			var got []string
			for _, v := range table.types[name].Values {
				got = append(got, v.Name+"="+v.Value)
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("found %s, wanted %s", got, test.want)
			}
		})
	}
}

func TestDocsOfTypes(t *testing.T) {
	pkg := check(t, `
// An X is sent.
//
//signalgen:signal
type X struct {
	// A has
	// two lines.
	A, B int
	C State // C ends the line.
	// D counts,
	D int // not this.

	Base // is embedded
	*Box[int] // too
	E struct {
		F int // F is deep.
	}
}

type (
	// Base is of a group.
	Base struct { G bool }

	Box[T any] struct {
		H T // H is of an instance.
	} // Box ends the line.
)

// The states.
type State string

// Not of the constants.
const (
	// Open is the first.
	Open State = "open"
	Paid State = "paid" // Paid is the second.
)

// Void is alone.
const Void State = "void"
`)
	table := newTestTable(pkg)
	table.add(pkg.typeOf("X"))
	got := make(map[string]string)
	for name, typ := range table.types {
		name = strings.ReplaceAll(name, "example.com/p.", "")
		got[name] = typ.Doc
		for _, f := range typ.Fields {
			got[name+"."+f.Path] = f.Doc
		}
		for _, v := range typ.Values {
			got[v.Name] = v.Doc
		}
	}
	maps.DeleteFunc(got, func(_, doc string) bool { return doc == "" })
	want := map[string]string{
		"X": "An X is sent.\n", "X.A": "A has\ntwo lines.\n", "X.B": "A has\ntwo lines.\n", "X.C": "C ends the line.\n", "X.D": "D counts,\n",
		"X.Box.H": "H is of an instance.\n", "struct{F int}.F": "F is deep.\n", "State": "The states.\n",
		"Open": "Open is the first.\n", "Paid": "Paid is the second.\n", "Void": "Void is alone.\n",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("found  %q\nwanted %q", got, want)
	}
}

// typeText writes a type on one line.
func typeText(typ Type) string {
	s := string(typ.Kind)
	switch {
	case typ.Kind == KindStruct:
		texts := fieldTexts(typ.Fields)
		for _, f := range typ.Unwritten {
			texts = append(texts, "unwritten "+f.Type+" "+f.Path)
		}
		s += "{" + strings.Join(texts, "; ") + "}"
	case typ.Key != "":
		s += fmt.Sprintf(" of %s to %s", typ.Key, typ.Elem)
	case typ.Kind == KindArray:
		s += fmt.Sprintf(" of %d %s", typ.Len, typ.Elem)
	case typ.Elem != "":
		s += " of " + typ.Elem
	}
	if typ.Decodes {
		s += " decodes"
	}
	return s
}

func fieldTexts(fields []TypeField) []string {
	var texts []string
	for _, f := range fields {
		s := f.Name + " " + f.Type
		if f.Path != f.Name {
			s += " " + f.Path
		}
		for _, flag := range []struct {
			name string
			set  bool
		}{{"omitempty", f.OmitEmpty}, {"omitzero", f.OmitZero}, {"quoted", f.Quoted}, {"byPointer", f.ByPointer}} {
			if flag.set {
				s += " " + flag.name
			}
		}
		texts = append(texts, s)
	}
	return texts
}

// checkNames reports names that are not in the table.
func checkNames(t *testing.T, all map[string]Type) {
	t.Helper()
	for name, typ := range all {
		named := append([]string{typ.Elem, typ.Key}, typ.TypeArgs...)
		for _, f := range slices.Concat(typ.Fields, typ.Unwritten) {
			named = append(named, f.Type)
		}
		for _, n := range named {
			if _, found := all[n]; n != "" && !found {
				t.Errorf("%s names %s, which is not there", name, n)
			}
		}
	}
}
