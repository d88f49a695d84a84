package generator

import (
	"slices"
	"testing"
)

func TestSplitArgs(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
		rest string
	}{
		{"", nil, ""},
		{"a  b=c\td", []string{"a", "b=c", "d"}, ""},
		{`id="a b" once`, []string{`id="a b"`, "once"}, ""},
		{`id="a \" b" once`, []string{`id="a \" b"`, "once"}, ""},
		{"id=`a \\` once", []string{"id=`a \\`", "once"}, ""},
		{`"id=a b" once`, []string{"id=a b", "once"}, ""},
		{"id=a\u00a0once", []string{"id=a", "once"}, ""},
		{`once id="a b`, []string{"once"}, `id="a b`},
		{"id=`a", nil, "id=`a"},
	} {
		args, rest := splitArgs(test.text)
		var got []string
		for _, arg := range args {
			got = append(got, arg.text)
		}
		if !slices.Equal(got, test.want) || rest != test.rest {
			t.Errorf("splitArgs(%q) = %q and %q, want %q and %q", test.text, got, rest, test.want, test.rest)
		}
	}
}
