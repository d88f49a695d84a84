package topology

import (
	"maps"
	"slices"
	"strings"
)

// An action is what an operation does with a channel.
type action string

const (
	actionSend    action = "send"
	actionReceive action = "receive"
)

// An exchange holds the operations of a program under one stable name: those of
// bridges, or those that its name makes possible. It may belong to different signals in
// different programs.
type exchange struct {
	name    string
	doc     string
	bridged bool
	carries []string           // the names of the types that it carries; for a generic signal, of all instances
	places  map[action][]place // places by what is done there
}

// A place is where a signal is sent or received.
type place struct {
	pkg     string
	group   string // the group of a bridge
	carries string
}

// exchangesOf returns the exchanges of a model by stable name.
func exchangesOf(m *Model) []*exchange {
	found := make(map[string]*exchange)
	for _, s := range m.Signals {
		bridges := bridgesOf(m, s)
		if !s.Named && len(bridges) == 0 {
			continue
		}
		x := found[s.Name]
		if x == nil {
			x = &exchange{name: s.Name, doc: s.Doc, places: make(map[action][]place)}
			found[s.Name] = x
		}
		for _, b := range bridges {
			x.addBridge(b)
		}
		if len(bridges) == 0 {
			x.addLocal(m, s)
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *exchange) int { return strings.Compare(a.name, b.name) })
}

// bridgesOf returns the bridges of a signal that are not in tests.
func bridgesOf(m *Model, s Signal) []Bridge {
	var bridges []Bridge
	for _, b := range m.Bridges {
		if b.Signal == s.ID && !b.Test {
			bridges = append(bridges, b)
		}
	}
	return bridges
}

func (x *exchange) addBridge(b Bridge) {
	x.bridged = true
	x.carry(b.Carries)
	at := place{b.In.Package, b.Group, b.Carries}
	if b.Way == BridgePublish || b.Way == BridgeForward {
		x.places[actionSend] = append(x.places[actionSend], at)
	}
	if b.Way != BridgePublish {
		x.places[actionReceive] = append(x.places[actionReceive], at)
	}
}

// addLocal adds the sends and the receivers of a signal that is not bridged.
func (x *exchange) addLocal(m *Model, signal Signal) {
	x.carry(signal.Carries)
	for _, s := range m.Sends {
		if s.Signal == signal.ID && !s.Test {
			x.places[actionSend] = append(x.places[actionSend], place{pkg: s.In.Package, carries: signal.Carries})
		}
	}
	for _, r := range m.Receives {
		if r.Signal == signal.ID && !r.Test {
			x.places[actionReceive] = append(x.places[actionReceive], place{pkg: r.Receiver.Package, carries: signal.Carries})
		}
	}
}

func (x *exchange) carry(name string) {
	if !slices.Contains(x.carries, name) {
		x.carries = append(x.carries, name)
	}
}

// describe says which packages send or receive, and for which groups.
func (x *exchange) describe(a action) string {
	var packages, groups []string
	for _, p := range x.places[a] {
		packages = append(packages, p.pkg)
		if p.group != "" {
			groups = append(groups, p.group)
		}
	}
	verb := map[action]string{actionSend: "Sent", actionReceive: "Received"}[a]
	text := verb + " by " + listOf(packages) + "."
	if len(groups) > 0 {
		text += " Group: " + listOf(groups) + "."
	}
	return text
}

func listOf(names []string) string {
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}
