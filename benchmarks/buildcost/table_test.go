package main

import (
	"slices"
	"testing"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

func TestTable(t *testing.T) {
	size := bench.Size{Packages: 10, Signals: 10}
	took := func(seconds ...time.Duration) []time.Duration {
		for i := range seconds {
			seconds[i] *= time.Second
		}
		return seconds
	}
	ours := program{generated, signature, everything, size}
	theirs := program{byHand, payload, send, size}
	r := report{rounds: 3, programs: []program{ours, theirs}, costs: map[program]*cost{
		ours.base():   {took(1), took(2), 1000, 500, lines{}},
		theirs.base(): {took(1), took(2), 900, 400, lines{}},
		ours:          {took(5, 2, 3), took(5, 4, 8), 50500, 10400, lines{4475, 396}},
		theirs:        {took(2, 2, 2), took(3, 3, 3), 10800, 5350, lines{1188, 297}},
	}}
	want := [][]string{
		{"signature", "everything", "10x10", "generated", "30.30", "20.20", "20.20", "10.10", "500", "100", "45.2", "4.0"},
		{"payload", "send", "10x10", "by hand", "10.10", "10.10", "10.10", "10.10", "100", "50", "12.0", "3.0"},
	}
	if got := r.table().Rows; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %q, want %q", got, want)
	}
}
