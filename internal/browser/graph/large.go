// Package graph makes models for the page of the verb graph. Its browser tests are here
// too.
package graph

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

const module = "example.com/market/"

var (
	domains = []string{
		"account", "audit", "backup", "cart", "catalog", "customer", "discount", "export", "fraud", "invoice",
		"loyalty", "mail", "metrics", "order", "payment", "price", "purchase", "report", "returns", "review",
		"schedule", "search", "session", "shipment", "sms", "stock", "supplier", "tax", "warehouse", "webhook",
	}
	nouns  = []string{"", "Line", "Note", "Batch", "Draft", "Limit", "Plan", "Label", "Image", "Token", "Quote", "Rule"}
	events = []string{"Placed", "Created", "Changed", "Removed", "Approved", "Refused", "Expired", "Settled", "Opened", "Closed"}
	verbs  = []string{"Book", "Confirm", "Reorder", "Index", "Notify", "Archive", "Count", "Check", "Refresh", "Warm", "Trim", "Score"}
)

// Large returns a model of n signals, like that of a big program: a few packages hear
// most of them, many packages hear some, and a few signals have no receivers. It is
// always the same.
func Large(n int) *topology.Model {
	l := large{m: &topology.Model{}, rand: rand.New(rand.NewPCG(1, 2))}
	for i := range max(4, n/10) {
		name := domains[i%len(domains)]
		if i >= len(domains) {
			name = fmt.Sprintf("%s/part%d", name, i/len(domains)+1)
		}
		l.packages = append(l.packages, module+name)
	}
	slices.Sort(l.packages)
	for i := range n {
		l.signal(i%len(l.packages), i/len(l.packages))
	}
	slices.SortFunc(l.m.Signals, func(a, b topology.Signal) int { return strings.Compare(a.ID, b.ID) })
	all := topology.Program{Path: module + "shop", Packages: l.packages}
	half := topology.Program{Path: module + "office", Packages: l.packages[:len(l.packages)/2]}
	l.m.Programs = []topology.Program{half, all}
	return l.m
}

// A large is a large model under construction.
type large struct {
	m        *topology.Model
	rand     *rand.Rand
	packages []string
}

// signal adds the i-th signal of a package, with those who send and hear it.
func (l *large) signal(pkg, i int) {
	s := topology.Signal{Package: l.packages[pkg], Form: topology.Payload, Local: true, Fails: true}
	s.Type = nouns[i%len(nouns)] + events[(i+pkg)%len(events)]
	if i >= len(nouns) {
		s.Type = fmt.Sprint(s.Type, i)
	}
	s.ID = s.Package + "." + s.Type
	s.Name = s.ID
	s.Doc = fmt.Sprintf("%s is sent once the %s is known to have changed, and before anybody else is told.\n\nIt says nothing of what was before.", s.Type, path.Base(s.Package))
	s.Args = []topology.Arg{{Name: "data", Type: s.ID}}
	s.Pos = l.pos(pkg, "signals.go")
	l.m.Signals = append(l.m.Signals, s)

	for range 1 + l.rand.IntN(2) {
		if l.rand.IntN(40) > 0 {
			l.send(s.ID, pkg)
		}
	}
	if l.rand.IntN(25) == 0 {
		return // nobody hears it
	}
	for range 1 + l.rand.IntN(3) {
		l.receive(s.ID, pkg)
	}
	if l.rand.IntN(30) == 0 {
		l.m.Bridges = append(l.m.Bridges, topology.Bridge{
			Signal: s.ID, Way: topology.BridgePublish, In: l.fn(pkg, "Run"), Pos: l.pos(pkg, "bridge.go"),
		})
	}
}

// send makes a func of the signal's package send it, or sometimes one of another
// package.
func (l *large) send(signal string, pkg int) {
	if l.rand.IntN(8) == 0 {
		pkg = l.near(pkg)
	}
	l.m.Sends = append(l.m.Sends, topology.Send{
		Signal: signal, Way: topology.WaySend, Conditional: l.rand.IntN(3) == 0,
		In: l.fn(pkg, []string{"Save", "Run", "Store.Apply", "Close"}[l.rand.IntN(4)]), Pos: l.pos(pkg, "store.go"),
	})
}

func (l *large) receive(signal string, pkg int) {
	pkg = l.near(pkg)
	l.m.Receives = append(l.m.Receives, topology.Receive{
		Signal: signal, How: topology.HowWired, Kind: topology.NamedFunc,
		Receiver: l.fn(pkg, verbs[l.rand.IntN(len(verbs))]),
		Options:  topology.ConnectOptions{Async: l.rand.IntN(5) == 0},
		In:       topology.Func{Package: l.packages[len(l.packages)-1], Name: "main", Pos: l.pos(0, "main.go")},
		Pos:      l.pos(0, "main.go"), Test: l.rand.IntN(20) == 0,
	})
}

// near returns a package that has to do with pkg.
func (l *large) near(pkg int) int {
	switch l.rand.IntN(16) {
	case 0:
		return slices.Index(l.packages, module+"audit")
	case 1, 2:
		return l.rand.IntN(len(l.packages))
	}
	return (pkg + 1 + l.rand.IntN(3)) % len(l.packages)
}

func (l *large) fn(pkg int, name string) topology.Func {
	return topology.Func{Package: l.packages[pkg], Name: name, Pos: l.pos(pkg, "run.go")}
}

func (l *large) pos(pkg int, file string) topology.Position {
	return topology.Position{File: l.packages[pkg][len(module):] + "/" + file, Line: 10 + l.rand.IntN(200), Column: 2}
}
