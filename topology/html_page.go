package topology

import (
	"fmt"
	"go/doc"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A page holds the data of html/page.html.
type page struct {
	Of       string // whose signals they are
	Programs []pageProgram
	Packages []pagePackage
	Tests    bool // some send, receive or bridge is in a test

	Senders, Signals, Receivers *pageColumn

	Unknown, Unconnected, Faults []pageNote
}

// A pagePackage is a package to filter by.
type pagePackage struct {
	Index       int
	Path, Label string
}

// A pageProgram is a program to filter by.
type pageProgram struct {
	Label    string
	Packages []int // indexes in page.Packages
}

// A pageNote is an entry of the lists below the columns.
type pageNote struct {
	To, Name string // To is the id of a row, or empty
	Text, At string
}

// A pageMaker makes a page.
type pageMaker struct {
	*page
	trim  string         // the common prefix of all package paths
	index map[string]int // of packages by path
}

func newPage(m *Model) *page {
	p := &pageMaker{page: &page{}, index: map[string]int{}}
	p.Senders = newPageColumn("senders", "Who sends", "Nobody sends.", "send:")
	p.Signals = newPageColumn("signals", "Signals", "There are no signals.", "")
	p.Receivers = newPageColumn("receivers", "Who receives", "Nobody receives.", "hear:")
	p.addPackages(m)
	p.addPrograms(m)
	p.addSignals(m)
	p.addTies(m)
	p.addNotes(m)
	p.Senders.sort()
	p.Receivers.sort()
	return p.page
}

// addPackages finds all packages, and the common prefix to cut from those in the
// patterns.
func (p *pageMaker) addPackages(m *Model) {
	local, all := map[string]bool{}, map[string]bool{}
	for _, program := range m.Programs {
		for _, path := range program.Packages {
			local[path] = true
		}
	}
	for _, s := range m.Signals {
		all[s.Package] = true
		if s.Local {
			local[s.Package] = true
		}
	}
	for _, s := range m.Sends {
		local[s.In.Package] = true
	}
	for _, r := range m.Receives {
		local[r.In.Package] = true
		all[r.Receiver.Package] = true
	}
	for _, b := range m.Bridges {
		local[b.In.Package] = true
	}
	p.trim = commonFolder(slices.Sorted(maps.Keys(local)))
	maps.Copy(all, local)
	for i, path := range slices.Sorted(maps.Keys(all)) {
		p.index[path] = i
		p.Packages = append(p.Packages, pagePackage{i, path, p.label(path)})
	}
}

// commonFolder returns the common prefix of sorted paths, up to a slash before the last
// element of the shortest.
func commonFolder(sorted []string) string {
	if len(sorted) == 0 {
		return ""
	}
	first, last := sorted[0], sorted[len(sorted)-1]
	folder := first[:strings.LastIndexByte(first, '/')+1]
	for !strings.HasPrefix(last, folder) {
		folder = folder[:strings.LastIndexByte(folder[:len(folder)-1], '/')+1]
	}
	return folder
}

// label returns a package's path without the common prefix.
func (p *pageMaker) label(path string) string { return strings.TrimPrefix(path, p.trim) }

func (p *pageMaker) addPrograms(m *Model) {
	p.Of = strings.TrimSuffix(p.trim, "/")
	if len(m.Programs) == 1 && m.Programs[0].Path != "" {
		p.Of = m.Programs[0].Path
	}
	if len(m.Programs) < 2 {
		return
	}
	for _, program := range m.Programs {
		choice := pageProgram{Label: p.label(program.Path)}
		for _, path := range program.Packages {
			choice.Packages = append(choice.Packages, p.index[path])
		}
		p.Programs = append(p.Programs, choice)
	}
}

func (p *pageMaker) addSignals(m *Model) {
	unknown := map[string]bool{}
	for _, u := range m.Unknown {
		unknown[u.Signal] = true
	}
	for i, s := range m.Signals {
		row := p.row(p.Signals, s.ID, s.Package, p.label(s.Package)+"."+s.Type)
		row.Name, row.Full, row.At = signalName(s), fullSignalName(s), s.Pos.String()
		if !s.Local {
			row.badge("declared elsewhere")
		}
		row.Signal = &pageSignal{
			Summary: new(doc.Package).Synopsis(s.Doc), Doc: strings.TrimSpace(s.Doc), Signature: signature(s),
			Marked: s.Local, Open: unknown[s.ID] || unknown[""], place: i,
		}
	}
	for i, group := range p.Signals.Groups {
		group.Hue = i % pageHues
	}
}

// pageHues is the number of colours that html/page.css has for packages of signals.
const pageHues = 8

// signalName returns the name of a signal within its package.
func signalName(s Signal) string {
	if s.Named {
		return s.Name
	}
	return s.Type
}

// fullSignalName returns the name of a signal outside of its package.
func fullSignalName(s Signal) string {
	if s.Named {
		return s.Name
	}
	return path.Base(s.Package) + "." + s.Type
}

// signature returns the type of a signal's receivers, without ctx.
func signature(s Signal) string {
	var args, results []string
	for _, arg := range s.Args {
		text := arg.Type
		if arg.Variadic {
			text = "..." + text
		}
		args = append(args, strings.TrimSpace(arg.Name+" "+text))
	}
	if s.Result != "" {
		results = append(results, s.Result)
	}
	if s.Fails {
		results = append(results, "error")
	}
	result := strings.Join(results, ", ")
	if len(results) > 1 {
		result = "(" + result + ")"
	}
	return shortType(strings.TrimSpace(fmt.Sprintf("func(%s) %s", strings.Join(args, ", "), result)))
}

var pathsInType = regexp.MustCompile(`([^\s\[\](){}*,/.]+[^\s\[\](){}*,/]*/)+`)

// shortType cuts each import path in a type to its last element.
func shortType(t string) string { return pathsInType.ReplaceAllString(t, "") }

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
