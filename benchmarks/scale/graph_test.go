package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// Both read a small tree, in which what is sent is heard.
func TestMeasureGraph(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the command")
	}
	root, err := bench.Root()
	if err != nil {
		t.Fatal(err)
	}
	s := session{ctx: t.Context(), root: root, work: t.TempDir(), options: options{
		rounds: 1, timeout: 5 * time.Minute, sizes: []bench.Size{{Packages: 12, Signals: 4}}, states: []state{warm, edited},
	}}
	var out strings.Builder
	if err := s.measureGraph(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "| 12x4               | warm  |") || strings.Contains(out.String(), "edited") {
		t.Errorf("got:\n%s", out.String())
	}
	log, err := os.ReadFile(filepath.Join(s.work, "log"))
	if err != nil || len(log) > 0 {
		t.Errorf("the last command, go vet, said %q, %v", log, err)
	}
}

func TestGraphRow(t *testing.T) {
	row := graphRow(bench.Size{Packages: 2, Signals: 3}, cold, []result{
		{walls: []time.Duration{30 * time.Millisecond}, cpus: []time.Duration{40 * time.Millisecond}, memory: 2 << 20},
		{walls: []time.Duration{20 * time.Millisecond}, memory: 1 << 20},
	})
	if got := strings.Join(row, " "); got != "2x3 cold 30 20 1.50 40 0 2 1" {
		t.Errorf("got %s", got)
	}
}

func TestUses(t *testing.T) {
	text := tree{size: bench.Size{Packages: 1, Signals: 4}}.uses("p2", "p1")
	for _, want := range []string{`"example.com/tree/p1"`, "SendEvent1(ctx, Event1{})", `SendEvent4(ctx, "", 0)`, "p1.ConnectEvent4(func(ctx context.Context, name string"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
}
