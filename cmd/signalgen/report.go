package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"io"
	"os"
	"path/filepath"

	"github.com/signalgen/signalgen/generator"
	"github.com/signalgen/signalgen/topology"
	"github.com/signalgen/signalgen/topology/lock"
)

// report is what a run has done and found.
type report struct {
	Written, Removed []string
	Differences      []generator.Difference
	Changes          []lock.Change // their files are relative to the working folder
	Errors           []*generator.Error
}

func (r *report) exitCode() int {
	if len(r.Errors)+len(r.Differences)+len(r.Changes) > 0 {
		return exitMistakes
	}
	return exitDone
}

// add adds all errors of a run.
func (r *report) add(err error) {
	var several generator.Errors
	switch {
	case errors.As(err, &several):
		r.Errors = append(r.Errors, several...)
	case err != nil:
		r.Errors = append(r.Errors, &generator.Error{Msg: err.Error()})
	}
}

// addFaults adds what is wrong with the packages of a model.
func (r *report) addFaults(faults []topology.Fault) {
	for _, f := range faults {
		pos := token.Position{Filename: filepath.FromSlash(f.Pos.File), Line: f.Pos.Line, Column: f.Pos.Column}
		msg := f.Message
		if f.Pos.File == "" {
			msg = f.Package + ": " + msg
		}
		r.Errors = append(r.Errors, &generator.Error{Pos: pos, Msg: msg})
	}
}

func (r *report) print(asJSON bool, stdout, stderr io.Writer) {
	if asJSON {
		r.printJSON(stdout)
		return
	}
	for _, name := range r.Removed {
		_, _ = fmt.Fprintf(stdout, "removed %s: no signals left\n", name)
	}
	for _, d := range r.Differences {
		_, _ = fmt.Fprintf(stdout, "%s: %s: run go generate\n%s", d.File, d.State, d.Diff)
	}
	for _, c := range r.Changes {
		_, _ = fmt.Fprintf(stdout, "%s:%d:%d: %s\n", c.Pos.File, c.Pos.Line, c.Pos.Column, c)
	}
	for _, e := range r.Errors {
		_, _ = fmt.Fprintln(stderr, e)
	}
}

// The form of a report in JSON, as described in the package's doc comment.
type (
	jsonReport struct {
		Written     []string         `json:"written"`
		Removed     []string         `json:"removed"`
		Differences []jsonDifference `json:"differences"`
		Changes     []jsonChange     `json:"changes,omitempty"`
		Errors      []jsonError      `json:"errors"`
	}
	jsonDifference struct {
		File  string          `json:"file"`
		State generator.State `json:"state"`
		Diff  string          `json:"diff"`
	}
	jsonChange struct {
		File   string     `json:"file"`
		Line   int        `json:"line"`
		Column int        `json:"column"`
		Signal string     `json:"signal"`
		Kind   lock.Kind  `json:"kind"`
		Class  lock.Class `json:"class"`
		What   string     `json:"what"`
		Effect string     `json:"effect"`
	}
	jsonError struct {
		File    string `json:"file,omitempty"`
		Line    int    `json:"line,omitempty"`
		Column  int    `json:"column,omitempty"`
		Message string `json:"message"`
	}
)

func (r *report) printJSON(w io.Writer) {
	out := jsonReport{
		Written:     append([]string{}, r.Written...), // never null
		Removed:     append([]string{}, r.Removed...),
		Differences: []jsonDifference{},
		Errors:      r.jsonErrors(),
	}
	for _, d := range r.Differences {
		out.Differences = append(out.Differences, jsonDifference{d.File, d.State, d.Diff})
	}
	for _, c := range r.Changes {
		out.Changes = append(out.Changes, jsonChange{c.Pos.File, c.Pos.Line, c.Pos.Column, c.Signal, c.Kind, c.Class, c.What, c.Effect})
	}
	printJSON(w, out)
}

// jsonErrors returns the errors in the form for JSON, never nil.
func (r *report) jsonErrors() []jsonError {
	list := []jsonError{}
	for _, e := range r.Errors {
		list = append(list, jsonError{e.Pos.Filename, e.Pos.Line, e.Pos.Column, e.Msg})
	}
	return list
}

func printJSON(w io.Writer, value any) {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "\t")
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // if standard output is closed, nobody reads it
}

// relative returns paths relative to the working folder.
func relative(paths []string) []string {
	dir, err := os.Getwd()
	if err != nil {
		return paths
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = path
		if rel, err := filepath.Rel(dir, path); err == nil {
			names[i] = rel
		}
	}
	return names
}
