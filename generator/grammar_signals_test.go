package generator_test

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// signal is a random declaration of a signal that is valid by construction.
type signal struct {
	declared
	n       int // it is different for each signal
	file    *goFile
	stable  string // from name=…; empty if not given
	params  []typeParam
	isFunc  bool
	args    []arg
	context typ    // the first parameter of a signature
	ctxName string // its name; empty if parameters have none
	value   *typ   // what a receiver returns besides an error
	fails   bool
	results []string // names of the results, if they have some
	sender  *typ
	alias   bool
	data    typ  // what a payload is declared as
	dropped bool // it is left without a directive
	doc     []string
	layout  string // how the parameters are laid out
}

// arg is an argument of a send.
type arg struct {
	name     string
	typ      typ
	variadic bool
	grouped  bool // it shares its type with the one before it
}

// Names for signals.
const (
	exportedNames = "Started Saved ID URLSet X Été T A B1 Type_ HTTP2 Order_Placed Range Func Select Nil Len Error String Receiver " +
		"Data Ctx Opts Args Signal Default Send Connect Call Weak From On Name Doc Mute Next Events Each Tap Receivers Register " +
		"Runtime Iter User_id Ärger Sender Signals2 Set S V1 All2 Owner Response"
	unexportedNames = "started id x été _hidden 日本語 s r ctx err data receiver opts args loop ok from held owner method response " +
		"responses receivers runtime context iter slices weak url time type_ main2 cap max int8 iota copy print target sender_ j"
	methodNames = "All Close Configure" // of the set, which constrained signals are not in
)

// declareSignals adds signals to the files of a package.
func (m *module) declareSignals(p *goPackage) {
	for _, f := range p.files {
		for range 1 + m.IntN(4) {
			m.declare(f)
		}
	}
}

// declare adds a declaration of a signal or two.
func (m *module) declare(f *goFile) {
	switch s := m.newSignal(f); {
	case m.oneIn(4):
		f.group(s, m.newSignal(f))
	default:
		note := m.words("type type type/*of_a_signal*/")
		f.decls = append(f.decls, func() string { return s.comment("") + note + " " + s.text() })
	}
	if m.oneIn(20) {
		f.add("//line another.go:1000")
	}
}

// group adds a declaration of two signals, and of a type that is not a signal.
func (f *goFile) group(a, b *signal) {
	plain := f.pkg.declare()
	f.decls = append(f.decls, func() string {
		return fmt.Sprintf("type (\n%s\t%s\n\t// %s is no signal.\n\t%[3]s struct{}\n%s\t%s // the last\n)",
			a.comment("\t"), a.text(), plain.name, b.comment("\t"), b.text())
	})
}

func (m *module) newSignal(f *goFile) *signal {
	s := &signal{n: len(m.signals), file: f, declared: declared{f.pkg, f.pkg.takeSignal(f)}}
	m.signals = append(m.signals, s)
	if m.oneIn(3) {
		s.stable = fmt.Sprintf(m.words("order.%d signal-%d a/b_%d Été.%d %d"), s.n)
	}
	s.isFunc = m.oneIn(2)
	if m.oneIn(6) {
		s.makeGeneric()
	}
	s.doc = m.doc(s)
	if s.isFunc {
		s.makeSignature()
	} else {
		s.makePayload()
		m.share(s)
	}
	return s
}

// takeSignal takes a name, with all names that are or may be generated for it.
func (p *goPackage) takeSignal(f *goFile) string {
	if f.twin != nil && len(f.twin.names) > 0 && p.oneIn(2) {
		name := f.twin.names[0]
		f.twin.names = f.twin.names[1:]
		return name
	}
	for tries := 0; ; tries++ {
		words := pick(p.dice, exportedNames, exportedNames, unexportedNames)
		if !f.isPlain() && p.oneIn(10) {
			words = methodNames
		}
		name := p.words(words)
		if tries > 20 {
			name += fmt.Sprint(tries)
		}
		all := generatedNames(name)
		if p.isFree(name) && !slices.ContainsFunc(all, func(n string) bool { return p.taken[n] }) {
			for _, n := range append(all, name) {
				p.taken[n] = true
			}
			f.names = append(f.names, name)
			return name
		}
	}
}

