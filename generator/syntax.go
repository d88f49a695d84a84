package generator

import (
	"go/ast"
	"go/build/constraint"
	"go/doc"
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

// methodsOf returns an iterator over the methods that a file declares, as Type.Method,
// and their positions.
func methodsOf(f *ast.File) iter.Seq2[string, token.Pos] {
	return func(yield func(string, token.Pos) bool) {
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || len(fn.Recv.List) != 1 {
				continue
			}
			if owner := baseOf(pointee(fn.Recv.List[0].Type)); owner != nil && !yield(owner.Name+"."+fn.Name.Name, fn.Name.Pos()) {
				return
			}
		}
	}
}

// pointee returns the type that a pointer points to, and any other type itself.
func pointee(typ ast.Expr) ast.Expr {
	typ = ast.Unparen(typ)
	if star, ok := typ.(*ast.StarExpr); ok {
		return ast.Unparen(star.X)
	}
	return typ
}

// fieldNames returns the names of a field. An embedded field has that of its type.
func fieldNames(f *ast.Field) []string {
	var names []string
	for _, name := range f.Names {
		names = append(names, name.Name)
	}
	if len(names) > 0 {
		return names
	}
	typ := pointee(f.Type)
	if selector, ok := typ.(*ast.SelectorExpr); ok {
		return []string{selector.Sel.Name}
	}
	if base := baseOf(typ); base != nil {
		return []string{base.Name}
	}
	return nil
}

// baseOf returns the name of a type without type arguments, or nil for a type of
// another form.
func baseOf(typ ast.Expr) *ast.Ident {
	switch generic := typ.(type) {
	case *ast.IndexExpr:
		typ = generic.X
	case *ast.IndexListExpr:
		typ = generic.X
	}
	name, _ := typ.(*ast.Ident)
	return name
}

// typeArgsOf returns the type arguments of an instance.
func typeArgsOf(typ ast.Expr) []ast.Expr {
	switch generic := typ.(type) {
	case *ast.IndexExpr:
		return []ast.Expr{generic.Index}
	case *ast.IndexListExpr:
		return generic.Indices
	default:
		return nil
	}
}

func isTest(f *file) bool { return strings.HasSuffix(f.name, "_test.go") }

// importsOf returns the imports of a file as it names them.
func importsOf(f *ast.File) []importedName {
	qualifiers := qualifiersIn(f)
	imports := make([]importedName, 0, len(f.Imports))
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the file does not parse; that has been reported
		}
		i := importedName{path: path}
		if spec.Name != nil {
			i.name = spec.Name.Name
		} else {
			i.isOdd = path != "C" && !qualifiers[assumedName(path)]
		}
		imports = append(imports, i)
	}
	return imports
}

// qualifiersIn returns the names in a file that may be names of packages.
func qualifiersIn(f *ast.File) map[string]bool {
	qualifiers := make(map[string]bool)
	ast.Inspect(f, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok && selector.Sel.IsExported() {
			if name, ok := selector.X.(*ast.Ident); ok {
				qualifiers[name.Name] = true
			}
		}
		return true
	})
	return qualifiers
}

// declarationsOf returns the declarations at the top level of a file, and the file
// itself, by their doc comments.
func declarationsOf(f *ast.File) map[*ast.CommentGroup]ast.Node {
	declarations := make(map[*ast.CommentGroup]ast.Node)
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			declarations[decl.Doc] = decl
		case *ast.GenDecl:
			declarations[decl.Doc] = decl
		}
	}
	for spec, doc := range typesOf(f) {
		declarations[doc] = spec
	}
	declarations[f.Doc] = f
	delete(declarations, nil)
	return declarations
}

// describe says what a declaration other than a single type declares.
func describe(decl *ast.GenDecl) string {
	if decl.Tok == token.TYPE {
		return "a group of types, each of which takes its own"
	}
	return "a declaration of " + decl.Tok.String()
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

// synopsis returns the first sentence of a doc comment, on one line.
func synopsis(text *ast.CommentGroup) string {
	return new(doc.Package).Synopsis(text.Text())
}

// mentionsAny reports whether a file uses or declares any of the names.
func mentionsAny(f *ast.File, names ...string) bool {
	found := false
	ast.Inspect(f, func(node ast.Node) bool {
		ident, ok := node.(*ast.Ident)
		found = found || ok && slices.Contains(names, ident.Name)
		return !found
	})
	return found
}

// docLines returns the lines of a doc comment without its directives. Old build
// constraints count as directives.
func docLines(doc *ast.CommentGroup) []string {
	text := doc.Text()
	for range 3 { // gofmt may need several passes for an oddly formatted comment
		text = withoutConstraints(text)
		text = string((&comment.Printer{}).Comment(new(comment.Parser).Parse(text)))
	}
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// withoutConstraints returns the text of a comment without the lines that gofmt would
// move to the top of a file.
func withoutConstraints(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !constraint.IsPlusBuild("//" + strings.TrimRight(line, "\n")) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
