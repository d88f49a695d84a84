package generator_test

import (
	"fmt"
	"slices"
	"strings"
)

// paramNames are names for parameters, including names that generated code uses for
// something else.
const paramNames = "s r ctx err data receiver receivers response responses ok from loop opts args sender target T Owner owner object " +
	"method call held weakly options arguments source rest next all ready failure answer answers sendCtx sig origin runtime context " +
	"iter slices weak time len append make nil string error any bool true int iota panic x _x x_ user_id userId UserID ID id URL " +
	"type_ Type func1 arg1 arg2 arg3 unnamed2 Arg1 été Été 世界 _1 __ Sender signal Signals DefaultSignals _ _ _ init main url rand codec " +
	"sArg rArg ctxArg argsArg receiverArg HTTPServer aBC j_s_o_n apiUrl CONST_NAME K V any2"

// makeSignature declares the signal as a func type.
func (s *signal) makeSignature() {
	d := s.pkg.dice
	s.alias = d.oneIn(8)
	s.context = s.contextTyp()
	s.layout = pick(d, "line", "line", "tall", "notes")
	for range d.IntN(6) {
		s.args = append(s.args, arg{typ: s.scope().typ(2, 0)})
	}
	s.groupArgs()
	if d.oneIn(3) {
		s.makeSenderArg()
	}
	if s.sender == nil && d.oneIn(12) {
		s.args = slices.Insert(s.args, 0, arg{typ: s.context, grouped: true})
	}
	if last := len(s.args) - 1; last >= 0 && d.oneIn(3) && (s.sender == nil || last > 0) {
		s.args[last].variadic, s.args[last].grouped = true, false
	}
	s.makeResults()
	if d.oneIn(4) {
		s.results = nil
	} else {
		s.nameArgs()
	}
}

// contextTyp returns context.Context under some name.
func (s *signal) contextTyp() typ {
	direct := func(f *goFile) string { return f.use("context") + "Context" }
	write := pick(s.pkg.dice, direct, direct, direct, s.pkg.context.write, func(f *goFile) string { return "(" + direct(f) + ")" })
	value := func(f *goFile, _ int) string { return f.use("context") + "TODO()" }
	return typ{write, value, compares | s.pkg.context.traits(), ""}
}

// groupArgs gives some arguments the type of the one before them.
func (s *signal) groupArgs() {
	for i := range s.args {
		if i > 0 && s.pkg.oneIn(4) {
			s.args[i].typ, s.args[i].grouped = s.args[i-1].typ, s.pkg.oneIn(2)
		}
	}
}

// makeSenderArg puts an argument for the sender before the others.
func (s *signal) makeSenderArg() {
	sender := s.senderTyp()
	s.sender = &sender
	s.args = slices.Insert(s.args, 0, arg{typ: sender})
}

// makeResults chooses what receivers return.
func (s *signal) makeResults() {
	s.fails = s.pkg.oneIn(2)
	if s.pkg.oneIn(2) {
		value := s.scope().typ(2, 0)
		s.value = &value
	}
	if s.value != nil && s.value.is(isError) && !s.fails {
		s.value, s.fails = nil, true // a single error is not a value
	}
}

// nameArgs names the parameters, and perhaps the results.
func (s *signal) nameArgs() {
	taken := map[string]bool{}
	name := func() string {
		for {
			name := s.pkg.words(paramNames)
			if s.pkg.oneIn(8) {
				name = pick(s.pkg.dice, append(generatedNames(s.name), s.name)...)
			}
			if name == "_" || !taken[name] {
				taken[name] = true
				return name
			}
		}
	}
	s.ctxName = "ctx"
	if s.pkg.oneIn(2) {
		s.ctxName = name()
	}
	taken[s.ctxName] = true
	for i := range s.args {
		s.args[i].name = name()
	}
	if s.pkg.oneIn(2) {
		s.results = []string{name(), name()}
	}
}

// text returns the declaration, without the word type.
func (s *signal) text() string {
	f := s.file
	text := s.name + s.paramList()
	if s.alias {
		text += " ="
	}
	if !s.isFunc {
		return text + " " + s.data.write(f)
	}
	signature := "func(" + s.argList(f) + ")" + s.resultList(f)
	if s.n%7 == 0 {
		signature = "(" + signature + ")"
	}
	return text + " " + signature
}

