package vet_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/topology"
	"github.com/signalgen/signalgen/topology/vet"
)

// wanted returns the lines on which the comments in testdata want a finding.
func wanted(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/src/*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	var lines []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel("testdata", file)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range bytes.Lines(text) {
			n++
			if finding.Match(line) {
				lines = append(lines, fmt.Sprintf("%s:%d", filepath.ToSlash(name), n))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// finding matches a comment that wants a finding, not a fact.
var finding = regexp.MustCompile("// want [`\"]")

// ofPrograms are the checks of whole programs, which the packages are not made for.
var ofPrograms = map[string]bool{"unheard": true, "unsent": true, "unwired": true, "cycle": true, "split": true}

// All checks together find what each finds alone, in packages that are less completely
// known, and in the same order each time.
func TestRun(t *testing.T) {
	t.Setenv("GOWORK", "off")
	opts := topology.Options{Dir: "testdata"}
	findings, model, err := vet.Run(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range model.Faults {
		t.Error(f)
	}
	var lines []string
	for _, f := range findings {
		aboutProgram := f.Check == "ignore" && strings.Contains(f.Message, "ignore unheard")
		if !ofPrograms[f.Check] && !aboutProgram {
			lines = append(lines, f.Position.String())
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	for _, line := range wanted(t) {
		if i := slices.Index(lines, line); i >= 0 {
			lines = slices.Delete(lines, i, i+1)
		} else {
			t.Errorf("%s: nothing is found", line)
		}
	}
	for _, line := range lines {
		i := slices.IndexFunc(findings, func(f vet.Finding) bool { return f.Position.String() == line })
		t.Errorf("not wanted: %v", findings[i])
	}
	again, _, err := vet.Run(context.Background(), opts)
	if got, want := fmt.Sprint(again), fmt.Sprint(findings); err != nil || got != want {
		t.Errorf("again: %v, error %v\nwant %v", got, err, want)
	}
}

// TestRunPart has what is outside of the patterns known, and not looked at.
func TestRunPart(t *testing.T) {
	t.Setenv("GOWORK", "off")
	findings, _, err := vet.Run(context.Background(), topology.Options{Dir: "testdata", Patterns: []string{"./src/locked"}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(findings, func(f vet.Finding) bool { return bytes.Contains([]byte(f.Message), []byte("helper.Place")) }) {
		t.Errorf("%v has nothing of what package helper sends", findings)
	}
}

func TestRunCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := vet.Run(ctx, topology.Options{Dir: "testdata"}); err == nil {
		t.Error("no error")
	}
}
