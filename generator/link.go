package generator

import (
	"fmt"
	"maps"
	"slices"
)

// finder finds packages outside the run.
type finder interface {
	lookUp(paths []string) ([]*pkg, error) // what they declare
	imports(path string) []string          // what their files import, except generated ones
}

// link finds the signal of each receiver. Signals of the run are known from their
// declarations. Others are looked up, all at once.
func link(packages []*pkg, others finder, errs *Errors) error {
	index := make(signalIndex)
	index.add(packages)
	if err := index.complete(packages, others.lookUp); err != nil {
		return err
	}
	graph := newImportGraph(index, others.imports)
	for _, p := range packages {
		p.receivers = linkAll(p.receivers, index)
		graph.findProgramOnly(p)
		for _, r := range p.receivers {
			at := r.at
			mistake := r.unlinked
			if mistake != "" && slices.Contains(packages, r.of) {
				p.broken = true // because of a mistake that is reported elsewhere
				continue
			}
			if mistake == "" {
				at, mistake = r.pos, r.fits(index)
			}
			if mistake == "" {
				mistake = r.cycle(p, index)
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

// complete adds the packages outside the run in which receivers have their signals, and
// those that aliases lead to.
func (index signalIndex) complete(packages []*pkg, lookUp func(paths []string) ([]*pkg, error)) error {
	asked := make(map[string]bool)
	for {
		missing := make(map[string]bool)
		for _, p := range packages {
			for _, r := range p.receivers {
				if path := index.follow(r.signalName()).path; path != "" && index[path] == nil && !asked[path] {
					missing[path] = true
					asked[path] = true
				}
			}
		}
		if len(missing) == 0 {
			return nil
		}
		others, err := lookUp(slices.Sorted(maps.Keys(missing)))
		if err != nil {
			return err
		}
		index.add(others)
	}
}

// follow resolves an alias to the signal that it stands for, as far as it is known.
func (index signalIndex) follow(name typePart) typePart {
	for range len(index) + 1 { // an alias may stand for itself, which the compiler rejects
		p := index[name.path]
		if p == nil || p.hasSignal(name.text) {
			break
		}
		next, isAlias := p.aliases[name.text]
		if !isAlias {
			break
		}
		name = next.of
	}
	return name
}

func (p *pkg) hasSignal(name string) bool {
	return slices.ContainsFunc(p.signals, func(s *signal) bool { return s.name == name })
}

// signalName returns the name of the receiver's signal: the one in its directive, or the
// type of its only parameter besides ctx.
func (r *receiver) signalName() typePart {
	switch {
	case r.target.text != "":
		return r.target
	case len(r.params) == 1 && !r.params[0].variadic && len(r.params[0].typ) == 1:
		return r.params[0].typ[0]
	default:
		return typePart{}
	}
}

// linkAll sets the signals of receivers, or the reason why one has none. If different
// builds have different signals of the same name, there is a receiver for each.
func linkAll(receivers []*receiver, index signalIndex) []*receiver {
	var linked []*receiver
	for _, r := range receivers {
		var signals []*signal
		r.of, signals, r.unlinked = r.link(index)
		if r.unlinked != "" {
			linked = append(linked, r)
		}
		for _, s := range signals {
			one := *r
			one.signal = s
			one.in.constraint = conjunction(r.in.constraint, s.in.constraint)
			linked = append(linked, &one)
		}
	}
	return linked
}

// link returns the receiver's signals and their package, or what is wrong. If it
// returns a package with a mistake, that package has others, because of which the
// signal may be missing.
func (r *receiver) link(index signalIndex) (of *pkg, signals []*signal, mistake string) {
	named := index.follow(r.signalName())
	if p := index[named.path]; p == nil || !p.hasSignal(named.text) {
		named = r.signalName() // as the file writes it
	}
	if named.path == "" {
		return nil, nil, fmt.Sprintf("receiver %s does not say what it hears; wanted the signal after //signalgen:receiver, or its payload as the only parameter besides ctx%s", r.name, r.hint())
	}
	p := index[named.path]
	if p == nil {
		return nil, nil, fmt.Sprintf("receiver %s hears %s.%s, which is not a signal; wanted a package that can be found, by its import path or as the file imports it", r.name, named.path, named.text)
	}
	for _, s := range p.signals {
		switch {
		case s.name != named.text:
		case s.in.test:
			mistake = fmt.Sprintf("receiver %s hears %s, which is in a test file; wanted a signal of the package itself", r.name, s.name)
		case !mayShareBuild(s.in, r.in):
			mistake = fmt.Sprintf("receiver %s hears %s, but no build has both (%s and %s)", r.name, s.name, s.in.constraint, r.in.constraint)
		default:
			signals = append(signals, s)
		}
	}
	if len(signals) > 0 {
		return p, signals, ""
	}
	switch {
	case mistake != "":
	case p.mayDeclare(named.text):
		of = p
		mistake = fmt.Sprintf("receiver %s hears %s.%s, which may be a signal once the mistakes in its package are fixed", r.name, named.path, named.text)
	default:
		mistake = fmt.Sprintf("receiver %s hears %s.%s, which is not a signal; wanted %s", r.name, named.path, named.text, r.suggestion(p, named.text))
	}
	return of, nil, mistake
}

// mayDeclare reports whether the package may declare a signal of that name that is
// missing only because of a mistake.
func (p *pkg) mayDeclare(name string) bool {
	_, declared := p.names[name]
	return p.partial || p.broken && declared
}

// hint says what may be wrong with the parameter of a receiver that does not name its
// signal.
func (r *receiver) hint() string {
	if len(r.params) == 1 && len(r.params[0].typ) > 1 {
		return fmt.Sprintf(" by value; found %s", r.params[0].text(r.path))
	}
	return ""
}

// suggestion returns what may be meant by a name that is not a signal of p.
func (r *receiver) suggestion(p *pkg, name string) string {
	wanted := "a type with //signalgen:signal"
	if option := nearest(name, receiverOptions); r.target.text != "" && p.path == r.path && distance(name, option) <= 2 {
		wanted = option + ", or " + wanted
	}
	var names []string
	for _, s := range p.signals {
		if s.exported() || p.path == r.path {
			names = append(names, s.name)
		}
	}
	if len(names) > 0 {
		wanted += ", such as " + nearest(name, names)
	}
	return wanted
}

// checkTwice reports a func that two directives connect to the same signal.
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
