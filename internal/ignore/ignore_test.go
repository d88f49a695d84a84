package ignore

import (
	"go/ast"
	"slices"
	"testing"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		comment, check, reason string
		ok                     bool
	}{
		{"//signalgen:ignore leak it never ends", "leak", "it never ends", true},
		{"//signalgen:ignore  leak   it never ends  ", "leak", "it never ends", true},
		{"//signalgen:ignore leak // it never ends", "leak", "it never ends", true},
		{"//signalgen:ignore leak", "leak", "", true},
		{"//signalgen:ignore leak // want `no reason`", "leak", "", true},
		{"//signalgen:ignore", "", "", true},
		{"//signalgen:ignored leak it never ends", "", "", false},
		{"//signalgen:signal", "", "", false},
		{"// signalgen:ignore leak it never ends", "", "", false},
		{"/*signalgen:ignore leak it never ends*/", "", "", false},
	} {
		d, ok := Parse(&ast.Comment{Slash: 1, Text: test.comment})
		if d.Check != test.check || d.Reason != test.reason || ok != test.ok {
			t.Errorf("%s: check %q, reason %q, %v; want %q, %q, %v", test.comment, d.Check, d.Reason, ok, test.check, test.reason, test.ok)
		}
	}
}

func TestIsCheck(t *testing.T) {
	if !slices.IsSorted(Checks) {
		t.Errorf("checks %v are not sorted", Checks)
	}
	if !IsCheck("leak") || IsCheck("leek") || IsCheck("") {
		t.Error("leak is a check, leek and nothing are none")
	}
}
