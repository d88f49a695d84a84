package generator_test

import (
	"fmt"
	"strings"
)

// Tests that use each signal of a random module in every way.

// makeTests adds a test for each signal, to a file of the same condition as that
// of the signal: of its own package, or of the external tests.
func (m *module) makeTests() {
	for _, p := range []*goPackage{m.inner, m.outer} {
		p.files = append(p.files, p.supportFile())
	}
	files := make(map[string]*goFile)
	for _, s := range m.signals {
		p := s.pkg
		if p == m.inner && !s.file.isTest() && !s.allTraits().is(isPrivate) && m.oneIn(2) {
			p = m.outer
		}
		name := fmt.Sprintf("use_%s_%s_test.go", strings.TrimSuffix(s.file.name, ".go"), side(p == m.outer))
		f := files[name]
		if f == nil {
			f = p.testFile(name, s.file.condition)
			files[name] = f
		}
		f.decls = append(f.decls, func() string { return use{s, f}.text() })
	}
}

// side returns a word for the package of a test.
func side(external bool) string {
	if external {
		return "outer"
	}
	return "inner"
}

// testFile adds a file of tests.
func (p *goPackage) testFile(name string, c condition) *goFile {
	f := p.newFile(name, c)
	f.tests = true
	clear(f.shadowed)
	for _, name := range strings.Fields("t ctx heard sig receiver first second response info err result unmute stream failure failing " +
		"tap hctx heldOwner next background tested hear fromOne linked recorder set other from want args done") {
		f.reserved[name] = true
	}
	for i := range 10 {
		f.reserved[fmt.Sprint("v", i)] = true
		f.reserved[fmt.Sprint("h", i)] = true
	}
	return f
}

// allTraits returns whatever is true of any of the signal's types.
func (s *signal) allTraits() traits {
	t := s.traits()
	for _, a := range s.args {
		t |= a.typ.traits
	}
	for _, p := range s.params {
		t |= p.arg.traits
	}
	if s.value != nil {
		t |= s.value.traits
	}
	return t
}

// use is a test of a signal, in a file.
type use struct {
	*signal
	file *goFile
}

// text returns the test, or nothing if the signal is left without a directive.
func (u use) text() string {
	if u.dropped {
		return ""
	}
	var text strings.Builder
	if err := useTemplate.Execute(&text, u); err != nil {
		panic(err) // the template is wrong
	}
	return text.String()
}

// Use returns what precedes the names of a package.
func (u use) Use(path string) string { return u.file.use(path) }

// Runtime returns what precedes the names of signalgen's runtime.
func (u use) Runtime() string { return u.file.use(runtimePath) }

// Name returns the signal's stable name.
func (u use) Name() string {
	if u.stable != "" {
		return u.stable
	}
	return u.pkg.path + "." + u.name
}

// N numbers the test.
func (u use) N() int { return u.n }

// Func returns the name of a func that is generated for the signal.
func (u use) Func(form string) string {
	return u.file.use(u.pkg.path) + generatedName(form, u.name)
}

// Connect returns the func that connects a receiver.
func (u use) Connect(form string) string {
	if u.IsGeneric() {
		return "tested." + strings.ReplaceAll(form, "-", "")
	}
	return u.Func(form)
}

func (u use) CarriesNil() bool {
	return !u.isFunc && u.data.is(isNil) && avoids("recorders of nil")
}
func (u use) IsGeneric() bool { return len(u.params) > 0 }
func (u use) IsPayload() bool { return !u.isFunc }
func (u use) HasValue() bool  { return u.value != nil }
func (u use) Fails() bool     { return u.fails }
func (u use) HasSender() bool { return u.sender != nil }
func (u use) Chains() bool    { return u.fails && u.value == nil }

// InSet reports whether a set has the signal.
func (u use) InSet() bool { return !u.IsGeneric() && u.signal.file.isPlain() }

// Set returns the type of the set.
func (u use) Set() string {
	return u.file.use(u.pkg.path) + "Signals"
}

// Field returns the name of the signal in its set.
func (u use) Field() string { return u.name }

// SignalType returns the type of the signal.
func (u use) SignalType() string { return u.Func("+Signal") + u.typeArgs(u.file) }

// Default returns a pointer to the signal behind the functions of the package.
func (u use) Default() string {
	switch {
	case u.IsGeneric():
		return "new(" + u.SignalType() + ")"
	case u.InSet():
		return "&" + u.file.use(u.pkg.path) + "DefaultSignals." + u.name
	default:
		return "&" + u.Func("Default-")
	}
}

// ArgsType returns the type of what a send carries.
func (u use) ArgsType() string {
	if u.isFunc {
		return u.Func("+Args") + u.typeArgs(u.file)
	}
	return u.write(u.file)
}

