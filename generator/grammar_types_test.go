package generator_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// typ is a Go type that any file can write, and for which any test has values.
type typ struct {
	write func(f *goFile) string
	value func(f *goFile, k int) string // a different one for each k, if the type has the trait differs
	traits
	base string // its name as an embedded field; empty if it cannot be one
}

// traits are what a type is good for.
type traits int

const (
	compares  traits = 1 << iota // its values can be compared
	differs                      // it has several values
	isFunc                       // it is a func type
	isPrivate                    // other packages cannot write it
	isParam                      // it is a parameter of a generic type
	isError                      // it is error, under any name
	isStruct                     // it is a struct of another name
	isNil                        // it is an interface, and its value is nil
)

func (t traits) is(all traits) bool { return t&all == all }

// key is what keys of maps and senders must be.
const key = compares | differs

// basic returns a predeclared type; a value is its conversion.
func basic(name, value string, t traits) typ {
	return typ{
		func(*goFile) string { return name },
		func(_ *goFile, k int) string { return name + "(" + fill(value, k) + ")" },
		t, name,
	}
}

// fill puts k where value says %d.
func fill(value string, k int) string { return strings.ReplaceAll(value, "%d", fmt.Sprint(k)) }

// Predeclared names. Those that are rarely used may be redeclared.
const (
	rarelyUsed  = "cap max min copy clear delete iota complex real imag int8 uint16 float32 complex64 print"
	predeclared = rarelyUsed + " any append bool byte close comparable complex128 error false float64 int int16 int32 int64 " +
		"len make new nil panic println recover rune string true uint uint32 uint64 uint8 uintptr"
)

var basics = map[string]typ{
	"int":        basic("int", "%d", key),
	"string":     basic("string", `"%d"`, key),
	"bool":       basic("bool", "%d == 1", key),
	"float64":    basic("float64", "%d.5", key),
	"complex128": basic("complex128", "%d", key),
	"byte":       basic("byte", "%d", key),
	"rune":       basic("rune", "%d", key),
	"uintptr":    basic("uintptr", "%d", key),
	"int8":       basic("int8", "%d", key),
	"uint16":     basic("uint16", "%d", key),
	"float32":    basic("float32", "%d", key),
	"complex64":  basic("complex64", "%d", key),
	"any":        basic("any", "%d", key),
	"error": {
		func(*goFile) string { return "error" },
		func(f *goFile, k int) string { return fmt.Sprintf("%sNew(%q)", f.use("errors"), fmt.Sprint(k)) },
		key | isError, "",
	},
}

// scope is where a type is written: in a file, and for a generic type after its
// parameters.
type scope struct {
	*goFile
	params []typeParam
}

// typ makes up a type with some traits, with others inside up to a depth.
func (s scope) typ(depth int, wanted traits) typ {
	for {
		if t := s.anyTyp(depth); t.is(wanted) {
			return t
		}
	}
}

func (s scope) anyTyp(depth int) typ {
	d := s.pkg.dice
	if len(s.params) > 0 && d.oneIn(3) {
		return pick(d, s.params...).typ()
	}
	if depth == 0 || d.oneIn(2) {
		return pick(d, s.basic, s.foreign, s.own)()
	}
	return pick(d, s.slice, s.array, s.mapping, s.channel, s.pointer, s.structure, s.contract, s.foreignContract, s.function, s.generic, s.parenthesised)(depth - 1)
}

func (s scope) basic() typ {
	for {
		name := pick(s.pkg.dice, slices.Sorted(maps.Keys(basics))...)
		if !s.hides(name) {
			return basics[name]
		}
	}
}

// hides reports whether a predeclared name has, or may have, another meaning in the
// scope.
func (s scope) hides(name string) bool {
	return s.shadowed[name] || s.pkg.shadowed[name] || slices.ContainsFunc(s.params, func(p typeParam) bool { return p.name == name })
}

func (s scope) foreign() typ { return pick(s.pkg.dice, foreigners...).typ() }

func (s scope) own() typ {
	if len(s.pkg.types) == 0 {
		return s.foreign()
	}
	return pick(s.pkg.dice, s.pkg.types...)
}

func (s scope) slice(depth int) typ {
	e := s.typ(depth, 0)
	return literal(func(f *goFile) string { return "[]" + e.write(f) }, e, e.traits&isPrivate)
}

