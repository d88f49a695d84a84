package main

import "testing"

func TestCountLines(t *testing.T) {
	const text = "// A comment.\npackage p\n\nfunc f() {\n\t// Another.\n\tg() // a call\n}\n"
	if got, want := countLines(text), (lines{code: 4, blank: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
