package generator

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// typeExpr is a type as the declaration writes it, cut where it names what a
// package declares: []time.Duration is "[]" and Duration of time.
type typeExpr []typePart

// typePart is a piece of source text or a name that a package declares.
type typePart struct {
	text      string
	qualifier string // the package as the file names it; "." for a name that a dot import may bring; empty for source text
	path      string // the import path, from resolve.go on
	certain   bool   // the package is known to have the name that its path tells
	pos       token.Position
}

// equal reports whether two types are written in the same way.
func (t typeExpr) equal(other typeExpr) bool {
	return slices.EqualFunc(t, other, func(a, b typePart) bool { return a.text == b.text && a.path == b.path })
}

// isMultiline reports whether the type is written on several lines.
func (t typeExpr) isMultiline() bool {
	return slices.ContainsFunc(t, func(part typePart) bool { return strings.Contains(part.text, "\n") })
}

// canonical writes the type that a parameter has in its func.
func (p param) canonical() string {
	if p.variadic {
		return "[]" + p.typ.canonical()
	}
	return p.typ.canonical()
}

// same reports whether two types, in whatever packages they are written, are the
// same as far as the syntax shows.
func (t typeExpr) same(other typeExpr) bool { return t.canonical() == other.canonical() }

// canonical writes a type with import paths, and in one way where Go has several.
func (t typeExpr) canonical() string {
	var out strings.Builder
	for _, part := range t {
		if part.path != "" {
			fmt.Fprintf(&out, "%q.%s", part.path, part.text)
			continue
		}
		previous := rune(' ')
		for _, word := range splitSource(part.text) {
			switch word {
			case "byte":
				word = "uint8"
			case "rune":
				word = "int32"
			case "any":
				word = "interface{}"
			}
			first := []rune(word)[0]
			if isIdentifierRune(previous) && isIdentifierRune(first) {
				out.WriteByte(' ')
			}
			out.WriteString(word)
			runes := []rune(word)
			previous = runes[len(runes)-1]
		}
	}
	return out.String()
}

// splitSource cuts source text into words and single other characters.
func splitSource(text string) []string {
	var words []string
	inWord := false
	for _, r := range text {
		switch {
		case isIdentifierRune(r) && inWord:
			words[len(words)-1] += string(r)
		case strings.ContainsRune(" \t\r\n;", r): // a line's end is a semicolon
			inWord = false
			continue
		default:
			words = append(words, string(r))
		}
		inWord = isIdentifierRune(r)
	}
	return words
}

// text writes a parameter's type as a file of the package at path would.
func (p param) text(path string) string {
	if p.variadic {
		return "..." + p.typ.text(path)
	}
	return p.typ.text(path)
}

// text writes a type as a file of the package at path would.
func (t typeExpr) text(path string) string {
	var out strings.Builder
	for _, part := range t {
		if part.path != "" && part.path != path {
			qualifier := part.qualifier
			if qualifier == "" || qualifier == "." {
				qualifier = assumedName(part.path)
			}
			out.WriteString(qualifier + ".")
		}
		out.WriteString(part.text)
	}
	return unfold(out.String())
}

// signatureText writes the type of the signal's receivers as a file of the
// package at path would.
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
