package vet

import (
	"fmt"
	"slices"

	"github.com/signalgen/signalgen/topology"
)

// split finds signals with the same stable name that one program publishes and another
// receives, with payloads that differ on the wire.
func split(m *topology.Model) (findings []Finding) {
	for _, out := range m.Bridges {
		for _, in := range m.Bridges {
			if out.Test || in.Test || out.Way != topology.BridgePublish || in.Way != topology.BridgeReceive && in.Way != topology.BridgeServe {
				continue
			}
			from, to := m.Signal(out.Signal), m.Signal(in.Signal)
			if from == nil || to == nil || from.ID == to.ID || from.Name != to.Name {
				continue
			}
			if where := newForms(m).differ(out.Carries, in.Carries, "the payload"); where != "" {
				place := in.Pos
				if to.Local {
					place = to.Pos
				}
				findings = append(findings, Finding{Position: place, Check: "split", Message: fmt.Sprintf(
					"%s is received here, and %s publishes another form of it (%s): %s", to.Name, from.ID, out.Pos, where,
				)})
			}
		}
	}
	return findings
}

// forms compares types as they are on the wire.
type forms struct {
	types map[string]topology.Type
	seen  map[[2]string]bool // pairs that have been, or are being, compared
}

func newForms(m *topology.Model) *forms { return &forms{m.Types, make(map[[2]string]bool)} }

// differ says where two types differ. It returns "" if they do not, or if one is not
// known. A field that the receiver does not have is not a difference: it is not read.
// The rules of package lock would not do here: there, a change in doubt breaks
// something; here, doubt is no finding.
func (f *forms) differ(from, to, where string) string {
	a, found := f.types[from]
	b, ok := f.types[to]
	if !found || !ok || from == to || f.seen[[2]string{from, to}] {
		return ""
	}
	f.seen[[2]string{from, to}] = true
	if a.Kind != b.Kind {
		if isOpen(a.Kind) || isOpen(b.Kind) {
			return ""
		}
		return fmt.Sprintf("%s is %s there, and %s here", where, from, to)
	}
	if a.Kind == topology.KindStruct {
		return f.fieldsDiffer(a, b, where)
	}
	if a.Len != b.Len {
		return fmt.Sprintf("%s is %s there, and %s here", where, from, to)
	}
	if differ := f.differ(a.Key, b.Key, "a key of "+where); differ != "" {
		return differ
	}
	return f.differ(a.Elem, b.Elem, "an element of "+where)
}

func (f *forms) fieldsDiffer(from, to topology.Type, where string) string {
	for _, b := range to.Fields {
		i := slices.IndexFunc(from.Fields, func(a topology.TypeField) bool { return a.Name == b.Name })
		if i < 0 {
			return fmt.Sprintf("%s has the field %s here, and not there", where, b.Name)
		}
		a := from.Fields[i]
		if a.Quoted != b.Quoted {
			return fmt.Sprintf("the field %s of %s is a string on one side only", b.Name, where)
		}
		if differ := f.differ(a.Type, b.Type, "the field "+b.Name+" of "+where); differ != "" {
			return differ
		}
	}
	return ""
}

// isOpen reports whether a type may have any JSON.
func isOpen(kind topology.TypeKind) bool {
	switch kind {
	case topology.KindAny, topology.KindInterface, topology.KindRaw, topology.KindOpaque, topology.KindParameter:
		return true
	default:
		return false
	}
}
