package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/signalgen/signalgen/benchmarks/peers"
)

// quick returns the options of a quick run.
func quick(t *testing.T, args ...string) options {
	t.Helper()
	opts, err := parseFlags(append([]string{"-quick"}, args...))
	if err != nil {
		t.Fatal(err)
	}
	return opts
}

// Every work but scale, which has tests of its own, has a figure of signalgen for
// each of its metrics.
func TestWorks(t *testing.T) {
	opts := quick(t, "-peers", "slice of,channel,pocket,weak,by hand")
	opts.works = slices.DeleteFunc(opts.works, func(w work) bool { return w.name == "scale" })
	s := session{ctx: t.Context(), options: opts}
	s.measure()
	for _, w := range opts.works {
		for _, m := range w.metrics {
			figures := s.results.of(w.name, m.name).where(func(f figure) bool { return strings.HasPrefix(f.peer, own) && f.time.Median >= 0 })
			if len(figures) == 0 {
				t.Errorf("%s %s: no figure of signalgen", w.name, m.name)
			}
		}
	}
	text := report{opts, s.results, []string{"\n## Further\n"}}.text()
	for _, want := range []string{"| Send, no receiver ", "## Send: time\n", "PocketBase hook", "## Further\n", peers.Missing[0]} {
		if !strings.Contains(text, want) {
			t.Errorf("the report has no %q", want)
		}
	}
	chart := filepath.Join(t.TempDir(), "chart.svg")
	if err := s.results.chart(chart); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(chart)
	if err != nil || !strings.Contains(string(svg), "PocketBase hook") || !strings.Contains(string(svg), "a Go channel each, queue") {
		t.Errorf("error %v, %d bytes of a chart", err, len(svg))
	}
}

func TestFlags(t *testing.T) {
	opts := quick(t, "-works", "send, each", "-peers", "libp2p")
	if len(opts.works) != 2 || opts.rounds != 2 || opts.sample > time.Millisecond {
		t.Errorf("got %d works, %d rounds of %v", len(opts.works), opts.rounds, opts.sample)
	}
	if len(opts.peers) != 2 || opts.peers[0].Name != own || opts.peers[1].Name != "libp2p eventbus" {
		t.Errorf("got %v", opts.peers)
	}
	for _, args := range [][]string{{"-works", "none"}, {"-rounds", "0"}, {"more"}} {
		if _, err := parseFlags(args); err == nil {
			t.Errorf("%q was accepted", args)
		}
	}
}

func TestBetween(t *testing.T) {
	got, err := between("a\n"+beginMark+"old\n"+endMark+"b\n", "new")
	if want := "a\n" + beginMark + "\nnew\n" + endMark + "b\n"; err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
	for _, text := range []string{"", beginMark, endMark + beginMark} {
		if _, err := between(text, ""); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

// The page about speed has a place for the tables.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/speed.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := between(string(text), ""); err != nil {
		t.Error(err)
	}
}
