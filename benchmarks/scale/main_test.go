package main

import (
	"slices"
	"testing"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

func TestFlags(t *testing.T) {
	opts, err := parseFlags([]string{"-rounds=2", "-only=signalgen,go-enum", "-sizes=1x1, 100x10", "-kinds=heavy", "-timeout=3s"})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(opts.generators); got != "signalgen,go-enum" {
		t.Errorf("the generators are %s", got)
	}
	if want := []bench.Size{{Packages: 1, Signals: 1}, {Packages: 100, Signals: 10}}; !slices.Equal(opts.sizes, want) {
		t.Errorf("the sizes are %v, want %v", opts.sizes, want)
	}
	if !slices.Equal(opts.kinds, []kind{heavy}) || !slices.Equal(opts.states, states) {
		t.Errorf("the kinds are %v and the states %v", opts.kinds, opts.states)
	}
	if opts.rounds != 2 || opts.coldRounds != 1 || opts.timeout != 3*time.Second {
		t.Errorf("got %+v", opts)
	}
}

func TestFlagsThatAreWrong(t *testing.T) {
	for _, arg := range []string{"-only=protoc", "-sizes=10", "-sizes=0x1", "-kinds=", "-states=hot", "./..."} {
		if _, err := parseFlags([]string{arg}); err == nil {
			t.Errorf("%s is taken", arg)
		}
	}
}