// generatedNames returns the names that are taken besides that of a signal.
func generatedNames(name string) []string {
	var names []string
	for _, form := range strings.Fields("+Signal +Args Call- Send- Connect- Connect-From Connect-Weak Connect-WeakOn Default-") {
		names = append(names, generatedName(form, name))
	}
	return names
}

// generatedName puts a signal's name into a form: + is the name itself, - the name with
// an upper-case first letter.
func generatedName(form, name string) string {
	if form[0] == 'C' && form[1] == 'a' || !token.IsExported(name) {
		form = strings.ToLower(form[:1]) + form[1:]
	}
	return strings.NewReplacer("+", name, "-", capitalised(name)).Replace(form)
}

func capitalised(name string) string {
	first := []rune(name)[0]
	return strings.ToUpper(string(first)) + name[len(string(first)):]
}

// scope is where the signal's types are written.
func (s *signal) scope() scope { return scope{s.file, s.params} }

// payloadTyp returns the type of a payload signal.
func (s *signal) payloadTyp() typ {
	return typ{s.write, func(f *goFile, k int) string {
		return "(" + s.write(f) + ")(" + s.data.value(f, k) + ")"
	}, s.data.traits | s.traits(), ""}
}

// write returns the type's name, with arguments if it is generic.
func (s *signal) write(f *goFile) string { return s.declared.write(f) + s.typeArgs(f) }

// typeArgs returns the arguments of a generic type: its own parameters, or in tests the
// types used for them.
func (s *signal) typeArgs(f *goFile) string {
	if len(s.params) == 0 {
		return ""
	}
	var args []string
	for _, p := range s.params {
		args = append(args, p.typ().write(f))
	}
	return "[" + strings.Join(args, ", ") + "]"
}

// makePayload declares the signal as data.
func (s *signal) makePayload() {
	d := s.pkg.dice
	s.fails = true
	switch {
	case d.oneIn(3):
		s.makeSenderStruct()
	case len(s.pkg.senders) > 0 && d.oneIn(6):
		other := pick(d, s.pkg.senders...)
		s.data, s.sender, s.alias = other.payloadTyp(), other.sender, d.oneIn(2)
	case d.oneIn(2):
		s.data = structOf(s.fields(), d.oneIn(3))
	default:
		for s.data = s.scope().typ(2, 0); s.data.traits&(isFunc|isParam) != 0; {
			s.data = s.scope().typ(2, 0)
		}
		s.alias = d.oneIn(3)
	}
	s.args = []arg{{typ: s.payloadTyp()}}
}

// share lets other declarations use the payload's type.
func (m *module) share(s *signal) {
	if len(s.params) > 0 || !s.file.isPlain() {
		return
	}
	if s.sender != nil {
		s.pkg.senders = append(s.pkg.senders, s)
	}
	t := s.payloadTyp()
	if !s.alias {
		t.traits &^= isError
	}
	s.pkg.types = append(s.pkg.types, t)
	if s.pkg == m.inner && !t.is(isPrivate) {
		m.outer.types = append(m.outer.types, t)
	}
}

// makeSenderStruct declares the signal as a struct with a field for its sender.
func (s *signal) makeSenderStruct() {
	sender := s.senderTyp()
	s.sender = &sender
	name := pick(s.pkg.dice, "Sender", "Sender", "Other, Sender")
	fields := append(s.fields(), structField{name: name, typ: sender})
	if s.pkg.oneIn(2) {
		slices.Reverse(fields)
	}
	s.data = structOf(fields, s.pkg.oneIn(2))
}

// senderTyp returns a comparable type with several values.
func (s *signal) senderTyp() typ {
	if s.pkg.oneIn(2) {
		return s.scope().typ(2, key)
	}
	for {
		if t := s.scope().pointer(1); t.is(key) {
			return t
		}
	}
}

