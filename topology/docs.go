package topology

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
)

// A docFinder finds the doc comments of types, fields and constants by the lines on
// which they are declared. Export data has these lines too.
type docFinder struct {
	fset  *token.FileSet
	files map[string]fileDocs // by name; missing ones are parsed when they are needed
}

// fileDocs are the doc comments in a file, without directives.
type fileDocs map[declared]string

// declared is a name and the line where it is declared.
type declared struct {
	line int
	name string
}

// of returns the doc comment of an object. Objects of generated files have none, nor
// have those of missing files, such as some of the standard library's.
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

// docsIn returns the doc comments in a file. Where there is none above, the comment at
// the end of the line counts.
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

// noteDocs records the comments of the names in a declaration, the best first.
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

// docOfOne returns the comment of a declaration without parentheses. It belongs to what
// is declared.
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
