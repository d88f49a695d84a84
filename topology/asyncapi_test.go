package topology

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestAsyncAPI writes the document of a module for each file in testdata/asyncapi, and
// compares it with the file want there.
func TestAsyncAPI(t *testing.T) {
	files, err := filepath.Glob("testdata/asyncapi/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if err := AsyncAPI(&out, loadModule(t, string(txtar.Format(archive)))); err != nil {
				t.Fatal(err)
			}
			compare(t, file, archive, out.String())
		})
	}
}

// The type X of each case has a schema. What is the same for all of a kind is left out.
func TestSchemas(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"bool", `type X bool`, `{"type":"boolean"}`},
		{"int8", `type X int8`, `{"type":"integer","format":"int8","minimum":-128,"maximum":127}`},
		{"uint64", `type X uint64`, `{"type":"integer","format":"uint64","minimum":0,"maximum":18446744073709551615}`},
		{"int", `type X int`, `{"type":"integer","format":"int64","minimum":-9223372036854775808,"maximum":9223372036854775807}`},
		{"float32", `type X float32`, `{"type":"number","format":"float"}`},
		{"number", `type X = json.Number`, `{"type":"number"}`},
		{"string", `type X string`, `{"type":"string"}`},
		{"bytes", `type X []byte`, `{"type":["string","null"],"contentEncoding":"base64"}`},
		{"time", `type X = time.Time`, `{"type":"string","format":"date-time"}`},
		{"text", `type X = netip.Addr`, `{"type":"string"}`},
		{"opaque", `type X = big.Int`, `{"description":"Written by a method of its own."}`},
		{"raw", `type X = json.RawMessage`, `{}`},
		{"any", `type X any`, `{}`},
		{"interface", `type X fmt.Stringer`, `{"description":"Anything: a Go interface."}`},
		{"func", `type X func()`, `{"description":"A Go type without a form in JSON.","not":{}}`},
		{"slice", `type X []string`, `{"type":["array","null"],"items":{"type":"string"}}`},
		{"array", `type X [2]bool`, `{"type":"array","minItems":2,"maxItems":2,"items":{"type":"boolean"}}`},
		{"array of none", `type X [0]bool`, `{"type":"array","minItems":0,"maxItems":0,"items":{"type":"boolean"}}`},
		{"map", `type X map[string]any`, `{"type":["object","null"],"additionalProperties":{}}`},
		{"map by integers", `type X map[int8]bool`, `{"type":["object","null"],"propertyNames":{"pattern":"^-?[0-9]+$"},"additionalProperties":{"type":"boolean"}}`},
		{"map by texts", `type X map[netip.Addr]bool`, `{"type":["object","null"],"additionalProperties":{"type":"boolean"}}`},
		{"pointer", `type X *string`, `{"type":["string","null"]}`},
		{"pointer to a slice", `type X *[]string`, `{"type":["array","null"],"items":{"type":"string"}}`},
		{"pointer to anything", `type X *any`, `{}`},
		{"pointer to a pointer", `type X **bool`, `{"type":["boolean","null"]}`},
		{"pointer to a declared type", `type X *Y; type Y int`, `{"anyOf":[{"$ref":"#/components/schemas/p.Y"},{"type":"null"}]}`},
		{"pointer to a pointer to one", `type X **Y; type Y int`, `{"anyOf":[{"$ref":"#/components/schemas/p.Y"},{"type":"null"}]}`},
		{"type that refers to itself", `type X struct { Next *X }`, `{"type":"object","properties":{"Next":{"anyOf":[{"$ref":"#/components/schemas/p.X"},{"type":"null"}]}}}`},
		{"empty struct", `type X struct{}`, `{"type":"object"}`},
		{"parameter", `type X[T any] struct { A T }`, `{"type":"object","required":["A"],"properties":{"A":{"description":"Anything: a type parameter."}}}`},
		{
			"required", "type X struct { A bool; B bool `json:\",omitempty\"`; C bool `json:\",omitzero\"`; D *bool; E }; type E struct { F bool; *G }; type G struct { H bool }",
			`{"type":"object","required":["A","F"],"properties":{"A":{"type":"boolean"},"B":{"type":"boolean"},"C":{"type":"boolean"},"D":{"type":["boolean","null"]},"F":{"type":"boolean"},"H":{"type":"boolean"}}}`,
		},
		{
			"quoted", "type X struct { A int `json:\",string\"`; B *uint8 `json:\",string,omitempty\"`; C bool `json:\",string\"`; D *bool `json:\",string\"`; E string `json:\",string\"`; F float64 `json:\",string\"` }",
			`{"type":"object","required":["A","C","E","F"],"properties":{"A":{"type":"string","pattern":"^-?[0-9]+$"},"B":{"type":["string","null"],"pattern":"^[0-9]+$"},` +
				`"C":{"type":"string","enum":["false","true"]},"D":{"anyOf":[{"type":"string","enum":["false","true"]},{"type":"null"}]},` +
				`"E":{"type":"string","contentMediaType":"application/json"},"F":{"type":"string","contentMediaType":"application/json"}}}`,
		},
		{
			"docs of fields", "type X struct {\n// A is _one_.\nA bool\nB *Y // B is [Y].\nC any // C is *.\n}; type Y int",
			`{"type":"object","required":["A","C"],"properties":{"A":{"description":"A is \\_one\\_.","type":"boolean"},` +
				`"B":{"description":"B is Y.","anyOf":[{"$ref":"#/components/schemas/p.Y"},{"type":"null"}]},"C":{"description":"C is \\*."}}}`,
		},
		{
			"doc beside a reference", "type X struct {\nA Y // A is one.\n}; type Y int",
			`{"type":"object","required":["A"],"properties":{"A":{"description":"A is one.","allOf":[{"$ref":"#/components/schemas/p.Y"}]}}}`,
		},
		{
			"enum of strings", "type X string\nconst (\nPaid X = \"paid\" // Money has come.\nOpen X = \"open\"\nFree = Open\n)",
			`{"type":"string","enum":["open","paid"],"x-enum-varnames":["Free","Paid"],"x-enum-descriptions":["","Money has come."]}`,
		},
		{"enum of integers", `type X uint8; const ( A X = iota + 1; B; C )`, `{"type":"integer","format":"uint8","enum":[1,2,3],"x-enum-varnames":["A","B","C"]}`},
		{"one constant", `type X string; const ( A X = "a"; B X = "a" )`, `{"type":"string"}`},
		{"flags", `type X uint8; const ( A X = 1 << iota; B; C )`, `{"type":"integer","format":"uint8","minimum":0,"maximum":255}`},
		{"units", `type X float32; const ( A X = iota; B )`, `{"type":"number","format":"float"}`},
		{"large constants", `type X uint64; const ( A X = 1<<64 - 2 + iota; B )`, `{"type":"integer","format":"uint64","minimum":0,"maximum":18446744073709551615}`},
		{
			"pointer to an enum without a name", "type X struct { A *Y }; type Y string; const ( A Y = \"a\"; B Y = \"b\" )",
			`{"type":"object","properties":{"A":{"anyOf":[{"$ref":"#/components/schemas/p.Y"},{"type":"null"}]}}}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			pkg := check(t, test.source)
			table := newTestTable(pkg)
			name := table.add(pkg.typeOf("X"))
			s := schemasOf(table.types, []*exchange{{carries: []string{name}}})
			got, err := json.Marshal(s.describe(table.types[name]))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.want {
				t.Errorf("\nfound  %s\nwanted %s", got, test.want)
			}
		})
	}
}

func TestKeysOfADocument(t *testing.T) {
	for _, test := range []struct {
		name  string
		names []string
		want  map[string]string
	}{
		{"short", []string{"example.com/a/b.C"}, map[string]string{"example.com/a/b.C": "b.C"}},
		{"of an instance", []string{"a.com/b.C[[]a.com/d.E, *string]"}, map[string]string{"a.com/b.C[[]a.com/d.E, *string]": "b.C_d.E_string"}},
		{"long where short is not unique", []string{"a.com/b.C", "d.com/b.C"}, map[string]string{"a.com/b.C": "a.com_b.C", "d.com/b.C": "d.com_b.C"}},
		{"that characters make the same", []string{"b.C[int]", "b.C[*int]"}, map[string]string{"b.C[*int]": "b.C_int", "b.C[int]": "b.C_int_"}},
		{"without characters that a key can have", []string{"a/·"}, map[string]string{"a/·": ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := keysOf(test.names, shortKey)
			for name, want := range test.want {
				if got[name] != want {
					t.Errorf("%s: found %q, wanted %q", name, got[name], want)
				}
			}
		})
	}
}

func TestTitleOfADocument(t *testing.T) {
	for _, test := range []struct {
		name     string
		programs []Program
		want     string
	}{
		{"one program", []Program{{Path: "example.com/shop/cmd/shop", Packages: []string{"example.com/shop"}}}, "example.com/shop/cmd/shop"},
		{"several", []Program{{Path: "example.com/shop/cmd/shop"}, {Path: "example.com/shop/cmd/shopper"}}, "example.com/shop/cmd"},
		{"one below another", []Program{{Path: "example.com/shop"}, {Path: "example.com/shop/tool"}}, "example.com/shop"},
		{"none", []Program{{Packages: []string{"example.com/shop/a", "example.com/shop/b/c"}}}, "example.com/shop"},
		{"nothing in common", []Program{{Path: "example.com/a"}, {Path: "example.org/b"}}, "signals"},
		{"no packages", nil, "signals"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := titleOf(&Model{Programs: test.programs}); got != test.want {
				t.Errorf("found %s, wanted %s", got, test.want)
			}
		})
	}
}
