package topology

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Diff writes what has been added to a model and removed from it since an earlier one:
// signals, sends, receivers, bridges, and places where a signal cannot be followed.
// Each has a line that begins with a plus or a minus. A change of position is no
// difference.
func Diff(w io.Writer, earlier, now *Model) error {
	old, found := facts(earlier), facts(now)
	lines := make(map[fact]string)
	for f, pos := range found {
		if _, known := old[f]; !known {
			lines[f] = fmt.Sprintf("+ %s: %s (%s)\n", f.signal, f.what, pos)
		}
	}
	for f, pos := range old {
		if _, known := found[f]; !known {
			lines[f] = fmt.Sprintf("- %s: %s (%s)\n", f.signal, f.what, pos)
		}
	}
	var out bytes.Buffer
	for _, f := range slices.SortedFunc(maps.Keys(lines), fact.compare) {
		out.WriteString(lines[f])
	}
	_, err := w.Write(out.Bytes())
	return err
}

// A fact is something that a model says about a signal.
type fact struct {
	signal string // its label
	rank   int    // sorts by kind of fact
	what   string
}

func (f fact) compare(other fact) int {
	return cmp.Or(cmp.Compare(f.signal, other.signal), cmp.Compare(f.rank, other.rank), cmp.Compare(f.what, other.what))
}

// facts returns what a model says, and where that can be seen.
func facts(m *Model) map[fact]Position {
	found := make(map[fact]Position)
	labels := m.Labels()
	add := func(signal string, rank int, pos Position, format string, args ...any) {
		f := fact{labels[signal], rank, fmt.Sprintf(format, args...)}
		if signal == "" {
			f.signal = "any signal"
		}
		if _, known := found[f]; !known {
			found[f] = pos
		}
	}
	for _, s := range m.Signals {
		if s.Local {
			add(s.ID, 0, s.Pos, "it is declared")
		}
	}
	for _, s := range m.Sends {
		if s.Way != WayChained {
			add(s.Signal, 1, s.Pos, "%s sends it", s.In.Label())
		}
	}
	for _, r := range m.Receives {
		add(r.Signal, 2, r.Place(), "%s hears it", r.who(labels))
	}
	for _, b := range m.Bridges {
		add(b.Signal, 3, b.Pos, "%s %s", b.In.Label(), b.does())
	}
	for _, u := range m.Unknown {
		add(u.Signal, 4, u.Pos, "in %s %s", u.In.Label(), u.Reason)
	}
	return found
}

// does says what a bridge does with a signal.
func (b Bridge) does() string {
	group := ""
	if b.Group != "" {
		group = " in group " + b.Group
	}
	switch b.Way {
	case BridgePublish:
		return "publishes it"
	case BridgeForward:
		return "forwards it"
	default:
		return "receives it" + group + " from other processes"
	}
}
