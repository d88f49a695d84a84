package generator

import (
	"fmt"
	"slices"
)

// fits decides how the signal calls the receiver, and returns what keeps it from
// doing so.
func (r *receiver) fits() (mistake string) {
	switch {
	case r.signal.isGeneric():
		return fmt.Sprintf("receiver %s hears %s, which is generic; wanted a signal with a place in its package's set, for nothing says which one of it is meant", r.name, r.signal.name)
	case !r.signal.exported() && r.of.path != r.path:
		return fmt.Sprintf("receiver %s hears %s, which is unexported in another package; wanted an exported signal", r.name, r.signal.name)
	}
	r.matchParams()
	reason := r.mismatch()
	if reason == "" && !r.exact && !r.canAdapt(r.path) {
		reason = "it needs an adapter, in which its package cannot name all that is sent"
	}
	if reason == "" {
		return ""
	}
	return fmt.Sprintf("receiver %s does not fit signal %s: %s\n\treceiver: %s\n\tsignal:   %s",
		r.name, r.signal.name, reason, unfold(r.source), r.signal.signatureText(r.path))
}

// matchParams finds, for each parameter of the receiver, what is sent for it.
func (r *receiver) matchParams() {
	s := r.signal
	r.exact = r.takesContext && len(r.params) == len(s.params) && r.fails == s.fails && len(r.results) == len(s.values())
	r.passes = make([]int, len(r.params))
	for i, p := range r.params {
		r.exact = r.exact && i < len(s.params) && p.variadic == s.params[i].variadic && s.takes(p, i)
		r.passes[i] = slices.IndexFunc(s.params, func(sent param) bool {
			return sent.declared != "" && sent.declared != "_" && sent.declared == p.declared
		})
		if !s.isFunc {
			r.passes[i] = 0 // there is but the payload, whatever it is called
		}
	}
	for i, result := range r.results {
		r.exact = r.exact && i < len(s.values()) && result.same(s.values()[i])
	}
	if r.exact {
		for i := range r.passes {
			r.passes[i] = i
		}
	}
}

// takes reports whether p takes what is sent for the i-th parameter.
func (s *signal) takes(p param, i int) bool {
	return p.canonical() == s.params[i].canonical() || s.isAlias && s.written != nil && p.typ.same(s.written)
}

// mismatch says what the signal does not send, or what the receiver does not
// return; nothing if all fits.
func (r *receiver) mismatch() string {
	s := r.signal
	if !s.isFunc && len(r.params) != 1 {
		return fmt.Sprintf("it takes %d parameters besides ctx, the signal sends its payload alone", len(r.params))
	}
	for i, p := range r.params {
		sent := r.passes[i]
		switch {
		case sent < 0 && (p.name == "" || p.name == "_"):
			return fmt.Sprintf("its parameter %d has no name by which it could be found among what is sent", i+1)
		case sent < 0:
			return fmt.Sprintf("it takes %s, which is not sent", p.name)
		case !s.takes(p, sent):
			return fmt.Sprintf("it takes %s as %s, the signal sends %s", nameOf(p.name, i), p.text(r.path), s.params[sent].text(r.path))
		}
	}
	switch values := s.values(); {
	case len(r.results) != len(values):
		return fmt.Sprintf("it returns %d values besides an error, the signal wants %d", len(r.results), len(values))
	case len(values) == 1 && !r.results[0].same(values[0]):
		return fmt.Sprintf("it returns %s, the signal wants %s", r.results[0].text(r.path), values[0].text(r.path))
	case r.fails && !s.fails:
		return "it returns an error, which the signal has no place for"
	default:
		return ""
	}
}

// nameOf names a parameter in a message.
func nameOf(name string, i int) string {
	if name == "" || name == "_" {
		return fmt.Sprintf("parameter %d", i+1)
	}
	return name
}
