package topology

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// A drawing is a model as nodes and edges, for formats that others lay out. Its nodes
// are numbered in the order in which they are printed.
type drawing struct {
	clusters []cluster // one for each package
	others   *node     // other processes; nil if there are no bridges
	edges    []edge
}

// A cluster is a package.
type cluster struct {
	label string
	nodes []*node
}

// A node is a signal or a func.
type node struct {
	id     string
	label  string
	signal bool
	loose  bool // a signal without senders or without receivers
}

// An edge goes from a sender to a signal, or from a signal to a receiver.
type edge struct {
	from, to *node
	label    string
	kind     edgeKind
}

type edgeKind int

const (
	direct    edgeKind = iota
	queued             // leads to an async receiver
	processes          // leads to or from other processes
)

// draw makes a drawing of a model.
func draw(m *Model) *drawing {
	d := &drawer{labels: m.Labels(), packages: make(map[string][]*node), signals: make(map[string]*node), funcs: make(map[string]*node)}
	all := m.bySignal()
	for _, a := range all {
		d.signal(a)
	}
	for _, a := range all {
		d.tie(a)
	}
	return d.drawing()
}

type drawer struct {
	labels   map[string]string
	packages map[string][]*node // by import path
	signals  map[string]*node   // by ID
	funcs    map[string]*node   // by key
	others   *node
	edges    []edge
}

func (d *drawer) signal(a about) {
	n := &node{label: d.labels[a.ID], signal: true}
	switch {
	case len(a.unknown) > 0:
	case !a.isSent() && !a.isHeard():
		n.label, n.loose = n.label+"\nunused", true
	case !a.isSent():
		n.label, n.loose = n.label+"\nnobody sends it", true
	case !a.isHeard():
		n.label, n.loose = n.label+"\nnobody hears it", true
	}
	d.signals[a.ID] = n
	d.packages[a.Package] = append(d.packages[a.Package], n)
}

// tie draws the edges of a signal.
func (d *drawer) tie(a about) {
	signal := d.signals[a.ID]
	for _, s := range a.sends {
		if s.Way != WayChained {
			d.edge(edge{from: d.fn(s.In), to: signal, label: label(s.notes())})
		}
	}
	for _, r := range a.receives {
		e := edge{from: signal, label: label(r.notes())}
		if r.Options.Async {
			e.kind = queued
		}
		if e.to = d.signals[r.Chained]; e.to == nil {
			e.to = d.fn(r.Receiver)
		}
		d.edge(e)
	}
	for _, b := range a.bridges {
		if d.others == nil {
			d.others = &node{label: "other processes"}
		}
		e := edge{from: signal, to: d.others, label: label(b.notes()), kind: processes}
		if b.comesIn() {
			e.from, e.to = e.to, e.from
		}
		d.edge(e)
	}
}

func label(notes []string) string { return strings.Join(notes, ", ") }

// fn returns the node of a func.
func (d *drawer) fn(f Func) *node {
	n := d.funcs[f.key()]
	if n == nil {
		n = &node{label: f.Name}
		d.funcs[f.key()] = n
		d.packages[f.Package] = append(d.packages[f.Package], n)
	}
	return n
}

// edge adds an edge, once.
func (d *drawer) edge(e edge) {
	if !slices.Contains(d.edges, e) {
		d.edges = append(d.edges, e)
	}
}

// drawing sorts what was found, and numbers it.
func (d *drawer) drawing() *drawing {
	result := &drawing{others: d.others, edges: d.edges}
	paths := make([]string, 0, len(d.packages))
	names := make(map[string]int)
	for path := range d.packages {
		paths = append(paths, path)
		names[lastElement(path)]++
	}
	slices.Sort(paths)
	next := 0
	for _, path := range paths {
		c := cluster{label: lastElement(path), nodes: d.packages[path]}
		if names[c.label] > 1 {
			c.label = path
		}
		slices.SortStableFunc(c.nodes, func(a, b *node) int {
			return cmp.Or(-compareBools(a.signal, b.signal), cmp.Compare(a.label, b.label))
		})
		for _, n := range c.nodes {
			next++
			n.id = "n" + strconv.Itoa(next)
		}
		result.clusters = append(result.clusters, c)
	}
	if d.others != nil {
		d.others.id = "others"
	}
	return result
}

// compareBools puts false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}
