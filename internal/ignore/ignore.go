// Package ignore reads the directive that silences a check of signalgen vet.
package ignore

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Checks are the names of all checks that can be silenced, sorted.
var Checks = []string{
	"ctx", "cycle", "leak", "locked", "lost", "selfblock", "shared", "split", "twice", "unheard", "unsent", "unwired",
}

// IsCheck reports whether there is a check with this name.
func IsCheck(name string) bool { return slices.Contains(Checks, name) }

// A Directive is a comment of the form
//
//	//signalgen:ignore CHECK reason
type Directive struct {
	Pos    token.Pos // position of the comment
	End    token.Pos
	Check  string // empty if there is none
	Reason string // empty if there is none
}

// Parse reads a comment. It returns false if the comment is not such a directive.
func Parse(comment *ast.Comment) (Directive, bool) {
	d, ok := ast.ParseDirective(comment.Slash, comment.Text)
	if !ok || d.Tool != "signalgen" || d.Name != "ignore" {
		return Directive{}, false
	}
	args, _, _ := strings.Cut(d.Args, "// want ") // tests of analyzers say there what they expect
	check, reason, _ := strings.Cut(strings.TrimSpace(args), " ")
	return Directive{comment.Pos(), comment.End(), check, strings.TrimSpace(strings.TrimLeft(reason, " /"))}, true
}
