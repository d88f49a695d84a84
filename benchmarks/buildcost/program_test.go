package main

import (
	"fmt"
	"go/format"
	"maps"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// Both styles of a program compile, and call the receiver of every signal.
func TestPrograms(t *testing.T) {
	b, err := newBuilder(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []bench.Size{{}, {Packages: 1, Signals: 40}, {Packages: 2, Signals: 3}} {
		for _, style := range styles {
			p := program{style, size}
			if err := b.write(p); err != nil {
				t.Fatal(err)
			}
			binary := b.dir(p) + "/program"
			if err := bench.Run(b.ctx, b.dir(p), bench.Env("GOPROXY=off"), "go", "build", "-o", binary, "."); err != nil {
				t.Fatal(err)
			}
			if err := b.try(p, binary); err != nil {
				t.Error(err)
			}
		}
	}
}

// What is written by hand has gofmt's form.
func TestByHand(t *testing.T) {
	for i := range 64 {
		text := "package p\n" + event(i).byHand()
		formatted, err := format.Source([]byte(text))
		if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
		if text != string(formatted) {
			t.Errorf("got\n%s\nwant\n%s", text, formatted)
		}
	}
}

// No two events of a program have fields or parameters of the same types, and a
// quarter are signatures, in all forms.
func TestEventsDiffer(t *testing.T) {
	values := make(map[string]bool)
	forms := make(map[string]int)
	for i := range 1000 {
		e := event(i)
		values[strings.Join(e.values(), " ")] = true
		if e.signature() {
			value, fails := e.result()
			forms[fmt.Sprint(value != "", fails)]++
		}
	}
	if len(values) != 1000 {
		t.Errorf("%d of 1000 differ", len(values))
	}
	want := map[string]int{"false false": 63, "false true": 63, "true false": 62, "true true": 62}
	if !maps.Equal(forms, want) {
		t.Errorf("there are %v signatures, want %v", forms, want)
	}
}
