package lock

import (
	"cmp"
	"slices"
)

// Next returns the lock to write after a change from old to now. It keeps the changes
// that have been allowed before. If all new changes are allowed by the class allow,
// Next records the breaking ones with the reason. Otherwise it returns a nil lock, and
// the changes that are not allowed.
func Next(old, now *Lock, allow Class, reason string) (next *Lock, refused []Change) {
	changes := Compare(old, now)
	for _, c := range changes {
		if !allow.Allows(c.Class) {
			refused = append(refused, c)
		}
	}
	if refused != nil {
		return nil, refused
	}
	next = &Lock{Signals: slices.Clone(now.Signals), Gone: slices.Clone(old.Gone)}
	next.keep(old, now)
	for _, c := range changes {
		if c.Class != None {
			noted := next.notedAt(c)
			*noted = append(slices.Clip(*noted), Allowed{c.Class, cmp.Or(c.note, c.What), reason})
		}
	}
	next.sort()
	return next, nil
}

// keep copies the changes that have been allowed, including those of a signal that was
// removed and has been added again.
func (l *Lock) keep(old, now *Lock) {
	for _, p := range pairsOf(old, now) {
		switch {
		case p.old == nil:
		case p.now == nil:
			l.Gone = append(l.Gone, Gone{p.old.Name, p.old.Declared, p.old.Allowed})
		default:
			*l.allowedOf(p.now) = p.old.Allowed
		}
	}
	l.Gone = slices.DeleteFunc(l.Gone, func(g Gone) bool {
		i := slices.IndexFunc(l.Signals, func(s Signal) bool { return s.Name == g.Name && s.Declared == g.Declared })
		if i >= 0 {
			l.Signals[i].Allowed = slices.Concat(g.Allowed, l.Signals[i].Allowed)
		}
		return i >= 0
	})
}

func (l *Lock) allowedOf(of *Signal) *[]Allowed {
	i := slices.IndexFunc(l.Signals, func(s Signal) bool { return s.Name == of.Name && s.Declared == of.Declared })
	return &l.Signals[i].Allowed
}

// notedAt returns where a change is recorded: in its signal, or among the removed ones.
func (l *Lock) notedAt(c Change) *[]Allowed {
	if c.Kind != SignalGone {
		return l.allowedOf(&Signal{Name: c.Signal, Declared: c.Declared})
	}
	i := slices.IndexFunc(l.Gone, func(g Gone) bool { return g.Name == c.Signal && g.Declared == c.Declared })
	return &l.Gone[i].Allowed
}
