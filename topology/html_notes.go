package topology

import "strings"

// addNotes adds the lists below the columns.
func (p *pageMaker) addNotes(m *Model) {
	for _, u := range m.Unknown {
		note := pageNote{Name: "any signal", Text: u.Reason + ", in " + fullFuncName(u.In), At: u.Pos.String()}
		if row := p.Signals.rows[u.Signal]; row != nil {
			note.To, note.Name = row.ID, row.Full
		} else if u.Signal != "" {
			note.Name = u.Signal
		}
		p.Unknown = append(p.Unknown, note)
	}
	for _, a := range m.Annotated {
		if a.Connected {
			continue
		}
		p.Unconnected = append(p.Unconnected, pageNote{
			Name: fullFuncName(a.Receiver), Text: "a receiver of " + p.signalName(a.Signal), At: a.Receiver.Pos.String(),
		})
	}
	for _, f := range m.Faults {
		p.Faults = append(p.Faults, pageNote{Name: p.label(f.Package), Text: strings.TrimSpace(f.Message), At: f.Pos.String()})
	}
}
