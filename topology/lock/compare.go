package lock

import (
	"bytes"
	"fmt"
	"slices"
)

// Compare returns the changes from one lock to another, in the order of the
// declarations.
func Compare(old, now *Lock) []Change {
	var changes []Change
	for _, p := range pairsOf(old, now) {
		switch {
		case p.old == nil:
			changes = append(changes, added(p.now))
		case p.now == nil:
			changes = append(changes, removed(p.old))
		default:
			changes = append(changes, compareSignals(p.old, p.now)...)
		}
	}
	slices.SortStableFunc(changes, Change.compare)
	return changes
}

// A pair is one signal in two locks. One side is nil for a new or removed signal.
type pair struct{ old, now *Signal }

// pairsOf pairs the signals of two locks: by name, then by declaration, then by the
// types of their arguments and results.
func pairsOf(old, now *Lock) []pair {
	m := matcher{old: pointers(old.Signals), now: pointers(now.Signals)}
	m.match(func(s *Signal) string { return s.Name + " " + s.Declared })
	m.match(func(s *Signal) string { return s.Name })
	m.match(func(s *Signal) string { return s.Declared })
	m.match(shapeOf)
	for _, s := range m.old {
		m.pairs = append(m.pairs, pair{old: s})
	}
	for _, s := range m.now {
		m.pairs = append(m.pairs, pair{now: s})
	}
	return m.pairs
}

func pointers(signals []Signal) []*Signal {
	list := make([]*Signal, len(signals))
	for i := range signals {
		list[i] = &signals[i]
	}
	return list
}

// A matcher has the signals that are not paired yet.
type matcher struct {
	old, now []*Signal
	pairs    []pair
}

// match pairs the signals that share a key, if each side has exactly one.
func (m *matcher) match(key func(*Signal) string) {
	before, after := byKey(m.old, key), byKey(m.now, key)
	paired := make(map[*Signal]bool)
	for _, s := range m.old {
		others := after[key(s)]
		if len(before[key(s)]) == 1 && len(others) == 1 {
			m.pairs = append(m.pairs, pair{s, others[0]})
			paired[s], paired[others[0]] = true, true
		}
	}
	isPaired := func(s *Signal) bool { return paired[s] }
	m.old, m.now = slices.DeleteFunc(m.old, isPaired), slices.DeleteFunc(m.now, isPaired)
}

func byKey(signals []*Signal, key func(*Signal) string) map[string][]*Signal {
	all := make(map[string][]*Signal)
	for _, s := range signals {
		all[key(s)] = append(all[key(s)], s)
	}
	return all
}

func added(s *Signal) Change {
	return Change{Kind: SignalNew, Class: None, Signal: s.Name, What: "it is new", Effect: runLock, Declared: s.Declared, Pos: s.Pos}
}

func removed(s *Signal) Change {
	c := Change{Kind: SignalGone, Class: Source, Signal: s.Name, What: "removed", Effect: notCompiling, Declared: s.Declared, Pos: s.Pos}
	switch {
	case s.Foreign:
		c.Class, c.What, c.Effect = Wire, "it is no longer bridged", "nobody hears what other processes send or wait for"
	case s.OnWire():
		c.Class, c.Effect = Wire, deaf(s.Name)
	}
	return c
}

// deaf is the effect of no longer publishing a signal under its name.
func deaf(name string) string { return fmt.Sprintf("groups that follow %q hear nothing more", name) }

// isDescribed reports whether two locks describe a signal in the same way.
func isDescribed(old, now *Signal) bool {
	text := func(s *Signal) []byte {
		var w writer
		plain := *s
		plain.Allowed = nil
		w.signal(plain)
		return w.Bytes()
	}
	return bytes.Equal(text(old), text(now))
}
