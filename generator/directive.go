package generator

import (
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// directive is a //signalgen: comment that is well formed.
type directive struct {
	pos    token.Pos
	name   string // "signal"
	stable string // from name=…; empty if not given
	sender bool
}

const tool = "signalgen"

var (
	directiveNames = []string{"signal"}
	signalArgs     = map[string]bool{"name": true, "sender": false} // whether it has a value
)

// directive reads a comment. It returns nil for a comment that is no directive
// of ours, and for one that is wrong, which it reports.
func (p *fileParser) directive(comment *ast.Comment) *directive {
	d, ok := ast.ParseDirective(comment.Slash, comment.Text)
	if !ok || d.Tool != tool {
		if meant, ok := nearMiss(comment.Text); ok {
			p.fail(comment.Slash, "%s is no directive; wanted //%s:%s", firstWords(comment.Text), tool, meant)
		}
		return nil
	}
	if !slices.Contains(directiveNames, d.Name) {
		p.fail(comment.Slash, "unknown directive //%s:%s; wanted //%s:%s", tool, d.Name, tool, nearest(d.Name, directiveNames))
		return nil
	}
	args, err := d.ParseArgs()
	if err != nil {
		p.fail(d.ArgsPos, "%v", err)
		return nil
	}
	result := &directive{pos: comment.Slash, name: d.Name}
	seen := make(map[string]bool)
	for _, arg := range args {
		key, value, hasValue := strings.Cut(arg.Arg, "=")
		takesValue, known := signalArgs[key]
		switch {
		case !known:
			p.fail(arg.Pos, "unknown argument %s of //%s:%s; wanted %s", arg.Arg, tool, d.Name, wantedArg(key))
			return nil
		case seen[key]:
			p.fail(arg.Pos, "%s is given twice", key)
			return nil
		case takesValue && !hasValue:
			p.fail(arg.Pos, "%s has no value; wanted %s=… without a space", key, key)
			return nil
		case !takesValue && hasValue:
			p.fail(arg.Pos, "%s takes no value; wanted %s alone", key, key)
			return nil
		case takesValue && !stableName.MatchString(unquote(value)):
			p.fail(arg.Pos, "%s is no name for a signal; wanted letters, digits and . _ - / without a space", arg.Arg)
			return nil
		}
		seen[key] = true
		if key == "name" {
			result.stable = unquote(value)
		}
	}
	result.sender = seen["sender"]
	return result
}

// wantedArg returns the argument that is most like key, as it is written.
func wantedArg(key string) string {
	name := nearest(key, slices.Sorted(maps.Keys(signalArgs)))
	if signalArgs[name] {
		return name + "=…"
	}
	return name
}

// stableName is what a signal may be called in logs and on the wire.
var stableName = regexp.MustCompile(`^[\pL\p{Nd}._/-]+$`)

// unquote takes the quotes off a value that has them.
func unquote(value string) string {
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		return value[1 : len(value)-1]
	}
	return value
}

// almost is the shape of a comment that was meant as a directive but is none:
// for a space too many, a capital letter, a misspelt word, a /* comment.
var almost = regexp.MustCompile(`^(?://|/\*)(\s*)[@+]?(\w+)([\s:.-]*)(\w*)\s*(.*?)(?:\*/)?$`)

// nearMiss returns the directive that a comment was most likely meant to be.
// What reads like prose is none.
func nearMiss(comment string) (string, bool) {
	m := almost.FindStringSubmatch(comment)
	if m == nil || distance(strings.ToLower(m[2]), tool) > 2 {
		return "", false
	}
	indented, separator, name, rest := m[1] != "", m[3], strings.ToLower(m[4]), m[5]
	if name == "" {
		return directiveNames[0], !indented && rest == ""
	}
	meant := nearest(name, directiveNames)
	if distance(name, meant) > 2 || indented && !strings.Contains(separator, ":") {
		return "", false
	}
	hasArguments := rest == "" || strings.Contains(rest, "=")
	return meant, hasArguments || !indented && strings.Trim(separator, " ") != ""
}

// firstWords returns the beginning of a comment for a message.
func firstWords(comment string) string {
	comment, _, _ = strings.Cut(comment, "\n")
	comment = strings.TrimSpace(comment)
	if runes := []rune(comment); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return comment
}

// nearest returns the one of names that is most like word.
func nearest(word string, names []string) string {
	return slices.MinFunc(names, func(a, b string) int { return distance(word, a) - distance(word, b) })
}

// distance returns how many letters must be put in, left out or replaced to
// make b of a.
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
