// Package vet finds mistakes in the use of signals.
//
//	findings, _, err := vet.Run(ctx, topology.Options{Dir: "."})
//	for _, f := range findings {
//		fmt.Println(f)
//	}
//
// Each check is an [analysis.Analyzer], which works with any driver: go vet -vettool, a
// multichecker, golangci-lint. [Run] is the driver of the command signalgen vet. It
// sees all packages at once, and so finds more than a driver that sees one at a time.
//
// The checks report nothing where they cannot be sure: for a signal in a variable of
// unknown origin, a func value, a call through an interface. They ignore test files. To
// silence a finding, put a comment on its line, alone on the line above, or in the doc
// comment of the enclosing declaration:
//
//	//signalgen:ignore CHECK reason
//
// [Ignore] finds comments that give no reason, name no check or silence nothing.
package vet

import (
	"slices"

	"golang.org/x/tools/go/analysis"
)

// Analyzers returns all analyzers of this package, by name.
func Analyzers() []*analysis.Analyzer { return append(slices.Clone(checks), Ignore) }

// checks are the analyzers that can be silenced.
var checks = []*analysis.Analyzer{Ctx, Leak, Locked, Lost, Selfblock, Shared, Twice}
