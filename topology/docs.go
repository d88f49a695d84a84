package topology

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
)

// A docFinder finds the doc comments of types, fields and constants by the lines on which
// they are declared: that much is known of export data too.
type docFinder struct {
	fset  *token.FileSet
	files map[string]fileDocs // by name; those that are missing are parsed when they are asked for
}

// fileDocs are the doc comments in a file, without directives.
type fileDocs map[declared]string

// declared is a name where it is declared.
type declared struct {
	line int
	name string
}

// of returns the doc comment of an object. There is none of a generated file, and none of
// a file that is not there, as those of the standard library may be.
func (d *docFinder) of(obj types.Object) string {
	at := d.fset.Position(obj.Pos())
	docs, found := d.files[at.Filename]
	if !found {
		docs = docsOfFile(at.Filename)
		d.files[at.Filename] = docs
	}
	return docs[declared{at.Line, obj.Name()}]
}

func docsOfFile(name string) fileDocs {
	text, err := os.ReadFile(name)
	if err != nil || isGenerated(text) {
		return nil
	}
	fset := token.NewFileSet()
	file, _ := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if file == nil {
		return nil
	}
	return docsIn(fset, file)
}

// docsIn returns the doc comments in a file. A comment at the end of the line stands in
// where there is none above.
func docsIn(fset *token.FileSet, file *ast.File) fileDocs {
	docs := make(fileDocs)
	note := func(name *ast.Ident, comments ...*ast.CommentGroup) {
		for _, c := range comments {
			if text := c.Text(); text != "" {
				docs[declared{fset.Position(name.Pos()).Line, name.Name}] = text
				return
			}
		}
	}
	for _, decl := range file.Decls {
		if decl, ok := decl.(*ast.GenDecl); ok {
			noteDocs(decl, note)
		}
	}
	return docs
}

// noteDocs notes the comments that names in a declaration have, the best first.
func noteDocs(decl *ast.GenDecl, note func(*ast.Ident, ...*ast.CommentGroup)) {
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			note(n.Name, n.Doc, docOfOne(decl), n.Comment)
		case *ast.ValueSpec:
			for _, name := range n.Names {
				note(name, n.Doc, docOfOne(decl), n.Comment)
			}
		case *ast.Field:
			for _, name := range namesOf(n) {
				note(name, n.Doc, n.Comment)
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
