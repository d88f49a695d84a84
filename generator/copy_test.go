package generator

import (
	"go/token"
	"testing"
)

func TestCopy(t *testing.T) {
	for typ, want := range map[string]string{
		"int":                       "int",
		"[ ]int":                    "[]int",
		"map[ string ]* int":        "map[string]* int",
		"chan/* ; */int":            "chan int",
		"<-chan (<-chan int)":       "<-chan (<-chan int)",
		"time . Duration":           "time.Duration",
		"[]time /* ; */ . Duration": "[]time.Duration",
		"func(a, b int)":            "func(a, b int)",
		"func(\n\ta int, // a;\n\tb ...string,\n) (\n\tn int,\n)": "func(a int, b ...string) (n int)",
		"struct{ A int }":                       "struct{ A int }",
		"struct{ A int; }":                      "struct{ A int }",
		"struct{ A int; B string }":             "struct{ A int; B string }",
		"struct {\n\tA int // a; b\n}":          "struct { A int }",
		"struct {\n\n\t// \"'`;\n\tA, B int\n}": "struct { A, B int }",
		"struct { A int `a:\"b;c\"`; B int }":   "struct { A int `a:\"b;c\"`; B int }",
		"interface { M(); fs.File }":            "interface { M(); fs.File }",
		"[len(\"a;b\" /* ; */)]int":             "[len(\"a;b\")]int",
		"[';']int":                              "[';']int",
		"[len([...]int{\n1,\n2,\n})]int":        "[len([...]int{ 1, 2 })]int",
		"Box[int, // a;\n\tstring,\n]":          "Box[int, string]",
	} {
		p := &packageParser{fset: token.NewFileSet(), src: &source{}, errs: new(Errors)}
		if got := typesIn(t, p, "example.com/a", typ)[0].text("example.com/a"); got != want {
			t.Errorf("%q is copied as %q, want %q", typ, got, want)
		}
	}
}
