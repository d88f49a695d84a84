package topology

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/signalgen/signalgen/internal/golist"
)

// assemble puts the parts of all packages together.
func assemble(listed []*packages.Package, c *checker, parts []*part) *Model {
	m := &Model{Programs: programs(listed), Types: typesOf(c, parts)}
	funcs := make(map[string]Func)
	wirings := make(map[string][]Receive)
	unwired := make(map[string]bool)
	for _, p := range parts {
		unwired[p.path] = p.unwired
		maps.Copy(funcs, p.funcs)
		maps.Copy(wirings, p.wirings)
		m.Signals = append(m.Signals, p.signals...)
		m.Sends = append(m.Sends, p.sends...)
		m.Receives = append(m.Receives, p.receives...)
		m.Bridges = append(m.Bridges, p.bridges...)
		m.Unknown = append(m.Unknown, p.unknown...)
		m.Calls = append(m.Calls, p.calls...)
		m.Faults = append(m.Faults, p.faults...)
		m.Annotated = append(m.Annotated, p.annotated...)
	}
	m.addFaults(listed, parts)
	m.dropTwins()
	for _, p := range parts {
		m.addWired(p.wires, wirings)
		m.addForwards(p.forwards)
	}
	m.place(funcs, wirings)
	m.addAnnotated(wirings, unwired)
	m.Calls = leading(m.Calls, m.Sends)
	m.sort()
	return m
}

// programs returns the main packages, each with what it imports. If none is main, it
// returns all packages as one program.
func programs(listed []*packages.Package) []Program {
	var found []Program
	var all []string
	local := make(map[string]bool)
	unread := make(map[string]bool)
	for _, p := range listed {
		local[p.PkgPath] = true
		all = append(all, p.PkgPath)
	}
	for _, p := range listed {
		if p.Name == "main" {
			found = append(found, programOf(p, local))
		}
	}
	if len(found) == 0 {
		slices.Sort(all)
		packages.Visit(listed, nil, func(p *packages.Package) { addUnread(unread, p, local) })
		found = append(found, Program{Packages: slices.Compact(all), Unread: slices.Sorted(maps.Keys(unread))})
	}
	slices.SortFunc(found, func(a, b Program) int { return cmp.Compare(a.Path, b.Path) })
	return found
}

func programOf(p *packages.Package, local map[string]bool) Program {
	paths, unread := make(map[string]bool), make(map[string]bool)
	packages.Visit([]*packages.Package{p}, nil, func(p *packages.Package) {
		if local[p.PkgPath] {
			paths[p.PkgPath] = true
		}
		addUnread(unread, p, local)
	})
	return Program{Path: p.PkgPath, Packages: slices.Sorted(maps.Keys(paths)), Unread: slices.Sorted(maps.Keys(unread))}
}

// addUnread adds the packages whose signals may be sent or heard by a package outside
// the patterns: that package itself, and those that it imports.
func addUnread(unread map[string]bool, p *packages.Package, local map[string]bool) {
	if local[p.PkgPath] || strings.HasPrefix(p.PkgPath, ownPath) {
		return
	}
	for _, q := range append(slices.Collect(maps.Values(p.Imports)), p) {
		if q.Imports[runtimePath] != nil {
			unread[q.PkgPath] = true
		}
	}
}

// ownPath is the prefix of signalgen's own packages. Their sends and receivers are in
// the model anyway.
const ownPath = "github.com/signalgen/signalgen/"

// addFaults adds what the go command found in packages that were not read.
func (m *Model) addFaults(listed []*packages.Package, parts []*part) {
	known := make(map[string]bool)
	for _, f := range m.Faults {
		known[f.Package] = true
	}
	for _, p := range listed {
		if !known[p.PkgPath] && len(p.Errors) > 0 {
			m.Faults = append(m.Faults, Fault{Package: p.PkgPath, Message: golist.Unfold(p.Errors[0].Msg)})
		}
	}
}

