package lock

import (
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// New returns the lock of the module with this path, from a model of all its packages.
// It has the signals that the module declares, and those of others that it bridges.
// Tests do not count.
func New(m *topology.Model, module string) *Lock {
	l := new(Lock)
	for _, s := range m.Signals {
		bridges, at := bridgesOf(m, s)
		if !s.Local && len(bridges) == 0 {
			continue
		}
		signal := Signal{
			Name:     s.Name,
			Declared: s.ID,
			Foreign:  !s.Local,
			Private:  s.Private,
			Form:     s.Form,
			Args:     s.Args,
			Carries:  s.Carries,
			Result:   s.Result,
			Fails:    s.Fails,
			Sender:   s.Sender,
			Bridges:  bridges,
			Pos:      s.Pos,
		}
		if s.Generic {
			signal.Params = m.Types[s.Carries].TypeArgs
		}
		if signal.Foreign {
			signal.Pos = at
		}
		d := describer{all: m.Types, module: module, found: make(map[string]topology.Type)}
		d.signal(&signal)
		signal.Types = d.found
		l.Signals = append(l.Signals, signal)
	}
	l.sort()
	return l
}

// bridgesOf returns the bridges of a signal, and where the first of them is.
func bridgesOf(m *topology.Model, s topology.Signal) (bridges []Bridge, at topology.Position) {
	for _, b := range m.Bridges {
		if b.Signal != s.ID || b.Test {
			continue
		}
		if at.File == "" {
			at = b.Pos
		}
		bridge := Bridge{Group: b.Group}
		if s.Generic {
			bridge.Of = b.Carries
		}
		switch b.Way {
		case topology.BridgePublish:
			bridge.Way, bridge.Key = Publish, b.Key
			if b.Key == "" && s.Sender != "" {
				bridge.Key = "sender"
			}
		case topology.BridgeForward:
			bridge.Way = Forward
		default:
			bridge.Way = Receive
		}
		bridges = append(bridges, bridge)
	}
	return bridges, at
}

// A describer collects the types that a signal consists of.
type describer struct {
	all    map[string]topology.Type
	module string
	found  map[string]topology.Type
}

func (d *describer) signal(s *Signal) {
	wire := s.OnWire()
	for _, b := range s.Bridges {
		d.add(b.Of, wire)
	}
	d.add(s.Carries, wire)
	for _, arg := range s.Args {
		d.add(arg.Type, wire)
	}
	d.add(s.Sender, false)
	d.add(s.Result, false)
}

// add describes a type, and the types that it consists of. It does not describe types
// of other modules that are not on the wire.
func (d *describer) add(name string, wire bool) {
	typ, known := d.all[name]
	if _, found := d.found[name]; found || !known {
		return
	}
	if typ.Name != "" && !d.isOwn(typ.Package) && (!wire || typ.Package == "") {
		return
	}
	if typ.Name == "" && typ.Kind != topology.KindStruct { // its name says everything
		d.add(typ.Elem, wire)
		d.add(typ.Key, wire)
		return
	}
	if !d.isOwn(typ.Package) && isStandard(typ.Package) {
		if typ.Kind == topology.KindStruct {
			return
		}
		typ.Values = nil
	}
	typ = bare(typ)
	d.found[name] = typ
	for _, f := range typ.Fields {
		d.add(f.Type, wire)
	}
	for _, f := range typ.Unwritten {
		d.add(f.Type, false)
	}
	d.add(typ.Elem, wire)
	d.add(typ.Key, wire)
}

// isOwn reports whether a package belongs to the module. Unnamed types have no package.
func (d *describer) isOwn(path string) bool {
	return path == d.module || strings.HasPrefix(path, d.module+"/")
}

// isStandard reports whether a package belongs to the standard library: its path does
// not begin with a host.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return path != "" && !strings.Contains(first, ".")
}

// bare removes what a lock does not say about a type, and what its name says.
func bare(typ topology.Type) topology.Type {
	typ.Package, typ.Name, typ.TypeArgs, typ.Doc = "", "", nil, ""
	typ.Fields = withoutDocs(typ.Fields)
	typ.Unwritten = withoutDocs(typ.Unwritten)
	var values []topology.TypeValue
	for _, v := range typ.Values {
		values = append(values, topology.TypeValue{Name: v.Name, Value: v.Value})
	}
	typ.Values = values
	if typ.Kind == topology.KindBytes || typ.Kind == topology.KindUnsupported {
		typ.Elem, typ.Key = "", ""
	}
	return typ
}

func withoutDocs(fields []topology.TypeField) []topology.TypeField {
	var bare []topology.TypeField
	for _, f := range fields {
		f.Doc = ""
		bare = append(bare, f)
	}
	return bare
}
