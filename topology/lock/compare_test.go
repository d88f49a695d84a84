package lock

import (
	"testing"

	"github.com/signalgen/signalgen/topology"
)

// A type that refers to itself in a field that JSON leaves out is compared once.
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

// A pointer to a time with the option omitzero is left out if the time is zero, like a
// time. So each reads what the other has written.
func TestPointerToTimeThatIsLeftOut(t *testing.T) {
	lock := func(typ string) *Lock {
		const name = "example.com/p.T"
		return &Lock{Signals: []Signal{{
			Name: "p.t", Declared: name, Form: topology.Payload, Fails: true, Carries: name, Args: []topology.Arg{{Type: name}},
			Types: map[string]topology.Type{
				name:         {Kind: topology.KindStruct, Package: "example.com/p", Name: "T", Fields: []topology.TypeField{{Name: "at", Path: "At", Type: typ, OmitZero: true}}},
				"time.Time":  {Kind: topology.KindTime, Package: "time", Name: "Time"},
				"*time.Time": {Kind: topology.KindPointer, Elem: "time.Time"},
			},
		}}}
	}
	for _, change := range Compare(lock("time.Time"), lock("*time.Time")) {
		if change.Class != Source {
			t.Errorf("found %+v, wanted the class source", change)
		}
	}
}