// paramList declares the type parameters.
func (s *signal) paramList() string {
	if len(s.params) == 0 {
		return ""
	}
	var list []string
	for _, p := range s.params {
		list = append(list, p.name+" "+p.constraint(s.file))
	}
	return "[" + strings.Join(list, ", ") + byNumber(s.n, ",]", ", // all\n]")
}

// argList declares the parameters.
func (s *signal) argList(f *goFile) string {
	var list []string
	args := slices.Insert(slices.Clone(s.args), 0, arg{name: s.ctxName, typ: s.context})
	for i, a := range args {
		item := a.name
		if i+1 == len(args) || !args[i+1].grouped || a.name == "" {
			item += " " + a.dots() + a.typ.write(f)
		}
		list = append(list, strings.TrimSpace(item))
	}
	switch s.layout {
	case "tall":
		return "\n\t" + strings.Join(list, ",\n\t") + ",\n"
	case "notes":
		return "/* first; */ " + strings.Join(list, " /* and; \" */, // \"more; '\n\t") + ",\n"
	default:
		return strings.Join(list, ", ")
	}
}

// dots returns what precedes the type of the argument.
func (a arg) dots() string {
	if a.variadic {
		return "..."
	}
	return ""
}

// resultList declares the results.
func (s *signal) resultList(f *goFile) string {
	var list []string
	if s.value != nil {
		list = append(list, s.value.write(f))
	}
	if s.fails {
		list = append(list, s.failure(f))
	}
	for i, name := range s.results {
		if i < len(list) {
			list[i] = name + " " + list[i]
		}
	}
	switch {
	case len(list) == 0:
		return byNumber(s.n, "", " ()")
	case len(list) == 1 && s.results == nil:
		return " " + byNumber(s.n, list[0], "("+list[0]+")")
	default:
		return " (" + strings.Join(list, ", ") + ")"
	}
}

// failure is the error of a receiver, by one of its names.
func (s *signal) failure(f *goFile) string {
	if f.shadowed["error"] || s.n%5 == 0 {
		return s.pkg.failure.write(f)
	}
	return "error"
}

// byNumber returns one of several, always the same for a number.
func byNumber(n int, choices ...string) string { return choices[n%len(choices)] }

// comment returns the doc comment of the declaration, with its directive.
func (s *signal) comment(indent string) string {
	lines := slices.Clone(s.doc)
	if !s.dropped {
		at := len(lines)
		if s.n%4 == 0 {
			at = 0
		}
		lines = slices.Insert(lines, at, s.directive())
	}
	text := ""
	for _, line := range lines {
		text += indent + line + "\n"
	}
	return text
}

// directive returns the directive of the signal.
func (s *signal) directive() string {
	var args []string
	if s.sender != nil {
		args = append(args, "sender")
	}
	if s.stable != "" {
		args = append(args, byNumber(s.n, "name="+s.stable, `name="`+s.stable+`"`))
	}
	if s.n%3 == 0 {
		slices.Reverse(args)
	}
	return strings.TrimSpace("//signalgen:signal " + strings.Join(args, " "))
}

// sentence is what every doc comment has, if it has any text.
func (s *signal) sentence() string { return fmt.Sprintf("%s is number %d.", s.name, s.n) }

// doc makes up a doc comment.
func (d dice) doc(s *signal) []string {
	if d.oneIn(6) {
		return nil
	}
	lines := []string{"// " + s.sentence()}
	if d.oneIn(8) {
		return append([]string{"/*", s.sentence()}, "\n\tcode()\n\n# Not code", "*/")
	}
	if d.oneIn(8) {
		lines = append([]string{"//\tcode()", "//"}, lines...)
	}
	for range d.IntN(4) {
		lines = append(lines, pick(d,
			"//\n// # A heading\n//",
			"//   - an item\n//   - another",
			"//  1. one\n//  2. two",
			"//\n//\tif code {\n//\t\treturn `it`\n//\t}",
			"// It has `quotes`, \"others\", 'more', \\n and %d */ in it.",
			"// See [Link] and [Started.Name].\n//\n// [Link]: https://example.com/a?b=c#d",
			"//\n// Deprecated: not at all.",
			"//TODO(nobody): no space",
			"// é 世界 \U0001F600\ttab\u00a0space",
			"//",
			"//nolint:revive // a directive of another tool",
			"// "+strings.Repeat("a long line ", 30),
			"//\t- oddly\n//     indented\n// \t\ttext",
			"//  * star\n//\n//  * star",
			"//\n//lint:ignore U1000 it is used\n//",
		))
	}
	return append(lines, pick(d, "//", "//", "// It is sent."))
}
