package topology

import (
	"go/ast"
	"go/token"
)

// docsOf returns the doc comments of types, fields and constants at package level, without
// directives, by the positions of their names. A comment at the end of the line stands in
// where there is none above.
func docsOf(files []*ast.File) map[token.Pos]string {
	docs := make(docs)
	for _, file := range files {
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.GenDecl); ok {
				docs.note(decl)
			}
		}
	}
	return docs
}

type docs map[token.Pos]string

func (d docs) note(decl *ast.GenDecl) {
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			d.noteName(n.Name, n.Doc, docOfOne(decl), n.Comment)
		case *ast.ValueSpec:
			for _, name := range n.Names {
				d.noteName(name, n.Doc, docOfOne(decl), n.Comment)
			}
		case *ast.Field:
			for _, name := range namesOf(n) {
				d.noteName(name, n.Doc, n.Comment)
			}
		}
		return true
	})
}

// docOfOne returns the comment of a declaration without parentheses, which is that of
// what it declares.
func docOfOne(decl *ast.GenDecl) *ast.CommentGroup {
	if decl.Lparen.IsValid() {
		return nil
	}
	return decl.Doc
}

// noteName notes the first of the comments that says anything.
func (d docs) noteName(name *ast.Ident, comments ...*ast.CommentGroup) {
	for _, c := range comments {
		if text := c.Text(); text != "" {
			d[name.Pos()] = text
			return
		}
	}
}

// namesOf returns the names of a field. An embedded one is named after its type.
func namesOf(field *ast.Field) []*ast.Ident {
	if len(field.Names) > 0 {
		return field.Names
	}
	if name := embeddedName(field.Type); name != nil {
		return []*ast.Ident{name}
	}
	return nil
}

func embeddedName(typ ast.Expr) *ast.Ident {
	switch typ := typ.(type) {
	case *ast.Ident:
		return typ
	case *ast.SelectorExpr:
		return typ.Sel
	case *ast.StarExpr:
		return embeddedName(typ.X)
	case *ast.ParenExpr:
		return embeddedName(typ.X)
	case *ast.IndexExpr:
		return embeddedName(typ.X)
	case *ast.IndexListExpr:
		return embeddedName(typ.X)
	}
	return nil
}
