package generator

import (
	"go/token"
	"slices"
)

// check reports generated names that meet each other or the package's own.
func check(packages []*pkg, errs *Errors) {
	for _, p := range packages {
		if len(p.signals) > 0 {
			p.check(errs)
		}
	}
}

func (p *pkg) check(errs *Errors) {
	if p.foreign {
		p.broken = true
		errs.add(token.Position{Filename: p.outputName}, notOurs, header)
		return
	}
	fail := func(pos token.Position, format string, args ...any) {
		p.broken = true
		errs.add(pos, format, args...)
	}
	for _, name := range []string{"any", "append", "bool", "error", "len", "make", "nil", "string"} {
		if pos, found := p.names[name]; found {
			fail(pos, "%s is declared here; generated code needs the predeclared one", name)
		}
	}
	for _, name := range []string{setType, defaultSet} {
		if !p.hasSet() {
			break
		}
		if pos, found := p.names[name]; found {
			fail(pos, "%s is declared here; signalgen generates it for the package's signals", name)
		}
	}
	stable, generated := make(map[string]*signal), make(map[string]*signal)
	for _, s := range p.signals {
		if slices.Contains(setMethods, s.name) && !s.isGeneric() {
			fail(s.pos, "signal %s has the name of a method of %s; wanted another", s.name, setType)
		}
		for _, name := range s.generatedNames() {
			if other := generated[name]; other != nil {
				fail(s.pos, "%s would be generated for signal %s and for signal %s (%s)", name, s.name, other.name, other.pos)
			}
			generated[name] = s
			if pos, found := p.names[name]; found {
				fail(pos, "%s is declared here; signalgen generates it for signal %s (%s)", name, s.name, s.pos)
			}
			if pos, found := p.aliases[name]; found {
				fail(pos, "%s is an import here; signalgen generates it for signal %s (%s)", name, s.name, s.pos)
			}
		}
		if other := stable[s.stable]; other != nil {
			fail(s.pos, "signal %s has the name %s; signal %s has it too (%s)", s.name, s.stable, other.name, other.pos)
		}
		stable[s.stable] = s
	}
}
