package vet

import (
	"context"
	"sync"

	"github.com/signalgen/signalgen/topology"
)

// Run loads packages, as [topology.Load] does, and runs all checks on them. It returns
// the findings, sorted by position, and the model. A package with faults is not
// checked; its faults are only in the model. If opts.Inspect is set, it is called too.
func Run(ctx context.Context, opts topology.Options) ([]Finding, *topology.Model, error) {
	var mu sync.Mutex
	var packages []*topology.Package
	inspect := opts.Inspect
	opts.Inspect = func(p *topology.Package) {
		if inspect != nil {
			inspect(p)
		}
		if p.Sound {
			mu.Lock()
			defer mu.Unlock()
			packages = append(packages, p)
		}
	}
	model, err := topology.Load(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	if opts.Progress != nil {
		opts.Progress("checking packages")
	}
	units := analyze(ctx, packages)
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	callers := newProgram(units)
	var findings []Finding
	for _, u := range units {
		if u.err != nil {
			return nil, nil, u.err
		}
		if !u.Listed {
			continue
		}
		for _, f := range u.found {
			if f.open == nil || callers.mayRepeat(f.open) {
				findings = append(findings, f.Finding)
			}
		}
	}
	findings = append(findings, unsilenced(ofModel(model), units)...)
	return sortFindings(findings), model, nil
}
