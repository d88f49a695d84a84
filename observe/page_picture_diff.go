package observe

import (
	"cmp"
	"slices"
	"strings"
)

// A pictureDiff is where a picture and a program differ.
type pictureDiff struct {
	Error        string        `json:"error,omitempty"` // why the picture cannot be compared
	NotHere      []pictureItem `json:"notHere"`         // signals that are declared, but that this program does not have
	NeverSent    []pictureItem `json:"neverSent"`       // signals that are declared, but that nobody has sent so far
	NotDeclared  []pictureItem `json:"notDeclared"`     // signals that this program has, but that are not declared there
	NotConnected []pictureItem `json:"notConnected"`    // receivers that the source connects, but that are not connected now
	NotInSource  []pictureItem `json:"notInSource"`     // receivers that are connected now, but that the source does not connect
}

// A pictureItem is a signal, or a receiver of one.
type pictureItem struct {
	Signal   string `json:"signal"`
	Receiver string `json:"receiver,omitempty"`
	At       string `json:"at,omitempty"`
}

// diff compares the picture with the signals of a program.
func (p *picture) diff(signals []*pageSignal) *pictureDiff {
	d := &pictureDiff{}
	if p.err != nil {
		d.Error = p.err.Error()
		return d
	}
	here := make(map[string]*pageSignal)
	for _, s := range signals {
		if s.Set != "" {
			continue // the picture does not know sets
		}
		here[s.Name] = s
		if p.signal(s.Name) == nil {
			d.NotDeclared = append(d.NotDeclared, pictureItem{Signal: s.Name})
		}
	}
	receives := p.receives()
	for i := range p.Signals {
		declared := &p.Signals[i]
		s := here[declared.Name]
		switch {
		case s != nil:
			p.diffSignal(d, declared, s, receives[declared.ID])
		case declared.Local && !declared.Generic:
			d.NotHere = append(d.NotHere, pictureItem{Signal: declared.Name, At: declared.Pos.String()})
		}
	}
	return d
}

// receives returns the receivers of the picture, by the IDs of their signals.
func (p *picture) receives() map[string][]pictureReceive {
	all := make(map[string][]pictureReceive)
	for _, r := range p.Receives {
		if known := r.Kind == "func" || r.Kind == "method" || r.Kind == "literal"; known && !r.Test {
			all[r.Signal] = append(all[r.Signal], r)
		}
	}
	return all
}

func (p *picture) diffSignal(d *pictureDiff, declared *pictureSignal, s *pageSignal, receives []pictureReceive) {
	if s.Sends == 0 {
		d.NeverSent = append(d.NeverSent, pictureItem{Signal: s.Name, At: declared.Pos.String()})
	}
	for _, r := range s.Receivers {
		is := func(receive pictureReceive) bool { return p.same(r, receive) }
		if !slices.ContainsFunc(receives, is) {
			d.NotInSource = append(d.NotInSource, pictureItem{s.Name, shortName(r.Name), at(r.File, r.Line)})
		}
	}
	for _, receive := range receives {
		is := func(r ReceiverMetrics) bool { return r.Connections > 0 && p.same(r, receive) }
		if !slices.ContainsFunc(s.Receivers, is) {
			name := shortName(receive.Receiver.Package) + "." + receive.Receiver.Name
			d.NotConnected = append(d.NotConnected, pictureItem{s.Name, name, receive.Pos.String()})
		}
	}
}

// same reports whether a receiver is the one in the picture, by its name or by where it
// is declared or connected.
func (p *picture) same(r ReceiverMetrics, receive pictureReceive) bool {
	name := receive.Receiver.Package + "." + receive.Receiver.Name
	if r.Name == name || r.Name == cmp.Or(receive.Options.Name, name) {
		return true
	}
	for _, program := range p.Programs {
		if program.Path == receive.Receiver.Package && r.Name == "main."+receive.Receiver.Name {
			return true
		}
	}
	return isAt(r, receive.Receiver.Pos) || isAt(r, receive.Pos)
}

func isAt(r ReceiverMetrics, pos picturePosition) bool {
	return pos.Line > 0 && r.Line == pos.Line && (r.File == pos.File || strings.HasSuffix(r.File, "/"+pos.File))
}
