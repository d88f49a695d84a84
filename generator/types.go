package generator

import (
	"cmp"
	"go/token"
	"slices"
	"strings"
)

// typeExpr is a type as the declaration writes it, cut where it names what a package
// declares: []time.Duration is "[]" and Duration of package time.
type typeExpr []typePart

// typePart is a piece of source text or a name that a package declares.
type typePart struct {
	text      string
	qualifier string // the package as the file names it; "." for a name that may come from a dot import; empty for source text
	path      string // the import path, set by resolve.go
	called    string // the package's own name; empty if that is not known
	certain   bool   // the package is known to have the name that its path suggests
	member    bool   // an unexported field or method, which no other package can name
	pos       token.Position
}

// isName reports whether the part is a name that some package declares.
func (part typePart) isName() bool { return part.path != "" || part.qualifier != "" }

// equal reports whether two types are written in the same way.
func (t typeExpr) equal(other typeExpr) bool {
	return slices.EqualFunc(t, other, func(a, b typePart) bool { return a.text == b.text && a.path == b.path })
}

// isMultiline reports whether the type is written on several lines.
func (t typeExpr) isMultiline() bool {
	return slices.ContainsFunc(t, func(part typePart) bool { return strings.Contains(part.text, "\n") })
}

// text returns a parameter's type as a file of the package at path would write it.
func (p param) text(path string) string {
	if p.variadic {
		return "..." + p.typ.text(path)
	}
	return p.typ.text(path)
}

// text returns a type as a file of the package at path would write it.
func (t typeExpr) text(path string) string {
	var out strings.Builder
	for _, part := range t {
		if part.path != "" && part.path != path && !part.member {
			qualifier := part.qualifier
			if qualifier == "" || qualifier == "." {
				qualifier = cmp.Or(part.called, assumedName(part.path))
			}
			out.WriteString(qualifier + ".")
		}
		out.WriteString(part.text)
	}
	return onOneLine.Replace(out.String())
}

// onOneLine puts a copied type on one line.
var onOneLine = strings.NewReplacer("\n}", " }", "\n", "; ")

// signatureText returns the type of the signal's receivers as a file of the package at
// path would write it.
func (s *signal) signatureText(path string) string {
	params := []string{"ctx context.Context"}
	for _, p := range s.params {
		params = append(params, strings.TrimSpace(p.declared+" "+p.text(path)))
	}
	var results []string
	for _, value := range s.values() {
		results = append(results, value.text(path))
	}
	if s.fails {
		results = append(results, "error")
	}
	text := "func(" + strings.Join(params, ", ") + ")"
	switch len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	default:
		return text + " (" + strings.Join(results, ", ") + ")"
	}
}
