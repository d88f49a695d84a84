package generator

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// directive is a well-formed //signalgen: comment.
type directive struct {
	pos    token.Pos
	name   string            // "signal", "receiver" or "unwired"
	values map[string]string // by key; flags have none
	target string            // the argument that is neither flag nor key; empty if there is none
	at     token.Pos         // of the target
}

// has reports whether a key or a flag is given.
func (d *directive) has(key string) bool {
	_, found := d.values[key]
	return found
}

const tool = "signalgen"

// form is what a directive may say.
type form struct {
	on     string                 // what it may be on
	keys   map[string]*valueCheck // those without a check are flags
	target bool                   // it may name something, as the first argument
}

// valueCheck says which values a key takes.
type valueCheck struct {
	isValid func(string) bool
	wanted  string // follows the argument in a message
}

var directiveForms = map[string]form{
	"signal": {on: "a type", keys: map[string]*valueCheck{
		"name":    {stableName.MatchString, "is not a signal name; wanted letters, digits and . _ - / without a space"},
		"private": nil,
		"sender":  nil,
	}},
	"receiver": {on: "a func", target: true, keys: map[string]*valueCheck{
		"priority": {isNumber, "is not a priority; wanted a whole number of 32 bits"},
		"id":       {isText, "is not an id; wanted one that is not empty"},
		"name":     {isText, "is not a name; wanted one that is not empty"},
		"once":     nil,
		"async":    {isSize, "is not a queue size; wanted a whole number from 1 to 16777216"},
		"workers":  {isWorkers, "is not a number of workers; wanted a whole number from 1 to 65536"},
		"overflow": {isOverflow, "is not an overflow; wanted Block, DropNewest, DropOldest or Fail"},
	}},
	"unwired": {on: "a package clause"},
}

var directiveNames = []string{"signal", "receiver", "unwired", ignoreName}

// ignoreName is the name of a directive for signalgen vet, which reports its mistakes.
// It may be anywhere, and nothing is generated for it.
const ignoreName = "ignore"

// receiverOptions are the flags of a //signalgen:receiver.
var receiverOptions = []string{"once"}

// The largest queue and the most workers that a directive may ask for, as in package
// runtime.
const (
	largestQueue = 1 << 24
	mostWorkers  = 1 << 16
)

func isText(value string) bool { return value != "" }

// isNumber reports whether value is an int on every platform.
func isNumber(value string) bool { _, err := strconv.ParseInt(value, 10, 32); return err == nil }

func isSize(value string) bool {
	n, err := strconv.Atoi(value)
	return err == nil && 0 < n && n <= largestQueue
}

func isWorkers(value string) bool {
	n, err := strconv.Atoi(value)
	return err == nil && 0 < n && n <= mostWorkers
}

func isOverflow(value string) bool {
	return slices.Contains([]string{"Block", "DropNewest", "DropOldest", "Fail"}, value)
}

// directive reads a comment, which may be part of a declaration's doc comment. It
// returns nil for a comment that is not a directive of signalgen, for one that is not
// for the generator, and for one that is wrong, which it reports.
func (p *fileParser) directive(comment *ast.Comment, isDoc bool) *directive {
	d, ok := ast.ParseDirective(comment.Slash, comment.Text)
	if !ok || d.Tool != tool {
		p.nearMisses(comment, isDoc)
		return nil
	}
	if d.Name == ignoreName {
		return nil
	}
	form, known := directiveForms[d.Name]
	if !known {
		p.fail(comment.Slash, "unknown directive //%s:%s; wanted %s", tool, d.Name, wantedDirective(d.Name))
		return nil
	}
	args, rest := splitArgs(d.Args)
	if rest != "" {
		p.fail(d.ArgsPos+token.Pos(len(d.Args)-len(rest)), "%s has a quote without an end; wanted a closing quote", rest)
		return nil
	}
	result := &directive{pos: comment.Slash, name: d.Name, values: make(map[string]string)}
	for i, arg := range args {
		at := d.ArgsPos + token.Pos(arg.offset)
		key, _, hasValue := strings.Cut(arg.text, "=")
		if _, known := form.keys[key]; form.target && i == 0 && !known && !hasValue {
			result.target, result.at = arg.text, at
			continue
		}
		if form.target && i > 0 && !hasValue && strings.Contains(arg.text, ".") {
			p.fail(at, "%s follows an option; wanted the signal first", arg.text)
			return nil
		}
		if mistake := result.add(form, arg.text); mistake != "" {
			p.fail(at, "%s", mistake)
			return nil
		}
	}
	return result
}

