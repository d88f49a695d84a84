package topology

import (
	"fmt"
	"slices"
	"strings"
)

// Only returns the part of the model that belongs to the program with the import path:
// the declarations, sends, receivers and bridges of its packages, and the signals that
// they use. It returns an error if there is no such program.
func (m *Model) Only(path string) (*Model, error) {
	i := slices.IndexFunc(m.Programs, func(p Program) bool { return p.Path == path })
	if i < 0 {
		return nil, fmt.Errorf("no program %s; %s", path, m.wantedProgram())
	}
	in := make(map[string]bool)
	for _, p := range m.Programs[i].Packages {
		in[p] = true
	}
	part := &Model{Programs: m.Programs[i : i+1], Types: m.Types}
	part.Sends = filter(m.Sends, func(s Send) bool { return in[s.In.Package] })
	part.Receives = filter(m.Receives, func(r Receive) bool { return in[r.In.Package] })
	part.Annotated = filter(m.Annotated, func(a Annotated) bool { return in[a.Receiver.Package] })
	part.Bridges = filter(m.Bridges, func(b Bridge) bool { return in[b.In.Package] })
	part.Unknown = filter(m.Unknown, func(u Unknown) bool { return in[u.In.Package] })
	part.Calls = filter(m.Calls, func(c Call) bool { return in[c.Caller.Package] })
	part.Faults = filter(m.Faults, func(f Fault) bool { return in[f.Package] })
	used := part.used()
	part.Signals = filter(m.Signals, func(s Signal) bool { return in[s.Package] || used[s.ID] })
	part.sort()
	return part, nil
}

// wantedProgram says which programs exist.
func (m *Model) wantedProgram() string {
	var paths []string
	for _, p := range m.Programs {
		paths = append(paths, p.Path)
	}
	if len(paths) == 1 && paths[0] == "" {
		return "none of the packages is main"
	}
	return "wanted " + strings.Join(paths, " or ")
}

// used returns the IDs of the signals that are sent, heard or bridged.
func (m *Model) used() map[string]bool {
	used := make(map[string]bool)
	for _, s := range m.Sends {
		used[s.Signal] = true
	}
	for _, r := range m.Receives {
		used[r.Signal] = true
	}
	for _, b := range m.Bridges {
		used[b.Signal] = true
	}
	for _, u := range m.Unknown {
		used[u.Signal] = true
	}
	return used
}

func filter[T any](list []T, keep func(T) bool) []T {
	var kept []T
	for _, element := range list {
		if keep(element) {
			kept = append(kept, element)
		}
	}
	return kept
}
