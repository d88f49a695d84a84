package generator

import (
	"go/ast"
	"go/doc/comment"
	"go/token"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// What the syntax of one file says.

// declared returns the names that a file declares at the top level.
func declared(f *ast.File) []*ast.Ident {
	var names []*ast.Ident
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil {
				names = append(names, decl.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, spec.Name)
				case *ast.ValueSpec:
					names = append(names, spec.Names...)
				}
			}
		}
	}
	return slices.DeleteFunc(names, func(n *ast.Ident) bool { return n.Name == "_" || n.Name == "init" })
}

func isTest(f *file) bool { return strings.HasSuffix(f.name, "_test.go") }

// importsOf returns the imports of a file as it names them.
func importsOf(f *ast.File) []importedName {
	imports := make([]importedName, 0, len(f.Imports))
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the file does not parse, which is reported
		}
		i := importedName{path: path}
		if spec.Name != nil {
			i.name = spec.Name.Name
		}
		imports = append(imports, i)
	}
	return imports
}

// documented says what else a doc comment belongs to; nothing, if it is none.
func documented(f *ast.File, doc *ast.CommentGroup) string {
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Doc == doc {
				return "func " + decl.Name.Name
			}
		case *ast.GenDecl:
			if decl.Doc == doc && decl.Tok == token.TYPE {
				return "a group of types, each of which takes its own"
			}
			if decl.Doc == doc {
				return "a declaration of " + decl.Tok.String()
			}
		}
	}
	return ""
}

// typesOf returns an iterator over the types that a file declares at the top
// level and their doc comments, which may be nil.
func typesOf(f *ast.File) iter.Seq2[*ast.TypeSpec, *ast.CommentGroup] {
	return func(yield func(*ast.TypeSpec, *ast.CommentGroup) bool) {
		for _, decl := range f.Decls {
			decl, ok := decl.(*ast.GenDecl)
			if !ok || decl.Tok != token.TYPE {
				continue
			}
			for _, spec := range decl.Specs {
				spec := spec.(*ast.TypeSpec)
				doc := spec.Doc
				if !decl.Lparen.IsValid() {
					doc = decl.Doc
				}
				if !yield(spec, doc) {
					return
				}
			}
		}
	}
}

// docLines returns the lines of a doc comment without its directives.
func docLines(doc *ast.CommentGroup) []string {
	text := doc.Text()
	for range 3 { // gofmt may need several goes at a comment that is laid out oddly
		text = string((&comment.Printer{}).Comment(new(comment.Parser).Parse(text)))
	}
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
