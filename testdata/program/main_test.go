package main

import (
	"slices"
	"testing"

	"example.com/signals/hear"
	"github.com/signalgen/signalgen/signaltest"
)

func TestUnwired(t *testing.T) {
	hear.Heard = nil
	if err := run(t.Context()); err != nil || len(hear.Heard) > 0 {
		t.Errorf("error %v, heard %q", err, hear.Heard)
	}
}

func TestWired(t *testing.T) {
	hear.Heard = nil
	signaltest.Wire(t)
	if err := run(t.Context()); err != nil {
		t.Error(err)
	}
	heard := slices.DeleteFunc(hear.Heard, func(s string) bool { return s == "linux" })
	want := []string{"exact 1", "no error 1", "bare 1", "no context 1", "first", "context", "1 + 2", "done"}
	if !slices.Equal(heard, want) {
		t.Errorf("heard\n%q\nwant\n%q", heard, want)
	}
}