func (s scope) array(depth int) typ {
	e, n := s.typ(depth, 0), s.length()
	return literal(func(f *goFile) string { return "[" + n.write(f) + "]" + e.write(f) }, e, e.traits&(compares|differs|isPrivate)|n.traits)
}

// literal returns a type whose values are composite literals of one element.
func literal(write func(f *goFile) string, e typ, t traits) typ {
	return typ{write, func(f *goFile, k int) string { return write(f) + "{" + e.value(f, k) + "}" }, t, ""}
}

func (s scope) mapping(depth int) typ {
	k, e := s.typ(depth, compares), s.typ(depth, 0)
	write := func(f *goFile) string { return "map[" + k.write(f) + "]" + e.write(f) }
	return typ{write, func(f *goFile, n int) string {
		return write(f) + "{" + k.value(f, n) + ": " + e.value(f, n) + "}"
	}, (k.traits | e.traits) & isPrivate, ""}
}

func (s scope) channel(depth int) typ {
	e, arrow := s.typ(depth, 0), pick(s.pkg.dice, "chan ", "chan<- ", "<-chan ")
	write := func(f *goFile) string { return arrow + "(" + e.write(f) + ")" }
	return typ{write, func(f *goFile, k int) string {
		return fmt.Sprintf("make(%s, %d)", write(f), k)
	}, e.traits&isPrivate | key, ""}
}

// pointer returns the type of a pointer. Pointers to variables of size zero may be
// equal.
func (s scope) pointer(depth int) typ {
	return s.pointerTo(s.typ(depth, 0))
}

func (s scope) pointerTo(e typ) typ {
	return typ{func(f *goFile) string { return "*" + e.write(f) }, func(f *goFile, k int) string {
		return "pointerTo[" + e.write(f) + "](" + e.value(f, k) + ")"
	}, e.traits&(isPrivate|differs) | compares, ""}
}

func (s scope) structure(depth int) typ {
	d := s.pkg.dice
	fields := make([]structField, d.IntN(4))
	for i := range fields {
		fields[i] = structField{name: fmt.Sprint(pick(d, "A", "B", "Time", "ID", "Ctx"), i), typ: s.typ(depth, 0)}
		if fields[i].typ.is(isPrivate) && d.oneIn(3) {
			fields[i].name = fmt.Sprint(pick(d, "s", "time", "len", "r"), i)
		}
		if d.oneIn(6) {
			fields[i].name = fmt.Sprint("Also", i, ", ", fields[i].name)
		}
		if d.oneIn(4) {
			fields[i].note = pick(d, "`a:\"b,c\"`", "`a:\"b;c\"`", `"a:\"b;'c\""`, "// a \"note\"", "/* a; note */", "`a:\"b\"` // both; all", "// 5\" wide; 'tall")
		}
	}
	return structOf(fields, d.oneIn(2))
}

// structField is one or several fields of a struct, followed by a tag or a comment. If
// there are several, the last one has a value.
type structField struct {
	name, note string
	embedded   bool
	typ        typ
}

// structOf returns a struct with some fields, each on its own line if it is tall.
func structOf(fields []structField, tall bool) typ {
	t := compares
	for _, f := range fields {
		tall = tall || f.note != "" || avoids("types on one line that gofmt breaks")
		t = t&f.typ.traits | (t|f.typ.traits)&(isPrivate|differs)
	}
	write := func(f *goFile) string { return writeStruct(f, fields, tall) }
	value := func(f *goFile, k int) string {
		var values []string
		for _, field := range fields {
			names := strings.Split(field.name, ", ")
			values = append(values, names[len(names)-1]+": "+field.typ.value(f, k))
		}
		return write(f) + "{" + strings.Join(values, ", ") + "}"
	}
	return typ{write, value, t, ""}
}

func writeStruct(f *goFile, fields []structField, tall bool) string {
	var lines []string
	for _, field := range fields {
		line := field.typ.write(f) + " " + field.note
		if !field.embedded {
			line = field.name + " " + line
		}
		lines = append(lines, line)
	}
	if tall {
		return "struct {\n\t" + strings.Join(lines, "\n\t") + "\n}"
	}
	return "struct{ " + strings.Join(lines, "; ") + " }"
}

// contract returns an interface that the package's own type implements.
func (s scope) contract(int) typ {
	text := pick(s.pkg.dice, "interface{ Name() string }", "interface{}", "interface {\n\tName() string // is never empty; \"\n\tKeep(s, r string, data ...any) (err error)\n}")
	named := s.pkg.named
	if s.hides("any") {
		text = "interface{}"
	}
	return typ{func(*goFile) string { return text }, func(f *goFile, k int) string {
		return fmt.Sprintf("(%s)(%s{K: %d})", text, named.write(f), k)
	}, named.traits() | key, ""}
}

