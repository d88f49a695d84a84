package topology

import (
	"cmp"
	"slices"
)

// sort sorts all lists as the Model promises. It makes nil lists empty, for their JSON.
func (m *Model) sort() {
	sorted(&m.Sends, func(a, b Send) int { return cmp.Or(cmp.Compare(a.Signal, b.Signal), a.Pos.compare(b.Pos)) })
	sorted(&m.Receives, compareReceives)
	sorted(&m.Annotated, func(a, b Annotated) int {
		return cmp.Or(cmp.Compare(a.Signal, b.Signal), a.Receiver.Pos.compare(b.Receiver.Pos))
	})
	sorted(&m.Bridges, func(a, b Bridge) int { return cmp.Or(cmp.Compare(a.Signal, b.Signal), a.Pos.compare(b.Pos)) })
	sorted(&m.Unknown, func(a, b Unknown) int {
		return cmp.Or(cmp.Compare(a.Signal, b.Signal), a.Pos.compare(b.Pos), cmp.Compare(a.Reason, b.Reason))
	})
	sorted(&m.Calls, func(a, b Call) int {
		return cmp.Or(cmp.Compare(a.Caller.key(), b.Caller.key()), a.Pos.compare(b.Pos), cmp.Compare(a.Callee.key(), b.Callee.key()))
	})
	sorted(&m.Faults, func(a, b Fault) int {
		return cmp.Or(a.Pos.compare(b.Pos), cmp.Compare(a.Package, b.Package), cmp.Compare(a.Message, b.Message))
	})
	if m.Signals == nil {
		m.Signals = []Signal{}
	}
}

func sorted[T any](list *[]T, compare func(a, b T) int) {
	if *list == nil {
		*list = []T{}
	}
	slices.SortStableFunc(*list, compare)
}

// compareReceives keeps the order of receivers with the same priority that one call
// connects: they are in the order of the wire file.
func compareReceives(a, b Receive) int {
	return cmp.Or(
		cmp.Compare(a.Signal, b.Signal),
		cmp.Compare(b.Options.Priority, a.Options.Priority),
		a.Pos.compare(b.Pos),
	)
}

func (p Position) compare(other Position) int {
	return cmp.Or(cmp.Compare(p.File, other.File), cmp.Compare(p.Line, other.Line), cmp.Compare(p.Column, other.Column))
}
