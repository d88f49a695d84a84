package generator

import (
	"cmp"
	"go/ast"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// typeExpr copies a type and cuts it where it names something that a package declares.
// Comments are left out: they are about the place where the type is written.
func (p *fileParser) typeExpr(expr ast.Expr) typeExpr {
	c := &copier{fileParser: p, plain: make(map[*ast.Ident]bool)}
	ast.Inspect(expr, c.cut)
	slices.SortFunc(c.cuts, func(a, b cut) int { return cmp.Compare(a.from, b.from) })
	return p.copyTokens(expr.Pos(), expr.End(), c.cuts)
}

// source returns the file's text for node on one line.
func (p *fileParser) source(node ast.Node) string {
	return p.copyTokens(node.Pos(), node.End(), nil).text("")
}

// A cut is a name in a type that is written differently in different files.
type cut struct {
	from, to token.Pos
	part     typePart
}

// copier finds the cuts of a type.
type copier struct {
	*fileParser
	cuts  []cut
	plain map[*ast.Ident]bool // names of fields, parameters and methods, which refer to no declaration
}

func (c *copier) add(node ast.Node, part typePart) {
	part.pos = c.position(node.Pos())
	c.cuts = append(c.cuts, cut{node.Pos(), node.End(), part})
}

// cut looks at a node before its children, and reports whether to look at those.
func (c *copier) cut(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.StructType:
		c.members(node.Fields)
		c.embedded(node.Fields)
	case *ast.InterfaceType:
		c.members(node.Methods)
	case *ast.Field:
		for _, name := range node.Names {
			c.plain[name] = true
		}
	case *ast.KeyValueExpr:
		if key, ok := node.Key.(*ast.Ident); ok {
			c.plain[key] = true
		}
	case *ast.SelectorExpr:
		pkg, ok := node.X.(*ast.Ident)
		if !ok || c.declares(pkg) {
			c.plain[node.Sel] = true
			return true
		}
		c.add(node, typePart{text: node.Sel.Name, qualifier: pkg.Name})
		return false
	case *ast.Ident:
		c.name(node)
	}
	return true
}

// name cuts at a name of a declaration. A name that is declared nowhere counts as the
// package's own: it may be generated, by signalgen or by others.
func (c *copier) name(name *ast.Ident) {
	switch {
	case c.plain[name] || c.params[name.Name] != nil || name.Name == "_":
	case c.declares(name):
		c.add(name, typePart{text: name.Name, path: c.pkg.path, called: c.pkg.name})
	case isPredeclared(name.Name):
	case c.hasDotImport():
		c.add(name, typePart{text: name.Name, qualifier: "."})
	default:
		c.add(name, typePart{text: name.Name, path: c.pkg.path, called: c.pkg.name})
	}
}

// members cuts at the unexported names of fields or methods, which differ between
// packages.
func (c *copier) members(list *ast.FieldList) {
	for _, f := range list.List {
		for _, name := range f.Names {
			if !name.IsExported() {
				c.member(name)
			}
		}
	}
}

// embedded cuts at embedded fields that have the names of predeclared types: these are
// unexported too.
func (c *copier) embedded(list *ast.FieldList) {
	for _, f := range list.List {
		if name, ok := pointee(f.Type).(*ast.Ident); ok && len(f.Names) == 0 && isPredeclared(name.Name) && !c.declares(name) {
			c.plain[name] = true
			c.member(name)
		}
	}
}

func (c *copier) member(name *ast.Ident) {
	c.add(name, typePart{text: name.Name, path: c.pkg.path, member: true})
}

// copyTokens copies what is between two positions of a file.
func (p *fileParser) copyTokens(from, to token.Pos, cuts []cut) typeExpr {
	text := p.between(from, to)
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, 0)
	var w tokenWriter
	end := from // end of the last cut
	for {
		pos, tok, lit := s.Scan()
		at := from + token.Pos(file.Offset(pos))
		switch {
		case tok == token.EOF:
			w.flush()
			return w.typ
		case at < end:
			// It is of the last cut.
		case len(cuts) > 0 && at == cuts[0].from:
			w.part(cuts[0])
			end, cuts = cuts[0].to, cuts[1:]
		default:
			w.token(at, tok, lit)
		}
	}
}

// between returns the text between two positions of a file of the package.
func (p *fileParser) between(from, to token.Pos) []byte {
	for _, f := range p.src.files {
		if f.syntax.FileStart <= from && to <= f.syntax.FileEnd {
			return f.text[from-f.syntax.FileStart : to-f.syntax.FileStart]
		}
	}
	return nil
}

// tokenWriter writes tokens with one space where there was any, and each part of a
// struct or an interface on its own line, as gofmt does.
type tokenWriter struct {
	typ  typeExpr
	text strings.Builder // what follows typ
	last token.Token     // ILLEGAL at the start of a type
	end  token.Pos       // where last ended
	held string          // a comma or line end that may turn out to be unnecessary
}

// part writes the name of a cut.
func (w *tokenWriter) part(c cut) {
	w.before(c.from, token.IDENT)
	w.flush()
	w.typ = append(w.typ, c.part)
	w.last, w.end = token.IDENT, c.to
}

func (w *tokenWriter) token(at token.Pos, tok token.Token, lit string) {
	switch {
	case tok == token.COMMA:
		w.held = ","
	case tok == token.SEMICOLON:
		w.held = "\n"
		if lit == ";" {
			w.held = ";"
		}
	default:
		w.before(at, tok)
		if !tok.IsLiteral() {
			lit = tok.String()
		}
		w.text.WriteString(lit)
		w.last = tok
		w.end = at + token.Pos(len(lit))
	}
}

// before writes what separates a token from the one before it.
func (w *tokenWriter) before(at token.Pos, tok token.Token) {
	isClosing := tok == token.RPAREN || tok == token.RBRACK || tok == token.RBRACE
	held := w.held
	w.held = ""
	switch {
	case held == "\n", held == ";" && !isClosing:
		w.text.WriteString("\n")
	case held == "," && !isClosing:
		w.text.WriteString(", ")
	case tok == token.RPAREN || tok == token.RBRACK || w.last == token.LPAREN || w.last == token.LBRACK:
		// No space belongs there.
	case w.last != token.ILLEGAL && at > w.end:
		w.text.WriteString(" ")
	}
}

// flush ends a piece of source text.
func (w *tokenWriter) flush() {
	if w.text.Len() > 0 {
		w.typ = append(w.typ, typePart{text: w.text.String()})
		w.text.Reset()
	}
}
