package vet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// A step leads from a receiver to the next signal: by calls, and a send in the last
// called func.
type step struct {
	receiver topology.Receive
	calls    []topology.Call
	send     topology.Send
}

// cycles finds receivers that send their own signal, or one that leads back to it. Each
// cycle is found once, at the receiver that comes first in the source.
func (in *inProgram) cycles() (findings []Finding) {
	g := newSteps(in)
	found := make(map[string]bool)
	for _, s := range in.Signals {
		for _, r := range in.receives[s.ID] {
			way := g.back(r)
			if way == nil {
				continue
			}
			way = fromFirst(way)
			message := in.describe(way)
			if !found[message] {
				found[message] = true
				findings = append(findings, Finding{Position: way[0].receiver.Place(), Check: "cycle", Message: message})
			}
		}
	}
	return findings
}

// fromFirst returns the cycle from the receiver that comes first in the source.
func fromFirst(way []step) []step {
	first := 0
	for i, s := range way {
		if f := way[first].receiver; cmp.Or(comparePlaces(s.receiver.Place(), f.Place()), strings.Compare(s.receiver.Signal, f.Signal)) < 0 {
			first = i
		}
	}
	return slices.Concat(way[first:], way[:first])
}

func comparePlaces(a, b topology.Position) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// describe says how a cycle goes.
func (in *inProgram) describe(way []step) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s leads back to itself", in.labels[way[0].receiver.Signal])
	for i, s := range way {
		b.WriteString([]string{": ", ", which "}[min(i, 1)])
		if i > 0 {
			b.WriteString("is heard by ")
		}
		b.WriteString(funcAt(s.receiver.Receiver, s.receiver.Place()))
		if s.receiver.Options.Async {
			b.WriteString(", in its own goroutine,")
		}
		for _, c := range s.calls {
			fmt.Fprintf(&b, " calls %s%s, which", c.Callee.Label(), how(c.Conditional, c.Concurrent))
		}
		fmt.Fprintf(&b, " sends %s (%s)%s", in.labels[s.send.Signal], s.send.Pos, how(s.send.Conditional, s.send.Concurrent))
	}
	return b.String()
}

// how says under which circumstances something happens.
func how(conditional, concurrent bool) string {
	var words string
	if conditional {
		words += " under a condition"
	}
	if concurrent {
		words += " in another goroutine"
	}
	return words
}

// steps holds the ways from funcs to the sends that they lead to.
type steps struct {
	*inProgram
	sendsIn map[string][]topology.Send // by func
	callsIn map[string][]topology.Call // by func
}

func newSteps(in *inProgram) *steps {
	g := &steps{in, make(map[string][]topology.Send), make(map[string][]topology.Call)}
	for _, sends := range in.sends {
		for _, s := range sends {
			if !s.Value && s.Way != topology.WayChained {
				g.sendsIn[keyOf(s.In)] = append(g.sendsIn[keyOf(s.In)], s)
			}
		}
	}
	for _, c := range in.Calls {
		if in.hasPackage(c.Caller.Package) {
			g.callsIn[keyOf(c.Caller)] = append(g.callsIn[keyOf(c.Caller)], c)
		}
	}
	for _, sends := range g.sendsIn {
		slices.SortFunc(sends, func(a, b topology.Send) int { return comparePlaces(a.Pos, b.Pos) })
	}
	return g
}

func keyOf(fn topology.Func) string { return fn.Package + "." + fn.Name }

// back returns the shortest way from a receiver back to its signal, or nil.
func (g *steps) back(r topology.Receive) []step {
	type node struct {
		signal string
		way    []step
	}
	seen := make(map[string]bool)
	next := []node{{r.Signal, nil}}
	for receivers := []topology.Receive{r}; len(next) > 0; {
		n := next[0]
		next = next[1:]
		for _, r := range receivers {
			for _, s := range g.from(r) {
				way := append(slices.Clone(n.way), s)
				if s.send.Signal == way[0].receiver.Signal {
					return way
				}
				if !seen[s.send.Signal] {
					seen[s.send.Signal] = true
					next = append(next, node{s.send.Signal, way})
				}
			}
		}
		if len(next) > 0 {
			receivers = g.receives[next[0].signal]
		}
	}
	return nil
}

// from returns the shortest step from a receiver to each signal.
func (g *steps) from(r topology.Receive) (found []step) {
	if r.Kind == topology.Chain {
		if r.Chained == "" {
			return nil
		}
		return []step{{r, nil, topology.Send{Signal: r.Chained, Pos: r.Pos}}}
	}
	if !isKnownFunc(r) {
		return nil
	}
	type node struct {
		fn    string
		calls []topology.Call
	}
	seen := map[string]bool{keyOf(r.Receiver): true}
	sent := make(map[string]bool)
	for next := []node{{keyOf(r.Receiver), nil}}; len(next) > 0; next = next[1:] {
		n := next[0]
		for _, s := range g.sendsIn[n.fn] {
			if !sent[s.Signal] {
				sent[s.Signal] = true
				found = append(found, step{r, n.calls, s})
			}
		}
		for _, c := range g.callsIn[n.fn] {
			if key := keyOf(c.Callee); !seen[key] {
				seen[key] = true
				next = append(next, node{key, append(slices.Clone(n.calls), c)})
			}
		}
	}
	return found
}

// isKnownFunc reports whether a receiver is a known func that the signal calls.
func isKnownFunc(r topology.Receive) bool {
	switch r.Kind {
	case topology.NamedFunc, topology.Method, topology.Literal:
		return true
	default:
		return false
	}
}
