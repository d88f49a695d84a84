package vet

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/internal/ignore"
)

// Ignore finds useless //signalgen:ignore directives.
var Ignore = &analysis.Analyzer{
	Name: "ignore",
	Doc: `ignore: find useless //signalgen:ignore directives

A directive of the form

	//signalgen:ignore CHECK reason

silences a check on its line, on the line below if it stands alone, or in the
declaration whose doc comment it is in. This check finds directives without a
reason, with an unknown check, and those that silence nothing, because the code has
been fixed: they would hide the next mistake on that line.

Give the reason, correct the name, or delete the directive. This check itself cannot
be silenced.`,
	URL:      docsURL + "#ignore",
	Requires: append(slices.Clone(checks), indexer),
	Run:      runIgnore,
}

func runIgnore(pass *analysis.Pass) (any, error) {
	for _, d := range pass.ResultOf[indexer].(*index).ignores {
		if complaint := wrongIgnore(d.Directive, pass); complaint != "" {
			pass.Report(analysis.Diagnostic{Pos: d.Pos, End: d.End, Category: "ignore", Message: complaint})
		}
	}
	return nil, nil
}

// wrongIgnore says what is wrong with a directive, or returns "". For a check of whole
// programs, it is not known here whether the directive silences anything.
func wrongIgnore(d ignore.Directive, pass *analysis.Pass) string {
	switch {
	case d.Check == "":
		return "//signalgen:ignore names no check; wanted //signalgen:ignore CHECK reason"
	case !ignore.IsCheck(d.Check):
		return "//signalgen:ignore names no check: found " + d.Check + "; wanted one of " + strings.Join(ignore.Checks, ", ")
	case d.Reason == "":
		return "//signalgen:ignore " + d.Check + " gives no reason; wanted it after the check"
	}
	for _, check := range checks {
		if check.Name == d.Check && !pass.ResultOf[check].(*result).silenced[d.Pos] {
			return uselessIgnore(d.Check)
		}
	}
	return ""
}

func uselessIgnore(check string) string {
	return "//signalgen:ignore " + check + " silences nothing; delete it"
}
