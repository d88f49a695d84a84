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
	r := report{rounds: 3, sizes: []bench.Size{size}, costs: map[program]*cost{
		{generated, bench.Size{}}: {took(1), took(2), 1000, 500},
		{byHand, bench.Size{}}:    {took(1), took(2), 900, 400},
		{generated, size}:         {took(5, 2, 3), took(5, 4, 8), 51000, 10500},
		{byHand, size}:            {took(2, 2, 2), took(3, 3, 3), 10900, 5400},
	}}
	want := [][]string{
		{"10x10", "build, ms for each signal", "20.00", "10.00", "2.00"},
		{"10x10", "build, CPU ms for each signal", "30.00", "10.00", "3.00"},
		{"10x10", "binary, bytes for each signal", "500.00", "100.00", "5.00"},
		{"10x10", "binary without symbols, bytes for each signal", "100.00", "50.00", "2.00"},
		{"10x10", "build, ms in all", "3000", "2000", "1.50"},
		{"10x10", "build, CPU ms in all", "5000", "3000", "1.67"},
		{"10x10", "binary, bytes in all", "51000", "10900", "4.68"},
		{"10x10", "binary without symbols, bytes in all", "10500", "5400", "1.94"},
	}
	if got := r.table().Rows; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %q, want %q", got, want)
	}
}
