package topology

import "slices"

// An about holds everything that a model has about one signal.
type about struct {
	Signal
	sends    []Send
	receives []Receive
	bridges  []Bridge
	unknown  []Unknown
}

// bySignal returns an about for each signal, in order.
func (m *Model) bySignal() []about {
	all := make([]about, len(m.Signals))
	index := make(map[string]*about)
	for i, s := range m.Signals {
		all[i].Signal = s
		index[s.ID] = &all[i]
	}
	for _, s := range m.Sends {
		if a := index[s.Signal]; a != nil {
			a.sends = append(a.sends, s)
		}
	}
	for _, r := range m.Receives {
		if a := index[r.Signal]; a != nil {
			a.receives = append(a.receives, r)
		}
	}
	for _, b := range m.Bridges {
		if a := index[b.Signal]; a != nil {
			a.bridges = append(a.bridges, b)
		}
	}
	for _, u := range m.Unknown {
		if a := index[u.Signal]; a != nil {
			a.unknown = append(a.unknown, u)
		}
	}
	return all
}

// comesIn reports whether a bridge delivers sends of other processes here.
func (b Bridge) comesIn() bool { return b.Way == BridgeReceive || b.Way == BridgeServe }

// isSent reports whether anything sends the signal, as far as is known.
func (a about) isSent() bool {
	return len(a.sends) > 0 || slices.ContainsFunc(a.bridges, Bridge.comesIn)
}

// isHeard reports whether anything hears the signal, as far as is known.
func (a about) isHeard() bool {
	return len(a.receives) > 0 || slices.ContainsFunc(a.bridges, func(b Bridge) bool { return !b.comesIn() })
}

// isOrdered reports whether the order of the receivers is known: one call connects all
// of them, or no two have the same priority.
func (a about) isOrdered() bool {
	if len(a.receives) < 2 {
		return false
	}
	priorities := make(map[int]bool)
	oneCall := true
	for _, r := range a.receives {
		if r.Kind == Waiting || r.Options.Partial || r.TypeArgs != nil {
			return false
		}
		priorities[r.Options.Priority] = true
		oneCall = oneCall && r.How == HowWired && r.Pos == a.receives[0].Pos
	}
	return oneCall || len(priorities) == len(a.receives)
}