// Values returns the names of the variables for the arguments of a send.
func (u use) Values() []string {
	names := make([]string, len(u.args))
	for i := range names {
		names[i] = fmt.Sprint("v", i)
	}
	return names
}

// Type returns the type of an argument, with ... before a variadic one or with [].
func (u use) Type(i int, variadic string) string {
	if u.args[i].variadic {
		return variadic + u.args[i].typ.write(u.file)
	}
	return u.args[i].typ.write(u.file)
}

// Value returns a value of an argument: a different one for each argument of a type.
func (u use) Value(i int) string {
	a := u.args[i]
	value := a.typ.value(u.file, i+1)
	if a.variadic {
		return "[]" + a.typ.write(u.file) + "{" + value + "}"
	}
	return value
}

// Other returns the first argument of another sender.
func (u use) Other() string { return u.args[0].typ.value(u.file, 8) }

// Passed returns the arguments of a call.
func (u use) Passed() string {
	text := "background"
	for i, a := range u.args {
		text += fmt.Sprint(", v", i)
		if a.variadic {
			text += "..."
		}
	}
	return text
}

// Params declares what a receiver gets, by the names of the test's values.
func (u use) Params() string {
	text := "background " + u.file.use("context") + "Context"
	for i, name := range u.Values() {
		text += ", " + name + " " + u.Type(i, "...")
	}
	return text
}

// Heard declares what a receiver gets, by other names.
func (u use) Heard() string {
	text := "hctx " + u.file.use("context") + "Context"
	for i := range u.args {
		text += fmt.Sprintf(", h%d %s", i, u.Type(i, "..."))
	}
	return text
}

// Results returns what a receiver returns.
func (u use) Results() string {
	switch {
	case u.value != nil && u.fails:
		return "(" + u.value.write(u.file) + ", error)"
	case u.value != nil:
		return u.value.write(u.file)
	case u.fails:
		return "error"
	default:
		return ""
	}
}

// ResultType returns the type of what a receiver returns besides an error.
func (u use) ResultType() string { return u.value.write(u.file) }

// Result returns a value for receivers to return.
func (u use) Result() string { return u.value.value(u.file, 9) }

// Returned returns what a receiver returns in the test, with an error.
func (u use) Returned(err string) string {
	switch {
	case u.value != nil && u.fails:
		return "return result, " + err
	case u.value != nil:
		return "return result"
	case u.fails:
		return "return " + err
	default:
		return ""
	}
}

// Return returns the word before a call whose results are passed on.
func (u use) Return() string {
	if u.value == nil && !u.fails {
		return ""
	}
	return "return "
}

// Sends sends to a number of receivers, and checks the result.
func (u use) Sends(send string, receivers int) string {
	return u.Checks(send, receivers) + u.calls(receivers)
}

// SendsAll is Sends for a way to send that always returns an error.
func (u use) SendsAll(send string, receivers int) string {
	return u.ChecksAll(send, receivers) + u.calls(receivers)
}

// Checks sends, and checks that a number of receivers respond.
func (u use) Checks(send string, receivers int) string {
	return u.checked(send+"("+u.Passed()+")", "checkValues", receivers, u.fails)
}

// ChecksAll is Checks for a way to send that always returns an error.
func (u use) ChecksAll(send string, receivers int) string {
	return u.checked(send+"("+u.Passed()+")", "checkResponses", receivers, true)
}

// checked checks what a send returns.
func (u use) checked(call, check string, receivers int, fails bool) string {
	switch {
	case u.value != nil && fails:
		return fmt.Sprintf("%sError(t, result, %d)(%s)", check, receivers, call)
	case u.value != nil:
		return fmt.Sprintf("%s(t, %s, result, %d)", check, call, receivers)
	case fails:
		return fmt.Sprintf("checkNil(t, %s)", call)
	default:
		return call
	}
}

// calls checks how often receivers were called since the last check.
func (u use) calls(receivers int) string {
	return fmt.Sprintf("\n\tcheckSame(t, heard.Swap(0), int64(%d))", receivers)
}

// SendError sends and keeps only the error.
func (u use) SendError(send string) string {
	if u.value != nil {
		return "_, err := " + send + "(" + u.Passed() + ")"
	}
	return "err := " + send + "(" + u.Passed() + ")"
}

// SenderOf returns the sender of a send.
func (u use) SenderOf(first string) string {
	if u.isFunc {
		return first
	}
	return first + ".Sender"
}

// Sentence returns a part of the doc comment.
func (u use) Sentence() string {
	if u.doc == nil {
		return ""
	}
	return u.sentence()
}
