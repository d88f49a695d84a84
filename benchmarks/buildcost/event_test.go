package main

import (
	"fmt"
	"go/format"
	"maps"
	"strings"
	"testing"
)

// Code by hand has the format of gofmt.
func TestByHand(t *testing.T) {
	for i := range 64 {
		for _, kind := range []kind{payload, signature} {
			text := "package p\n" + event{kind, i}.byHand()
			formatted, err := format.Source([]byte(text))
			if err != nil {
				t.Fatalf("%v:\n%s", err, text)
			}
			if text != string(formatted) {
				t.Errorf("got\n%s\nwant\n%s", text, formatted)
			}
		}
	}
}

// No two events of a program have fields or parameters of the same types.
func TestEventsDiffer(t *testing.T) {
	for _, kind := range []kind{payload, signature} {
		values := make(map[string]bool)
		for i := range 1000 {
			values[strings.Join(event{kind, i}.values(), " ")] = true
		}
		if len(values) != 1000 {
			t.Errorf("%s: %d of 1000 differ", kind, len(values))
		}
	}
}

// Signatures have 2 to 8 parameters, each number of them with results of all
// forms.
func TestSignatures(t *testing.T) {
	got, want := make(map[string]int), make(map[string]int)
	for i := range 28 {
		e := event{signature, i}
		value, fails := e.result()
		got[fmt.Sprint(len(e.values()), value != "", fails)]++
		want[fmt.Sprint(2+i%7, i/7%2 == 0, i/14 == 0)]++
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