// argument is one of a directive's arguments.
type argument struct {
	text   string
	offset int // in the text of all arguments
}

// splitArgs splits arguments at spaces, except between quotes. It returns in rest what
// it cannot split because a quote has no end.
func splitArgs(text string) (args []argument, rest string) {
	for offset := 0; ; {
		offset += len(text[offset:]) - len(strings.TrimLeftFunc(text[offset:], unicode.IsSpace))
		if offset == len(text) {
			return args, ""
		}
		end := argumentEnd(text[offset:])
		if end < 0 {
			return args, text[offset:]
		}
		args = append(args, argument{unquote(text[offset : offset+end]), offset})
		offset += end
	}
}

// argumentEnd returns the length of the argument at the start of text, or -1 if a quote
// in it has no end.
func argumentEnd(text string) int {
	quote := rune(0)
	escaped := false
	for i, r := range text {
		switch {
		case escaped:
			escaped = false
		case quote == '"' && r == '\\':
			escaped = true
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '`':
			quote = r
		case unicode.IsSpace(r):
			return i
		}
	}
	if quote != 0 {
		return -1
	}
	return len(text)
}

// add adds a flag or a key with its value. It returns what is wrong with it.
func (d *directive) add(f form, arg string) (mistake string) {
	key, value, hasValue := strings.Cut(arg, "=")
	quoted := value
	value = unquote(value)
	check, known := f.keys[key]
	switch {
	case !known:
		return fmt.Sprintf("unknown argument %s of //%s:%s; wanted %s", arg, tool, d.name, wantedArg(f, key))
	case d.has(key):
		return key + " is given twice"
	case check != nil && !hasValue:
		return fmt.Sprintf("%s has no value; wanted %s=… without a space", key, key)
	case check == nil && hasValue:
		return fmt.Sprintf("%s takes no value; wanted %s alone", key, key)
	case check != nil && value == quoted && strings.ContainsAny(value, "\"`"):
		return arg + " has a value with quotes that are not valid in Go; wanted them around the whole value"
	case check != nil && !check.isValid(value):
		return arg + " " + check.wanted
	}
	d.values[key] = value
	return ""
}

// wantedDirective returns the directive that is most similar to name, or all of them.
func wantedDirective(name string) string {
	if meant := nearest(name, directiveNames); distance(name, meant) <= 2 {
		return "//" + tool + ":" + meant
	}
	return "//" + tool + ":" + strings.Join(directiveNames, " or //"+tool+":")
}

// wantedArg returns the argument that is most similar to key, as it is written, or all
// of them.
func wantedArg(f form, key string) string {
	names := slices.Sorted(maps.Keys(f.keys))
	if len(names) == 0 {
		return "none"
	}
	if meant := nearest(key, names); distance(key, meant) <= 2 && key != "" {
		names = []string{meant}
	}
	for i, name := range names {
		if f.keys[name] != nil {
			names[i] += "=…"
		}
	}
	return strings.Join(names, ", ")
}

// stableName matches what a signal may be called in logs and on the wire.
var stableName = regexp.MustCompile(`^[\pL\p{Nd}._/-]+$`)

// unquote removes the quotes from a value that has them.
func unquote(value string) string {
	if text, err := strconv.Unquote(value); err == nil && value[0] != '\'' {
		return text
	}
	return value
}
