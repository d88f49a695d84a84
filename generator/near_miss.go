package generator

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/signalgen/signalgen/internal/ignore"
)

// Comments that were meant as directives but are not. Without an error, they would
// silently do nothing.

// nearMisses reports the lines of a comment that were meant as directives. A comment of
// the form /* */ cannot hold one, so in the doc comment of a declaration even a
// well-formed one in it is reported.
func (p *fileParser) nearMisses(comment *ast.Comment, isDoc bool) {
	inBlock := strings.HasPrefix(comment.Text, "/*")
	at := p.position(comment.Slash) // lines are counted, since the text may lack line ends
	for line := range strings.Lines(comment.Text) {
		text := strings.TrimRight(line, "\r\n")
		if meant, ok := nearMiss(text, inBlock, isDoc); ok {
			where := ""
			if inBlock && len(text) < len(comment.Text) {
				where = " inside /* */"
			}
			indent := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
			p.failAt(token.Position{Filename: at.Filename, Line: at.Line, Column: at.Column + indent}, "%s is not a directive%s; wanted //%s:%s", firstWords(text), where, tool, meant)
		}
		at.Line++
		at.Column = 1
	}
}

// almost matches a line that was meant as a directive: decoration, the name of
// signalgen or a similar one, and the name of a directive.
var almost = regexp.MustCompile("^([^\\pL\\p{Nd}\"'`(\\[]*)(?:go:)?((?i:signal[-_ ]?gen|\\w+))([\\s\\pZ:：./-]*)(\\w*)\\s*(.*)$")

// inCode matches what precedes a comment within a comment, such as commented-out code.
var inCode = regexp.MustCompile(`[\s\pZ]//`)

// nearMiss returns the directive that a line of a comment was most likely meant to be.
// It returns false for what reads like prose.
func nearMiss(line string, inBlock, isDoc bool) (string, bool) {
	line, closed := strings.CutSuffix(invisible.ReplaceAllString(line, ""), "*/")
	m := almost.FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	lead, separator, name, rest := m[1], m[3], strings.ToLower(m[4]), strings.TrimSpace(m[5])
	word := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(m[2]))
	isNested := inCode.MatchString(lead) || inBlock && strings.HasPrefix(lead, "//")
	if distance(word, tool) > 2 || isNested && !(inBlock && isDoc) {
		return "", false
	}
	bare := lead == "//" || lead == "/*" && closed || lead == "//@" || lead == "//+" // nothing is around it
	meant := nearest(name, directiveNames)
	switch {
	case name == "":
		return directiveNames[0], bare && rest == "" && (word == tool || strings.Contains(separator, ":"))
	case word == tool && separator == ":":
		return meant, bare || isArguments(meant, rest)
	case distance(name, meant) > 2:
		return "", false
	case strings.ContainsAny(separator, ":："):
		return meant, bare && strings.Trim(separator, " ") != "" && rest == "" || isArguments(meant, rest)
	default:
		return meant, bare && (isArguments(meant, rest) || strings.Trim(separator, " ") != "")
	}
}

// invisible matches characters that cannot be seen.
var invisible = regexp.MustCompile(`\p{Cf}`)

// isArguments reports whether the rest of a line reads like the arguments of this
// directive.
func isArguments(name, rest string) bool {
	words := strings.Fields(rest)
	if name == ignoreName && len(words) > 0 {
		return ignore.IsCheck(words[0])
	}
	return len(words) < 2 || !slices.ContainsFunc(words, func(word string) bool {
		_, known := directiveForms["signal"].keys[word]
		_, knownToo := directiveForms["receiver"].keys[word]
		return !known && !knownToo && !strings.Contains(word, "=") && !strings.Contains(strings.TrimRight(word, "."), ".")
	})
}

// firstWords returns the beginning of a comment for a message. Characters that cannot
// be seen are escaped.
func firstWords(comment string) string {
	comment, _, _ = strings.Cut(comment, "\n")
	runes := []rune(strings.TrimSpace(comment))
	ellipsis := ""
	if len(runes) > 40 {
		runes, ellipsis = runes[:40], "…"
	}
	var words strings.Builder
	for _, r := range runes {
		if unicode.IsPrint(r) || r == '\t' {
			words.WriteRune(r)
		} else {
			fmt.Fprintf(&words, "\\u%04x", r)
		}
	}
	return words.String() + ellipsis
}

// nearest returns the name that is most similar to word.
func nearest(word string, names []string) string {
	return slices.MinFunc(names, func(a, b string) int { return distance(word, a) - distance(word, b) })
}

// distance returns how many letters must be inserted, removed or replaced to turn a
// into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
