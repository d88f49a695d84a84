package generator

import (
	"fmt"
	"slices"
)

// fits decides how the signal calls the receiver, or returns what keeps it from doing
// so. If the syntax cannot tell whether two types are the same, the compiler decides,
// by an assertion.
func (r *receiver) fits(index signalIndex) (mistake string) {
	switch {
	case r.signal.isGeneric():
		return fmt.Sprintf("receiver %s hears %s, which is generic; wanted a signal that is not generic, since nothing says which instance is meant", r.name, r.signal.name)
	case !r.signal.exported() && r.of.path != r.path:
		return fmt.Sprintf("receiver %s hears %s, which is unexported in another package; wanted an exported signal", r.name, r.signal.name)
	}
	f := fit{r, r.signal, comparison{index}}
	f.matchParams()
	reason := f.mismatch()
	if reason == "" && !r.exact && !r.canAdapt(r.path) {
		reason = "it needs an adapter, and its package cannot name all types that are sent"
	}
	if reason == "" {
		return ""
	}
	return fmt.Sprintf("receiver %s does not fit signal %s: %s; receiver: %s; signal: %s",
		r.name, r.signal.name, reason, r.source, r.signal.signatureText(r.path))
}

// A fit compares a receiver with its signal.
type fit struct {
	*receiver
	signal  *signal
	compare comparison
}

// matchParams sets which of the signal's parameters each parameter of the receiver
// gets.
func (f fit) matchParams() {
	r, s := f.receiver, f.signal
	r.passes = f.passing()
	takes, returns := f.takes(r.passes), f.returns()
	r.unsure = takes == unknown || returns == unknown
	r.exact = takes != different && returns != different && f.isWhole() && slices.Equal(r.passes, f.inOrder())
	for i, sent := range r.passes {
		r.exact = r.exact && r.params[i].variadic == s.params[sent].variadic
	}
}

// isWhole reports whether the receiver leaves nothing out.
func (f fit) isWhole() bool {
	return f.takesContext && f.fails == f.signal.fails && len(f.params) == len(f.signal.params)
}

// inOrder returns the parameters that the receiver gets if it takes the first ones.
func (f fit) inOrder() []int {
	order := make([]int, len(f.params))
	for i := range order {
		order[i] = i
	}
	return order
}

// passing returns, for each parameter of the receiver, which of the signal's it gets.
// Names matter only if some parameters are left out, or if the names are the signal's
// in another order.
func (f fit) passing() []int {
	byName, inOrder := f.byName(), f.inOrder()
	switch {
	case f.isWhole() && f.takes(inOrder) == same:
		return inOrder // as in Go, names do not matter
	case len(f.params) != len(f.signal.params) || f.takes(byName) != different:
		return byName
	case f.takes(inOrder) != different || slices.Contains(byName, -1):
		return inOrder
	default:
		return byName
	}
}

// byName returns, for each parameter of the receiver, the index of the signal's
// parameter with the same name, or -1.
func (f fit) byName() []int {
	passes := make([]int, len(f.params))
	for i, p := range f.params {
		passes[i] = slices.IndexFunc(f.signal.params, func(sent param) bool {
			return sent.declared != "" && sent.declared != "_" && sent.declared == p.declared
		})
		if !f.signal.isFunc {
			passes[i] = 0 // there is only the payload, whatever its name
		}
	}
	return passes
}

// takes compares the receiver's parameters with those that are passed to it.
func (f fit) takes(passes []int) verdict {
	result := same
	for i, sent := range passes {
		result = min(result, f.take(i, sent))
	}
	return result
}

// take compares a parameter of the receiver with the one that is passed to it.
func (f fit) take(i, sent int) verdict {
	s := f.signal
	if sent < 0 || sent >= len(s.params) {
		return different
	}
	result := f.compare.params(f.params[i], s.params[sent])
	if result != same && s.isAlias && s.written != nil {
		return f.compare.types(f.params[i].typ, s.written)
	}
	return result
}

// returns compares the receiver's results with those of the signal, except for an
// error.
func (f fit) returns() verdict {
	values := f.signal.values()
	if len(f.results) != len(values) {
		return different
	}
	result := same
	for i, value := range values {
		result = min(result, f.compare.types(f.results[i], value))
	}
	return result
}

// mismatch says what the signal does not send, or what the receiver does not return. It
// returns "" if everything fits.
func (f fit) mismatch() string {
	r, s := f.receiver, f.signal
	if !s.isFunc && len(r.params) != 1 {
		return fmt.Sprintf("it takes %s besides ctx, the signal sends only its payload", count(len(r.params), "parameter"))
	}
	for i, p := range r.params {
		sent := r.passes[i]
		switch {
		case sent < 0 && (p.name == "" || p.name == "_"):
			return fmt.Sprintf("its parameter %d has no name to find it by among what is sent", i+1)
		case sent < 0:
			return fmt.Sprintf("it takes %s, which is not sent", p.name)
		case f.take(i, sent) == different:
			return fmt.Sprintf("it takes %s as %s, the signal sends %s", nameOf(p.name, i), p.text(r.path), differing(s.params[sent].typ, s.params[sent].text(r.path), r.path))
		}
	}
	switch values := s.values(); {
	case len(r.results) != len(values):
		return fmt.Sprintf("it returns %s besides an error, the signal wants %d", count(len(r.results), "value"), len(values))
	case f.returns() == different:
		return fmt.Sprintf("it returns %s, the signal wants %s", r.results[0].text(r.path), differing(values[0], values[0].text(r.path), r.path))
	case r.fails && !s.fails:
		return "it returns an error, the signal wants none"
	default:
		return ""
	}
}

// differing returns a type for a message of a package. If nothing else shows the
// difference, it says that unexported names differ between packages.
func differing(typ typeExpr, text, path string) string {
	i := slices.IndexFunc(typ, func(part typePart) bool { return part.member && part.path != path })
	if i < 0 {
		return text
	}
	return fmt.Sprintf("%s, whose unexported %s is that of package %s, which no other package can write", text, typ[i].text, typ[i].path)
}

// nameOf names a parameter in a message.
func nameOf(name string, i int) string {
	if name == "" || name == "_" {
		return fmt.Sprintf("parameter %d", i+1)
	}
	return name
}
