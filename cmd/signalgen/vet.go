package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology"
	"github.com/signalgen/signalgen/topology/vet"
)

// isVetTool reports whether go vet calls the command, for one package.
func isVetTool(args []string) bool {
	return slices.Equal(args, []string{"-V=full"}) || slices.Equal(args, []string{"-flags"}) ||
		len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg")
}

// runVet is the verb vet. It returns the exit code.
func (c call) runVet(ctx context.Context, stdout, stderr io.Writer) int {
	progress := startProgress(stderr)
	findings, model, err := vet.Run(ctx, topology.Options{Patterns: c.patterns, Progress: progress.step})
	progress.stop()
	var r report
	if model != nil {
		r.addFaults(model.Faults)
	}
	r.add(err)
	if c.json {
		printFindings(findings, r.jsonErrors(), stdout)
	} else {
		for _, f := range findings {
			_, _ = fmt.Fprintln(stdout, f)
		}
		r.print(false, stdout, stderr)
	}
	if len(findings)+len(r.Errors) > 0 {
		return exitMistakes
	}
	return exitDone
}

// printFindings prints findings and mistakes as one JSON object.
func printFindings(findings []vet.Finding, mistakes []jsonError, w io.Writer) {
	printJSON(w, struct {
		Findings []vet.Finding `json:"findings"`
		Errors   []jsonError   `json:"errors"`
	}{append([]vet.Finding{}, findings...), mistakes})
}
