package lock

import (
	"testing"

	"github.com/signalgen/signalgen/topology"
)

// A type that refers to itself by a field that JSON leaves out is compared once.
func TestUnwrittenFieldOfItsOwnType(t *testing.T) {
	const name, pointer = "example.com/p.Node", "*example.com/p.Node"
	l := &Lock{Signals: []Signal{{
		Name: "p.node", Declared: name, Form: topology.Payload, Fails: true, Carries: name,
		Args: []topology.Arg{{Type: name}},
		Types: map[string]topology.Type{
			name:    {Kind: topology.KindStruct, Package: "example.com/p", Name: "Node", Unwritten: []topology.TypeField{{Path: "Next", Type: pointer}}},
			pointer: {Kind: topology.KindPointer, Elem: name},
		},
	}}}
	if changes := Compare(l, l); len(changes) > 0 {
		t.Errorf("found %v", changes)
	}
}