// foreignContract returns an interface that has others inside.
func (s scope) foreignContract(depth int) typ {
	e := s.typ(depth, 0)
	form := pick(s.pkg.dice,
		"interface {\n\t%sStringer\n\tAt(s, %s %[2]sTime) (err %[3]s, _ error)\n}",
		"interface { %sFormatter; interface{ At(%[2]sTime) }; With(time ...%[3]s) }",
		"interface {\n\tinterface {\n\t\t%sStringer\n\t}\n\tAt() (%[2]sTime, (%[3]s)) // when\n}",
	)
	if avoids("types on one line that gofmt breaks") {
		form = strings.NewReplacer("; ", "\n\t", "interface { %", "interface {\n\t%", " }", "\n}").Replace(form)
	}
	name := s.pkg.words("ctx time fmt T")
	write := func(f *goFile) string {
		text := strings.Replace(form, ", %s ", ", "+name+" ", 1)
		return fmt.Sprintf(text, f.use("fmt"), f.use("time"), e.write(f))
	}
	return typ{write, func(f *goFile, _ int) string { return "(" + write(f) + ")(nil)" }, e.traits&isPrivate | compares | isNil, ""}
}

func (s scope) function(depth int) typ {
	d := s.pkg.dice
	a, b := s.typ(depth, 0), s.typ(depth, 0)
	form := "func(%s, ...%s)"
	if d.oneIn(2) {
		form = "func(" + d.words("s r ctx time _ data") + " %s, " + d.words("opts err runtime T") + " %s) (_ bool, args error)"
	}
	write := func(f *goFile) string { return fmt.Sprintf(form, a.write(f), b.write(f)) }
	return typ{write, func(f *goFile, _ int) string { return "(" + write(f) + ")(nil)" }, (a.traits|b.traits)&isPrivate | isFunc, ""}
}

func (s scope) generic(depth int) typ {
	d := s.pkg.dice
	if len(s.pkg.generics) > 0 && d.oneIn(2) {
		return pick(d, s.pkg.generics...)(s, depth)
	}
	e := s.typ(depth, 0)
	g := pick(d, foreignGenerics...)
	write := func(f *goFile) string { return f.use(g.path) + g.name + "[" + e.write(f) + "]" }
	value := func(f *goFile, k int) string {
		text := strings.NewReplacer("PKG", f.use(g.path), "ELEM", e.write(f)).Replace(g.value)
		if before, after, found := strings.Cut(text, "VALUE"); found {
			text = before + e.value(f, k) + after
		}
		return text
	}
	return typ{write, value, g.traits | e.traits&isPrivate, g.name}
}

func (s scope) parenthesised(depth int) typ {
	e := s.typ(depth, 0)
	return typ{func(f *goFile) string { return "(" + e.write(f) + ")" }, e.value, e.traits, ""}
}

// length is the length of an array, at least 1.
type length struct {
	write func(f *goFile) string
	traits
}

func (s scope) length() length {
	always := []length{
		{func(*goFile) string { return "2" }, 0},
		{func(*goFile) string { return "1 + 1 /* two */" }, 0},
		{func(*goFile) string { return `len("a;\"" /* 'of; it */)` }, 0},
		{func(f *goFile) string { return f.use("unsafe") + "Sizeof(uint32(0))" }, 0},
		{func(f *goFile) string { return "3 * " + f.use("time") + "Nanosecond" }, 0},
		{func(f *goFile) string { return "len([" + f.use("time") + "Nanosecond]" + f.use("net/url") + "URL{})" }, 0},
	}
	return pick(s.pkg.dice, append(always, s.pkg.lengths...)...)
}

// typeParam is a parameter of a generic signal, and its type argument in tests.
type typeParam struct {
	name       string
	constraint func(f *goFile) string
	lacks      traits // what values of the argument can do and those of the parameter cannot
	arg        typ
}

// typ returns the parameter as a type.
func (p typeParam) typ() typ {
	return typ{func(f *goFile) string {
		if f.tests {
			return p.arg.write(f)
		}
		return p.name
	}, p.arg.value, p.arg.traits&^(isFunc|isError|p.lacks) | isParam, ""}
}