// dropTwins drops duplicate descriptions of a signal that several packages use.
func (m *Model) dropTwins() {
	slices.SortStableFunc(m.Signals, func(a, b Signal) int { return cmp.Compare(a.ID, b.ID) })
	m.Signals = slices.CompactFunc(m.Signals, func(a, b Signal) bool { return a.ID == b.ID })
}

// addWired adds the receivers that generated funcs connect when they are called.
func (m *Model) addWired(wires []wire, wirings map[string][]Receive) {
	for _, w := range wires {
		for _, r := range wirings[w.key] {
			r.How, r.In, r.Pos, r.Test = w.how, w.in, w.pos, w.on
			m.Receives = append(m.Receives, r)
		}
		if w.how == HowWired {
			m.markWired(wirings[w.key])
		}
	}
}

func (m *Model) markWired(receives []Receive) {
	for _, r := range receives {
		if s := m.Signal(r.Signal); s != nil {
			s.Wired = true
		}
	}
}

// Signal returns the signal with an ID, or nil. The result points into the model.
func (m *Model) Signal(id string) *Signal {
	i, found := slices.BinarySearchFunc(m.Signals, id, func(s Signal, id string) int { return cmp.Compare(s.ID, id) })
	if !found {
		return nil
	}
	return &m.Signals[i]
}

// addForwards adds the bridges that name signals by their stable names.
func (m *Model) addForwards(forwards []Bridge) {
	for _, b := range forwards {
		i := slices.IndexFunc(m.Signals, func(s Signal) bool { return s.Name == b.Signal })
		if i < 0 {
			continue
		}
		b.Signal = m.Signals[i].ID
		m.Bridges = append(m.Bridges, b)
	}
}

// place fills in the exact positions of funcs, since export data has only lines.
func (m *Model) place(funcs map[string]Func, wirings map[string][]Receive) {
	exact := func(f *Func) {
		if declared, ok := funcs[f.key()]; ok {
			*f = declared
		}
	}
	for i := range m.Receives {
		exact(&m.Receives[i].Receiver)
	}
	for i := range m.Calls {
		exact(&m.Calls[i].Callee)
	}
	for _, receives := range wirings {
		for i := range receives {
			exact(&receives[i].Receiver)
		}
	}
}

// addAnnotated adds the annotated receivers that generated funcs connect, and records
// for all of them whether anything does.
func (m *Model) addAnnotated(wirings map[string][]Receive, unwired map[string]bool) {
	type pair struct{ signal, receiver string }
	connected := make(map[pair]bool)
	for _, r := range m.Receives {
		connected[pair{r.Signal, r.Receiver.key()}] = true
	}
	listed := make(map[pair]bool)
	for _, a := range m.Annotated {
		listed[pair{a.Signal, a.Receiver.key()}] = true
	}
	for _, receives := range wirings {
		for _, r := range receives {
			if key := (pair{r.Signal, r.Receiver.key()}); !listed[key] {
				listed[key] = true
				m.Annotated = append(m.Annotated, Annotated{Signal: r.Signal, Receiver: r.Receiver, Test: r.Test})
			}
		}
	}
	for i, a := range m.Annotated {
		m.Annotated[i].Connected = connected[pair{a.Signal, a.Receiver.key()}]
		m.Annotated[i].Unwired = unwired[a.Receiver.Package]
	}
}

// leading returns the calls that lead to a send.
func leading(calls []Call, sends []Send) []Call {
	leads := make(map[string]bool)
	for _, s := range sends {
		leads[s.In.key()] = true
	}
	callers := make(map[string][]string)
	for _, c := range calls {
		callers[c.Callee.key()] = append(callers[c.Callee.key()], c.Caller.key())
	}
	for next := slices.Collect(maps.Keys(leads)); len(next) > 0; {
		last := next[len(next)-1]
		next = next[:len(next)-1]
		for _, caller := range callers[last] {
			if !leads[caller] {
				leads[caller] = true
				next = append(next, caller)
			}
		}
	}
	return slices.DeleteFunc(calls, func(c Call) bool { return !leads[c.Callee.key()] })
}