// fields makes up fields of a payload, one of which may be embedded.
func (s *signal) fields() []structField {
	d := s.pkg.dice
	var fields []structField
	for i := range d.IntN(3) {
		fields = append(fields, structField{name: fmt.Sprint("F", i), typ: s.scope().typ(2, 0)})
	}
	if d.oneIn(2) {
		fields = append(fields, s.embedded()...)
	}
	if d.oneIn(5) {
		itself := typ{func(f *goFile) string { return "*" + s.write(f) }, func(*goFile, int) string { return "nil" }, compares, ""}
		fields = append(fields, structField{name: "Parent", typ: itself})
	}
	return fields
}

// embedded returns an embedded field, or none.
func (s *signal) embedded() []structField {
	t := s.scope().typ(1, 0)
	if t.base == "" {
		return nil
	}
	if !token.IsExported(t.base) {
		t.traits |= isPrivate
	}
	field := structField{name: t.base, embedded: true, typ: t}
	if t.is(isStruct) && s.pkg.oneIn(2) {
		field.typ = s.scope().pointerTo(t)
	}
	return []structField{field}
}

// makeGeneric gives the signal type parameters.
func (s *signal) makeGeneric() {
	d := s.pkg.dice
	for range 1 + d.IntN(3) {
		p := s.typeParam()
		s.file.reserved[p.name] = true
		if avoids("type parameters named as types") {
			s.pkg.taken[p.name] = true
		}
		s.params = append(s.params, p)
	}
}

// typeParam makes up a type parameter.
func (s *signal) typeParam() typeParam {
	p := typeParam{name: s.typeParamName(), arg: basics[s.pkg.words("int string")]}
	free := scope{goFile: s.file} // of parameters
	constraint := func(text string) func(*goFile) string { return func(*goFile) string { return text } }
	switch s.pkg.IntN(9) {
	case 0:
		p.constraint, p.arg = constraint("comparable"), free.typ(1, key)
	case 1:
		p.constraint = constraint(pick(s.pkg.dice, "~int | ~string", "~int /* a; \"b */ | ~string"))
	case 2:
		p.constraint = constraint(pick(s.pkg.dice, "interface {\n\t~int | ~string // both; \"all\n}", "interface{ comparable; ~int | ~string }"))
	case 3:
		p.constraint = func(f *goFile) string { return f.use("cmp") + "Ordered" }
	case 4:
		p.constraint, p.arg = s.sliceConstraint()
	case 5:
		p.constraint = func(f *goFile) string { return "interface { comparable; " + f.use("fmt") + "Stringer }" }
		p.arg = foreigners[0].typ()
	case 6:
		p.constraint = constraint(pick(s.pkg.dice, "*int", "*int | *string", "(interface{ *int })"))
		p.arg, p.lacks = free.pointerTo(basics["int"]), compares
	default:
		p.constraint, p.lacks, p.arg = constraint("interface{}"), compares, free.typ(1, 0)
		if !s.scope().hides("any") && p.name != "any" {
			p.constraint = constraint("any")
		}
	}
	return p
}

// sliceConstraint returns a constraint that names the last parameter, if there is
// one, and a type that satisfies it.
func (s *signal) sliceConstraint() (func(*goFile) string, typ) {
	if len(s.params) == 0 {
		return func(*goFile) string { return "~[]int" }, typ{
			func(*goFile) string { return "[]int" }, func(_ *goFile, k int) string { return fmt.Sprintf("[]int{%d}", k) }, 0, "",
		}
	}
	e := s.params[len(s.params)-1]
	write := func(f *goFile) string { return "[]" + e.typ().write(f) }
	return func(*goFile) string { return "~[]" + e.name }, literal(write, e.arg, e.arg.traits&isPrivate)
}

// typeParamName returns a name that nothing else of the declaration has.
func (s *signal) typeParamName() string {
	for tries := 0; ; tries++ {
		words := "T K V E s ctx r runtime iter context data args receiver opts err weak slices Owner owner any T2"
		if s.isFunc && avoids("type parameters of signatures named as what generated code uses") {
			words = "T K V E"
		}
		name := s.pkg.words(words)
		if tries > 10 {
			name += fmt.Sprint(tries)
		}
		isTaken := s.pkg.taken[name] && !s.file.reserved[name] || s.scope().hides(name)
		isConstraint := name == "any" && len(s.params) > 0
		if !isTaken && !isConstraint {
			return name
		}
	}
}
