package vet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// Checks of whole programs. They use only the model.

// ofModel returns what the checks of whole programs find, sorted.
func ofModel(m *topology.Model) []Finding {
	findings := split(m)
	for _, p := range m.Programs {
		in := newInProgram(m, p)
		findings = append(findings, in.unheard()...)
		findings = append(findings, in.unsent()...)
		findings = append(findings, in.cycles()...)
	}
	return sortFindings(append(findings, unwired(m)...))
}

// inProgram is what one program does with signals. Test files are left out.
type inProgram struct {
	*topology.Model
	topology.Program
	labels   map[string]string
	sends    map[string][]topology.Send    // sends by signal
	receives map[string][]topology.Receive // receives by signal
	out, in  map[string]bool               // signals that a bridge sends to other processes, and receives from them
	open     map[string]bool               // signals that the model may not know completely
	anything bool                          // the model may not know any signal completely
}

func newInProgram(m *topology.Model, p topology.Program) *inProgram {
	in := &inProgram{
		Model:    m,
		Program:  p,
		labels:   m.Labels(),
		sends:    make(map[string][]topology.Send),
		receives: make(map[string][]topology.Receive),
		out:      make(map[string]bool),
		in:       make(map[string]bool),
		open:     make(map[string]bool),
	}
	for _, s := range m.Sends {
		if in.has(s.In, s.Test) {
			in.sends[s.Signal] = append(in.sends[s.Signal], s)
		}
	}
	for _, r := range m.Receives {
		if in.has(r.In, r.Test) {
			in.receives[r.Signal] = append(in.receives[r.Signal], r)
		}
	}
	for _, b := range m.Bridges {
		if in.has(b.In, b.Test) {
			out := b.Way == topology.BridgePublish || b.Way == topology.BridgeForward
			in.out[b.Signal] = in.out[b.Signal] || out
			in.in[b.Signal] = in.in[b.Signal] || !out
		}
	}
	for _, u := range m.Unknown {
		if in.has(u.In, u.Test) {
			in.open[u.Signal] = true
			in.anything = in.anything || u.Signal == ""
		}
	}
	for _, f := range m.Faults {
		in.anything = in.anything || in.hasPackage(f.Package)
	}
	return in
}

func (in *inProgram) hasPackage(path string) bool {
	_, found := slices.BinarySearch(in.Packages, path)
	return found
}

func (in *inProgram) has(fn topology.Func, test bool) bool { return !test && in.hasPackage(fn.Package) }

// isKnown reports whether the model has every send and receive of a signal in the
// program. Without a package main, others can import the packages.
func (in *inProgram) isKnown(s topology.Signal) bool {
	switch {
	case in.anything || in.open[s.ID] || slices.Contains(in.Unread, s.Package):
		return false
	case in.Path != "":
		return true
	default:
		return isLower(s.Type) || strings.Contains("/"+s.Package+"/", "/internal/")
	}
}

func isLower(name string) bool { return strings.ToLower(name[:1]) == name[:1] }

// unheard finds signals that are sent but that nothing in the program receives.
func (in *inProgram) unheard() (findings []Finding) {
	for _, s := range in.Signals {
		sends := in.sends[s.ID]
		if len(sends) == 0 || len(in.receives[s.ID]) > 0 || in.out[s.ID] || !in.isKnown(s) {
			continue
		}
		var sites []string
		for _, send := range sends {
			sites = append(sites, funcAt(send.In, send.Pos))
		}
		findings = append(findings, Finding{
			Position: in.place(s, sends[0].Pos),
			Check:    "unheard",
			Message:  fmt.Sprintf("%s is sent, but nothing in %s receives it; sent by %s", in.labels[s.ID], in.name(), strings.Join(sites, ", ")),
		})
	}
	return findings
}

// unsent finds signals that are received but that nothing in the program sends.
func (in *inProgram) unsent() (findings []Finding) {
	for _, s := range in.Signals {
		receives := in.receives[s.ID]
		if len(receives) == 0 || len(in.sends[s.ID]) > 0 || in.in[s.ID] || !in.isKnown(s) {
			continue
		}
		var sites []string
		for _, r := range receives {
			sites = append(sites, funcAt(r.Receiver, r.Place()))
		}
		findings = append(findings, Finding{
			Position: in.place(s, receives[0].Pos),
			Check:    "unsent",
			Message:  fmt.Sprintf("%s is received, but nothing in %s sends it; received by %s", in.labels[s.ID], in.name(), strings.Join(sites, ", ")),
		})
	}
	return findings
}

// place returns the position of a signal's declaration, if the patterns have it, or
// else the first place that uses it.
func (in *inProgram) place(s topology.Signal, first topology.Position) topology.Position {
	if s.Local {
		return s.Pos
	}
	return first
}

func (in *inProgram) name() string {
	if in.Path == "" {
		return "these packages"
	}
	return in.Path
}

// funcAt names a func and a place.
func funcAt(fn topology.Func, pos topology.Position) string {
	return fmt.Sprintf("%s (%s)", fn.Label(), pos)
}

// unwired finds annotated receivers that nothing connects. Without a package main,
// another module may connect them.
func unwired(m *topology.Model) (findings []Finding) {
	if !slices.ContainsFunc(m.Programs, func(p topology.Program) bool { return p.Path != "" }) {
		return nil
	}
	labels := m.Labels()
	for _, a := range m.Annotated {
		if !a.Connected && !a.Unwired && !a.Test {
			findings = append(findings, Finding{
				Position: a.Receiver.Pos,
				Check:    "unwired",
				Message: fmt.Sprintf("%s is a receiver of %s that nothing connects; wanted a program with its package among the patterns of signalgen wire, or a call of ConnectReceivers",
					a.Receiver.Label(), labels[a.Signal]),
			})
		}
	}
	return findings
}
