package vet

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/signalgen/signalgen/topology"
)

// A Finding is a mistake that a check has found.
type Finding struct {
	topology.Position

	Check   string `json:"check"` // the analyzer's name
	Message string `json:"message"`
	Fixes   []Fix  `json:"fixes,omitempty"` // alternatives: apply one of them
}

// String returns the form file:line:col: message (check).
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s (%s)", f.File, f.Line, f.Column, f.Message, f.Check)
}

// A Fix is a change of the source that fixes a finding.
type Fix struct {
	Message string `json:"message"` // says what the fix does
	Edits   []Edit `json:"edits"`   // they do not overlap
}

// An Edit replaces the bytes of a file from Start up to End.
type Edit struct {
	File  string `json:"file"`  // as in a [topology.Position]
	Start int    `json:"start"` // byte offsets
	End   int    `json:"end"`
	New   string `json:"new"` // the new text
}

// sortFindings sorts by position, then by check, and removes duplicates.
func sortFindings(findings []Finding) []Finding {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Check, b.Check), cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(findings, func(a, b Finding) bool {
		return a.Position == b.Position && a.Check == b.Check && a.Message == b.Message
	})
}
