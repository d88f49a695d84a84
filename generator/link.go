package generator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// link finds the signal of each receiver. Signals of the run are known from
// their declarations; lookUp is asked for those of other packages, once for all.
func link(packages []*pkg, lookUp func(paths []string) ([]*pkg, error), errs *Errors) error {
	index := make(signalIndex)
	index.add(packages)
	missing := make(map[string]bool)
	for _, p := range packages {
		for _, r := range p.receivers {
			if path := r.names().path; path != "" && index[path] == nil {
				missing[path] = true
			}
		}
	}
	if len(missing) > 0 {
		others, err := lookUp(slices.Sorted(maps.Keys(missing)))
		if err != nil {
			return err
		}
		index.add(others)
	}
	for _, p := range packages {
		for _, r := range p.receivers {
			at := r.at
			mistake := r.link(index)
			if mistake == "" {
				at, mistake = r.pos, r.fits()
			}
			if mistake != "" {
				p.broken = true
				errs.add(at, "%s", mistake)
			}
		}
		p.checkTwice(errs)
	}
	return nil
}

// signalIndex holds packages by their import paths.
type signalIndex map[string]*pkg

func (index signalIndex) add(packages []*pkg) {
	for _, p := range packages {
		index[p.path] = p
	}
}

// names returns the name of the receiver's signal: what its directive says, or
// the type of its only parameter besides ctx.
func (r *receiver) names() typePart {
	switch {
	case r.target.text != "":
		return r.target
	case len(r.params) == 1 && !r.params[0].variadic && len(r.params[0].typ) == 1:
		return r.params[0].typ[0]
	default:
		return typePart{}
	}
}

// link sets the receiver's signal. It returns what is wrong.
func (r *receiver) link(index signalIndex) (mistake string) {
	named := r.names()
	if named.path == "" {
		return fmt.Sprintf("receiver %s does not say what it hears; wanted the signal behind //signalgen:receiver, or its payload as the only parameter besides ctx", r.name)
	}
	p := index[named.path]
	if p != nil {
		i := slices.IndexFunc(p.signals, func(s *signal) bool { return s.name == named.text && together(s.in, r.in) })
		if i >= 0 {
			r.signal, r.of = p.signals[i], p
			return ""
		}
	}
	wanted := "a type with //signalgen:signal"
	if p == nil {
		wanted = "a package that can be found"
	} else if len(p.signals) > 0 {
		var names []string
		for _, s := range p.signals {
			names = append(names, s.name)
		}
		wanted = nearest(named.text, names) + ", or another of the package's signals"
	}
	return fmt.Sprintf("receiver %s hears %s.%s, which is no signal; wanted %s", r.name, named.path, named.text, wanted)
}

// checkTwice reports a func that two directives have connected to one signal.
func (p *pkg) checkTwice(errs *Errors) {
	type connected struct {
		owner, name string
		in          condition
		signal      *signal
	}
	seen := make(map[connected]bool)
	for _, r := range p.receivers {
		key := connected{r.owner, r.name, r.in, r.signal}
		if r.signal != nil && seen[key] {
			p.broken = true
			errs.add(r.at, "receiver %s has two directives for signal %s; wanted one", r.name, r.signal.name)
		}
		seen[key] = true
	}
}

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
		r.exact = r.exact && i < len(s.params) && p.variadic == s.params[i].variadic && p.typ.same(s.params[i].typ)
		r.passes[i] = slices.IndexFunc(s.params, func(sent param) bool { return sent.name != "" && sent.name != "_" && sent.name == p.name })
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
		case p.canonical() != s.params[sent].canonical():
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
		case strings.ContainsRune(" \t\r\n", r):
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
		params = append(params, strings.TrimSpace(p.name+" "+p.text(path)))
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
