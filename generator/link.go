package generator

import (
	"fmt"
	"maps"
	"slices"
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
