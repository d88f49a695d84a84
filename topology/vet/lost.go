package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/topology/internal/use"
)

// Lost finds sends whose error or responses are ignored.
var Lost = newCheck(`lost: find sends whose error or responses are discarded

A receiver refuses with an error, and a send stops at the first one: later receivers
are not called. A send that is a statement of its own discards the error and the
responses, which is most likely an oversight. The check also finds a call of Each
without a loop over it, which calls no receiver at all.

Return the error, log it, or use the responses. If they do not matter, write
"_ = order.SendPlaced(...)", which the check ignores. It also ignores go and defer
statements, and sends to receivers that cannot return an error. Otherwise silence it
with //signalgen:ignore lost REASON.`, runLost)

func runLost(r *reporter) {
	for _, s := range r.sites {
		if statement, ok := s.parentNode().(*ast.ExprStmt); ok && s.Op.Sends() {
			r.lost(s, statement)
		}
	}
}

func (s *site) parentNode() ast.Node {
	parent, _ := s.path.parent()
	return parent
}

// lost reports a statement that consists of a send.
func (r *reporter) lost(s *site, statement *ast.ExprStmt) {
	results := s.Func.Signature().Results()
	if s.Op == use.Each {
		r.report(s.Call, "Each calls no receiver until its result is ranged over")
		return
	}
	hasError, hasResponses := false, false
	for result := range results.Variables() {
		if isError(result.Type()) {
			hasError = true
		} else {
			hasResponses = true
		}
	}
	sent := types.ExprString(use.NameIn(s.Call.Fun))
	switch {
	case !s.Signal.IsKnown() || !r.canRefuse(s.Signal):
	case hasError && hasResponses:
		r.report(s.Call, fmt.Sprintf("the responses and the error of %s are discarded; use them, or assign them to _", sent))
	case hasError:
		r.report(s.Call, fmt.Sprintf("the error of %s is discarded, and a receiver can refuse; return it, log it, or assign it to _", sent), r.returnError(s, statement, results.Len())...)
	case hasResponses:
		r.report(s.Call, fmt.Sprintf("the responses of %s are discarded; use them, or assign them to _", sent))
	}
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// canRefuse reports whether a receiver of the signal may return something.
func (r *reporter) canRefuse(s use.Signal) bool {
	signature, ok := s.Declared.Type().Underlying().(*types.Signature)
	if ok {
		return signature.Results().Len() > 0
	}
	return s.Declared.Exported() && r.pkg.Name() != "main" || s.Declared.Pkg() != r.pkg || !r.allAgree(s)
}

// allAgree reports whether only this package has the signal and all of its receivers
// always return nil.
func (r *reporter) allAgree(s use.Signal) bool {
	for _, u := range r.sites {
		if u.Signal.Declared != s.Declared {
			continue
		}
		if u.Op == use.Relay || u.Op == use.Tap || u.Op.Bridges() {
			return false
		}
	}
	count := 0
	for _, receiver := range r.receivers {
		if receiver.use.Signal.Declared != s.Declared {
			continue
		}
		count++
		if receiver.fn == nil || receiver.options.Around || receiver.options.Partial || !returnsNil(receiver.fn) {
			return false
		}
	}
	return count > 0
}

// returnsNil reports whether a func only returns nil.
func returnsNil(fn ast.Node) bool {
	always := true
	ast.Inspect(bodyOf(fn), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, result := range n.Results {
				name, ok := result.(*ast.Ident)
				always = always && ok && name.Name == "nil"
			}
			always = always && (len(n.Results) > 0 || typeOf(fn).Results == nil)
		}
		return always
	})
	return always
}

// returnError returns the fix that returns the error, if the enclosing func returns
// only an error.
func (r *reporter) returnError(s *site, statement *ast.ExprStmt, results int) []analysis.SuggestedFix {
	fn, _ := s.path.enclosing()
	if fn == nil || results != 1 {
		return nil
	}
	returned := typeOf(fn).Results
	if returned == nil || len(returned.List) != 1 || len(returned.List[0].Names) > 1 || !isError(r.info.TypeOf(returned.List[0].Type)) {
		return nil
	}
	switch parent, _ := s.path[:len(s.path)-1].parent(); parent.(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
	default:
		return nil
	}
	indent := strings.Repeat("\t", r.fset.Position(statement.Pos()).Column-1)
	return []analysis.SuggestedFix{{
		Message: "Return the error",
		TextEdits: []analysis.TextEdit{
			insert(statement.Pos(), "if err := "),
			insert(statement.End(), "; err != nil {\n"+indent+"\treturn err\n"+indent+"}"),
		},
	}}
}

func insert(at token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: at, End: at, NewText: []byte(text)}
}
