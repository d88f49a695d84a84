package vet

import (
	"context"
	"fmt"
	"go/token"
	"go/types"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/signalgen/signalgen/topology"
)

// A unit is a package that is analyzed. It gets facts from its imports by name, since
// each package has types of its own.
type unit struct {
	*topology.Package
	facts *facts
	done  chan struct{} // closed when the analysis is done

	results map[*analysis.Analyzer]any
	found   []found
	err     error
}

// A found is a finding that may depend on who calls a func.
type found struct {
	Finding
	open *types.Func // nil if it does not
}

// analyze runs the analyzers on packages, several at a time, each after those that it
// imports.
func analyze(ctx context.Context, packages []*topology.Package) []*unit {
	units := make(map[string]*unit)
	shared := &facts{effects: make(map[string]*effect)}
	for _, p := range packages {
		units[p.Path] = &unit{Package: p, facts: shared, done: make(chan struct{}), results: make(map[*analysis.Analyzer]any)}
	}
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, u := range units {
		go func() {
			defer close(u.done)
			for _, path := range u.Imports {
				if imported := units[path]; imported != nil {
					<-imported.done
				}
			}
			slots <- struct{}{}
			defer func() { <-slots }()
			if u.err = ctx.Err(); u.err == nil {
				u.err = u.run(Ignore)
			}
		}()
	}
	all := make([]*unit, 0, len(units))
	for _, p := range packages {
		<-units[p.Path].done
		all = append(all, units[p.Path])
	}
	slices.SortFunc(all, func(a, b *unit) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// run runs an analyzer after those that it requires.
func (u *unit) run(a *analysis.Analyzer) error {
	if _, done := u.results[a]; done {
		return nil
	}
	for _, required := range a.Requires {
		if err := u.run(required); err != nil {
			return err
		}
	}
	var reported []analysis.Diagnostic
	answer, err := a.Run(u.pass(a, func(d analysis.Diagnostic) { reported = append(reported, d) }))
	if err != nil {
		return fmt.Errorf("%s of %s: %w", a.Name, u.Path, err)
	}
	u.results[a] = answer
	for _, d := range reported {
		f := found{Finding: u.finding(a, d)}
		if r, ok := answer.(*result); ok {
			f.open = r.open[d.Pos]
		}
		u.found = append(u.found, f)
	}
	return nil
}

func (u *unit) pass(a *analysis.Analyzer, report func(analysis.Diagnostic)) *analysis.Pass {
	return &analysis.Pass{
		Analyzer:          a,
		Fset:              u.Fset,
		Files:             u.Files,
		Pkg:               u.Types,
		TypesInfo:         u.Info,
		ResultOf:          u.results,
		Report:            report,
		ImportObjectFact:  u.facts.importEffect,
		ExportObjectFact:  u.facts.exportEffect,
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return true }, // only such packages are here
		ExportPackageFact: func(analysis.Fact) {},
	}
}

// finding turns a diagnostic into plain data.
func (u *unit) finding(a *analysis.Analyzer, d analysis.Diagnostic) Finding {
	f := Finding{Position: u.Position(d.Pos), Check: a.Name, Message: d.Message}
	for _, fix := range d.SuggestedFixes {
		var edits []Edit
		for _, e := range fix.TextEdits {
			edits = append(edits, Edit{u.Position(e.Pos).File, u.offset(e.Pos), u.offset(e.End), string(e.NewText)})
		}
		f.Fixes = append(f.Fixes, Fix{fix.Message, edits})
	}
	return f
}

func (u *unit) offset(pos token.Pos) int { return u.Fset.PositionFor(pos, false).Offset }

// facts are what is known about funcs of all packages, by their full names.
type facts struct {
	mu      sync.Mutex
	effects map[string]*effect
}

func (f *facts) importEffect(object types.Object, into analysis.Fact) bool {
	fn, ok := object.(*types.Func)
	to, isEffect := into.(*effect)
	if !ok || !isEffect {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	known := f.effects[fn.FullName()]
	if known != nil {
		*to = *known
	}
	return known != nil
}

func (f *facts) exportEffect(object types.Object, fact analysis.Fact) {
	fn, ok := object.(*types.Func)
	e, isEffect := fact.(*effect)
	if !ok || !isEffect {
		return
	}
	e = &effect{slices.Clone(e.Sends), e.Releases}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.effects[fn.FullName()] = e
}
