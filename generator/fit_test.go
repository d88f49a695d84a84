package generator

import (
	"slices"
	"strings"
	"testing"
)

// paramsOf makes parameters from texts such as "id string"; "string" has no name.
func paramsOf(texts ...string) []param {
	var params []param
	for _, text := range texts {
		name, typ, named := strings.Cut(text, " ")
		if !named {
			name, typ = "", text
		}
		p := param{name: name, declared: name, typ: typeExpr{{text: typ}}}
		if path, name, foreign := strings.Cut(typ, "."); foreign {
			p.typ = typeExpr{{text: name, path: path}}
		}
		params = append(params, p)
	}
	return params
}

// Names matter only if some of what is sent is left out, or if they are the signal's in
// another order.
func TestPassing(t *testing.T) {
	for _, test := range []struct {
		sent, taken []string
		less        bool // the receiver leaves out the error
		want        []int
		exact       bool
	}{
		{[]string{"a int", "b string"}, []string{"a int", "b string"}, false, []int{0, 1}, true},
		{[]string{"a int", "b string"}, []string{"x int", "_ string"}, false, []int{0, 1}, true},
		{[]string{"a int", "b string"}, []string{"int", "string"}, true, []int{0, 1}, false},
		{[]string{"a int", "b string"}, []string{"x int", "_ string"}, true, []int{0, 1}, false},
		{[]string{"a int", "b int"}, []string{"b int", "a int"}, false, []int{0, 1}, true}, // as in Go
		{[]string{"a int", "b int"}, []string{"b int", "a int"}, true, []int{1, 0}, false},
		{[]string{"a int", "b int"}, []string{"b int", "x int"}, true, []int{0, 1}, false},
		{[]string{"a int", "b string"}, []string{"b string", "a int"}, false, []int{1, 0}, false},
		{[]string{"a int", "b string"}, []string{"b string"}, false, []int{1}, false},
		{[]string{"a int", "b string"}, []string{"x string"}, false, []int{-1}, false},
		{[]string{"a os.A", "b fs.B"}, []string{"b fs.B", "a os.A"}, false, []int{1, 0}, false},
		{[]string{"a os.A", "b fs.B"}, []string{"x fs.A", "y fs.B"}, false, []int{0, 1}, true},
		{[]string{"a int", "b string"}, []string{"x int", "y int"}, true, []int{0, 1}, false}, // for the message
	} {
		s := &signal{isFunc: true, fails: true, params: paramsOf(test.sent...)}
		r := &receiver{takesContext: true, fails: !test.less, params: paramsOf(test.taken...)}
		fit{r, s, comparison{}}.matchParams()
		if !slices.Equal(r.passes, test.want) || r.exact != test.exact {
			t.Errorf("%q of %q: passes %v, exact %v; want %v, %v", test.taken, test.sent, r.passes, r.exact, test.want, test.exact)
		}
	}
}

func TestReaches(t *testing.T) {
	declared := map[string][]string{"a": {"b", "c"}, "b": {"b", "d"}, "d": {"a"}}
	g := importGraph{func(path string) []string { return declared[path] }, map[string][]string{"c": {"e"}}}
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"a", "d", true},
		{"d", "c", true},
		{"a", "e", true},
		{"e", "a", false},
		{"c", "a", false},
	} {
		if got := g.reaches(test.from, test.to); got != test.want {
			t.Errorf("%s reaches %s: %v, want %v", test.from, test.to, got, test.want)
		}
	}
}
