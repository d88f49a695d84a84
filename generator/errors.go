package generator

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// An Error is a mistake in the input.
type Error struct {
	Pos token.Position // Filename is relative to Options.Dir; empty for an error without a place
	Msg string         // what was found and what was wanted
}

// Error returns the form file:line:col: message.
func (e *Error) Error() string {
	switch {
	case e.Pos.Filename == "":
		return e.Msg
	case !e.Pos.IsValid():
		return e.Pos.Filename + ": " + e.Msg
	default:
		return e.Pos.String() + ": " + e.Msg
	}
}

// Errors are all mistakes in the input of a run, sorted by file, line and column.
type Errors []*Error

// Error returns a line for each error.
func (errs Errors) Error() string {
	lines := make([]string, len(errs))
	for i, e := range errs {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// add records a mistake at pos.
func (errs *Errors) add(pos token.Position, format string, args ...any) {
	*errs = append(*errs, &Error{Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// sorted returns the errors in order and without duplicates, or nil if there are none.
func (errs Errors) sorted() error {
	if len(errs) == 0 {
		return nil
	}
	slices.SortStableFunc(errs, func(a, b *Error) int {
		return cmp.Or(
			strings.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			strings.Compare(a.Msg, b.Msg),
		)
	})
	return slices.CompactFunc(errs, func(a, b *Error) bool { return *a == *b })
}

// count returns a number with its noun: 1 file, 2 files.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
