package vet

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/internal/ignore"
	"github.com/signalgen/signalgen/topology"
)

// silencer returns the directive that silences a check at a position, or nil.
func (x *index) silencer(check string, pos token.Pos) *ignore.Directive {
	i := slices.IndexFunc(x.ignores, func(i ignored) bool {
		return i.Check == check && i.Reason != "" && i.covers(x.fset, pos)
	})
	if i < 0 {
		return nil
	}
	return &x.ignores[i].Directive
}

// An ignored is a directive with what it silences.
type ignored struct {
	ignore.Directive
	file, line int // the line that it silences
	from, to   token.Pos
}

// covers reports whether a directive applies to a position.
func (i ignored) covers(fset *token.FileSet, pos token.Pos) bool {
	if i.from <= pos && pos < i.to {
		return true
	}
	file := fset.File(pos)
	return file != nil && file.Base() == i.file && fset.PositionFor(pos, false).Line == i.line
}

// ignoresIn returns the directives of a file.
func ignoresIn(fset *token.FileSet, file *ast.File) []ignored {
	var found []ignored
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if d, ok := ignore.Parse(comment); ok {
				found = append(found, ignored{Directive: d})
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	code := linesWithCode(fset, file)
	docs := docsOf(file)
	base := fset.File(file.FileStart).Base()
	for i := range found {
		d := &found[i]
		d.file, d.line = base, fset.PositionFor(d.Pos, false).Line
		if decl := docs(d.Pos); decl != nil {
			d.from, d.to = decl.Pos(), decl.End()
		}
		if !code[d.line] { // it is alone, perhaps among other comments
			for next := d.line + 1; next <= d.line+commentsBetween; next++ {
				if code[next] {
					d.line = next
					break
				}
			}
		}
	}
	return found
}

// commentsBetween is the most lines of comments between a directive that is alone and
// the line that it silences.
const commentsBetween = 5

// linesWithCode returns the lines of a file on which something begins or ends.
func linesWithCode(fset *token.FileSet, file *ast.File) map[int]bool {
	lines := make(map[int]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil:
			return true
		case *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			return true
		}
		lines[fset.PositionFor(n.Pos(), false).Line] = true
		lines[fset.PositionFor(n.End()-1, false).Line] = true
		return true
	})
	return lines
}

// docsOf returns a func that returns the declaration whose doc comment has a position.
func docsOf(file *ast.File) func(token.Pos) ast.Node {
	type doc struct {
		group *ast.CommentGroup
		decl  ast.Node
	}
	var docs []doc
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			docs = append(docs, doc{decl.Doc, decl})
		case *ast.GenDecl:
			docs = append(docs, doc{decl.Doc, decl})
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					docs = append(docs, doc{spec.Doc, spec})
				case *ast.ValueSpec:
					docs = append(docs, doc{spec.Doc, spec})
				}
			}
		}
	}
	return func(pos token.Pos) ast.Node {
		for _, d := range docs {
			if d.group != nil && d.group.Pos() <= pos && pos < d.group.End() {
				return d.decl
			}
		}
		return nil
	}
}

// unsilenced returns the findings of whole-program checks that no directive silences,
// and findings about directives for these checks that silence nothing.
func unsilenced(findings []Finding, units []*unit) (left []Finding) {
	silenced := make([]bool, len(findings))
	for _, u := range units {
		for _, i := range u.results[indexer].(*index).ignores {
			if i.Reason == "" || !ignore.IsCheck(i.Check) || isLocal(i.Check) {
				continue // Ignore reports what is wrong with it
			}
			useful := false
			for at, f := range findings {
				if f.Check == i.Check && i.coversPlace(u, f.Position) {
					silenced[at], useful = true, true
				}
			}
			if !useful && u.Listed {
				left = append(left, Finding{Position: u.Position(i.Pos), Check: Ignore.Name, Message: uselessIgnore(i.Check)})
			}
		}
	}
	for at, f := range findings {
		if !silenced[at] {
			left = append(left, f)
		}
	}
	return left
}

// isLocal reports whether a check looks at single packages.
func isLocal(check string) bool {
	return slices.ContainsFunc(checks, func(a *analysis.Analyzer) bool { return a.Name == check })
}

// coversPlace reports whether a directive applies to a position of the model.
func (i ignored) coversPlace(u *unit, place topology.Position) bool {
	at := u.Position(i.Pos)
	if at.File != place.File {
		return false
	}
	if i.line == place.Line {
		return true
	}
	return i.from.IsValid() && u.Position(i.from).Line <= place.Line && place.Line <= u.Position(i.to-1).Line
}
