package topology

import (
	"cmp"
	"fmt"
	"path"
	"strings"
)

// addTies adds those who send and receive, tied to their signals.
func (p *pageMaker) addTies(m *Model) {
	for _, s := range m.Sends {
		p.addSend(s)
	}
	for _, r := range m.Receives {
		p.addReceive(r)
	}
	for _, b := range m.Bridges {
		if b.Way != BridgePublish {
			p.addBridge(p.Senders, b)
		}
		if b.Way == BridgePublish || b.Way == BridgeForward {
			p.addBridge(p.Receivers, b)
		}
	}
}

func (p *pageMaker) addSend(s Send) {
	if !p.lists(s.Signal) {
		return
	}
	p.tie(p.Senders, p.senderRow(s), s.Signal, pageTie{
		In: p.index[s.In.Package], How: sendHow(s), At: s.Pos.String(), Test: s.Test,
	})
}

func (p *pageMaker) addReceive(r Receive) {
	if !p.lists(r.Signal) {
		return
	}
	p.tie(p.Receivers, p.receiverRow(r), r.Signal, pageTie{
		In: p.index[r.In.Package], How: receiveHow(r), At: r.Pos.String(), Async: r.Options.Async, Test: r.Test,
	})
}

func (p *pageMaker) addBridge(c *pageColumn, b Bridge) {
	if !p.lists(b.Signal) {
		return
	}
	name := fullFuncName(b.In)
	row := p.row(c, fmt.Sprint("bridge ", b.Way, b.Group, b.In), "", name)
	row.Name, row.Full, row.At = name, "other processes, by "+name, b.In.Pos.String()
	row.badge(strings.ToLower(string(b.Way)))
	p.tie(c, row, b.Signal, pageTie{
		In: p.index[b.In.Package], How: bridgeHow(b), At: b.Pos.String(), Process: true, Test: b.Test,
	})
}

func (p *pageMaker) senderRow(s Send) *pageRow {
	if s.Way == WayChained {
		return p.chainRow(p.Senders, s.In, s.Chained, s.Signal)
	}
	return p.funcRow(p.Senders, s.In)
}

func (p *pageMaker) receiverRow(r Receive) *pageRow {
	if r.Kind == Chain {
		return p.chainRow(p.Receivers, r.In, r.Signal, r.Chained)
	}
	r.Receiver.Package = cmp.Or(r.Receiver.Package, r.In.Package) // an expression may have none
	row := p.funcRow(p.Receivers, r.Receiver)
	if r.Kind == Waiting {
		row.badge("waits")
	}
	if r.Options.Async {
		row.badge("async")
	}
	return row
}

// lists reports whether the page has a signal. A model from Load lists all signals that
// it refers to, but one read from a file may not.
func (p *pageMaker) lists(id string) bool { return p.Signals.rows[id] != nil }

// funcRow returns the row of a func, whatever it sends or hears.
func (p *pageMaker) funcRow(c *pageColumn, f Func) *pageRow {
	twin := p.label(f.Package) + "." + f.Name
	row := p.row(c, "func "+twin, f.Package, twin)
	row.Name, row.Full, row.At, row.Twin = f.Name, fullFuncName(f), f.Pos.String(), twin
	return row
}

// chainRow returns the row of a send that is a receiver of another signal. It is in
// both columns, in the package that connects the two.
func (p *pageMaker) chainRow(c *pageColumn, in Func, from, to string) *pageRow {
	name := p.signalName(from) + " → " + p.signalName(to)
	twin := "chain " + p.label(in.Package) + " " + from + " " + to
	row := p.row(c, twin, in.Package, name)
	row.Name, row.Full, row.At, row.Twin = name, name, in.Pos.String(), twin
	row.badge("chain")
	return row
}

// fullFuncName returns a func's name with that of its package.
func fullFuncName(f Func) string { return path.Base(f.Package) + "." + f.Name }

// signalName returns the full name of a signal, or its id if it is not listed.
func (p *pageMaker) signalName(id string) string {
	if row := p.Signals.rows[id]; row != nil {
		return row.Full
	}
	return id
}

// tie links a row of c to a signal, and the signal to the row.
func (p *pageMaker) tie(c *pageColumn, row *pageRow, id string, t pageTie) {
	signal := p.Signals.rows[id]
	p.Tests = p.Tests || t.Test
	row.places = append(row.places, signal.Signal.place)
	t.To, t.Name = signal.ID, signal.Full
	row.Ties = append(row.Ties, t)
	t.To, t.Name = row.ID, row.Full
	if c == p.Senders {
		signal.Signal.Sends = append(signal.Signal.Sends, t)
	} else {
		signal.Signal.Receives = append(signal.Signal.Receives, t)
	}
}
