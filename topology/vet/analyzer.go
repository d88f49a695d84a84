package vet

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A result is what a check returns besides its findings.
type result struct {
	silenced map[token.Pos]bool        // the directives that have silenced a finding
	open     map[token.Pos]*types.Func // findings that depend on who calls a func, by position
}

// newCheck returns an analyzer whose findings can be silenced. The doc begins with the
// name.
func newCheck(doc string, run func(*reporter)) *analysis.Analyzer {
	name, _, _ := strings.Cut(doc, ":")
	return &analysis.Analyzer{
		Name:       name,
		Doc:        doc,
		URL:        docsURL + "#" + name,
		Requires:   []*analysis.Analyzer{indexer, effecter},
		ResultType: reflect.TypeFor[*result](),
		Run: func(pass *analysis.Pass) (any, error) {
			r := &reporter{
				index:   pass.ResultOf[indexer].(*index),
				effects: pass.ResultOf[effecter].(*effects),
				pass:    pass,
				result:  &result{make(map[token.Pos]bool), make(map[token.Pos]*types.Func)},
			}
			if len(r.sites)+r.effects.count > 0 {
				run(r)
			}
			return r.result, nil
		},
	}
}

const docsURL = "https://github.com/signalgen/signalgen/blob/main/docs/vet.md"

// A reporter is what a check sees of a package, and how it reports.
type reporter struct {
	*index
	effects *effects
	pass    *analysis.Pass
	result  *result
}

// report reports what is wrong with a node, unless a directive silences it.
func (r *reporter) report(n ast.Node, message string, fixes ...analysis.SuggestedFix) {
	if d := r.silencer(r.pass.Analyzer.Name, n.Pos()); d != nil {
		r.result.silenced[d.Pos] = true
		return
	}
	r.pass.Report(analysis.Diagnostic{
		Pos:            n.Pos(),
		End:            n.End(),
		Category:       r.pass.Analyzer.Name,
		Message:        message,
		SuggestedFixes: fixes,
	})
}
