package observe

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A picture is what the page reads of what signalgen graph has written.
type picture struct {
	err error // why there is none

	Version  int `json:"version"`
	Programs []struct {
		Path string `json:"path"`
	} `json:"programs"`
	Signals  []pictureSignal  `json:"signals"`
	Receives []pictureReceive `json:"receives"`
}

// pictureVersion is that of the form that readPicture knows.
const pictureVersion = 1

type picturePosition struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// String is of the form file:line.
func (p picturePosition) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

type pictureSignal struct {
	ID   string          `json:"id"`
	Name string          `json:"name"`
	Type string          `json:"type"`
	Form string          `json:"form"`
	Pos  picturePosition `json:"pos"`
	Args []struct {
		Name     string `json:"name"`
		Type     string `json:"type"`
		Variadic bool   `json:"variadic"`
	} `json:"args"`
	Result  string `json:"result"`
	Fails   bool   `json:"fails"`
	Generic bool   `json:"generic"`
	Local   bool   `json:"local"`
}

type pictureReceive struct {
	Signal   string `json:"signal"` // ID
	Kind     string `json:"kind"`
	Receiver struct {
		Package string          `json:"package"`
		Name    string          `json:"name"`
		Pos     picturePosition `json:"pos"`
	} `json:"receiver"`
	Options struct {
		Name string `json:"name"`
	} `json:"options"`
	Pos  picturePosition `json:"pos"`
	Test bool            `json:"test"`
}

func readPicture(graph []byte) *picture {
	p := new(picture)
	if err := json.Unmarshal(graph, p); err != nil {
		return &picture{err: fmt.Errorf("the graph that was given cannot be read: %w", err)}
	}
	if p.Version != pictureVersion {
		return &picture{err: fmt.Errorf("found a graph of version %d, wanted %d", p.Version, pictureVersion)}
	}
	return p
}

// signal returns what the picture has of a signal, or nil. There may be no picture.
func (p *picture) signal(name string) *pictureSignal {
	if p == nil {
		return nil
	}
	for i := range p.Signals {
		if p.Signals[i].Name == name {
			return &p.Signals[i]
		}
	}
	return nil
}

// signature is the type of a signal that is declared as a func, and empty for a payload.
func (s *pictureSignal) signature() string {
	if s.Form != "signature" {
		return ""
	}
	args := []string{"ctx"}
	for _, arg := range s.Args {
		text := shortType(arg.Type)
		if arg.Variadic {
			text = "..." + text
		}
		args = append(args, strings.TrimSpace(arg.Name+" "+text))
	}
	var results []string
	if s.Result != "" {
		results = append(results, shortType(s.Result))
	}
	if s.Fails {
		results = append(results, "error")
	}
	result := strings.Join(results, ", ")
	if len(results) > 1 {
		result = "(" + result + ")"
	}
	return strings.TrimSpace(fmt.Sprintf("type %s func(%s) %s", s.Type, strings.Join(args, ", "), result))
}

// shortType leaves of an import path in a type the last element.
func shortType(t string) string {
	start := strings.LastIndexAny(t, " []*(){},") + 1
	return t[:start] + shortName(t[start:])
}

// A pictureDiff is what a picture and a program do not agree on.
type pictureDiff struct {
	Error        string        `json:"error,omitempty"` // why there is nothing to compare with
	NotHere      []pictureItem `json:"notHere"`         // signals that are declared, and that this program has not
	NeverSent    []pictureItem `json:"neverSent"`       // signals that are declared, and that nobody has sent so far
	NotDeclared  []pictureItem `json:"notDeclared"`     // signals that this program has, and that are not declared there
	NotConnected []pictureItem `json:"notConnected"`    // receivers that the source connects, and that are not connected now
	NotInSource  []pictureItem `json:"notInSource"`     // receivers that are connected now, and that the source does not connect
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
			continue // the picture knows no sets
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

// receives returns what the picture has of receivers, by the IDs of their signals.
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

// same reports whether a receiver is the one that the picture has: by its name, or by
// where it is declared or connected.
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

// A pictureView is what of a picture is shown.
type pictureView struct {
	Error string
	Lists []pictureList
}

// A pictureList is what a picture and a program do not agree on, of one kind.
type pictureList struct {
	Title, Text string
	Items       []pictureLine
}

type pictureLine struct{ Name, Note, At string }

// pictureView shows a comparison, of one signal or, without a name, of all. There may be
// none.
func (*page) pictureView(d *pictureDiff, signal string) *pictureView {
	if d == nil {
		return nil
	}
	v := &pictureView{Error: d.Error}
	for _, list := range []struct {
		title, text string
		items       []pictureItem
	}{
		{"Declared, not here", "This program does not have these signals.", d.NotHere},
		{"Never sent", "Nobody has sent these signals since the program was started.", d.NeverSent},
		{"Not declared", "The source that the graph was made of does not declare these signals.", d.NotDeclared},
		{"Not connected", "The source connects these receivers. They are not connected now.", d.NotConnected},
		{"Connected, not in the source", "The source that the graph was made of does not show who connects these receivers.", d.NotInSource},
	} {
		lines := pictureLines(list.items, signal)
		if len(lines) > 0 {
			v.Lists = append(v.Lists, pictureList{list.title, list.text, lines})
		}
	}
	return v
}

func pictureLines(items []pictureItem, signal string) (lines []pictureLine) {
	for _, item := range items {
		if signal != "" && item.Signal != signal {
			continue
		}
		line := pictureLine{Name: item.Signal, At: item.At}
		if item.Receiver != "" {
			line.Name, line.Note = item.Receiver, item.Signal
		}
		lines = append(lines, line)
	}
	return lines
}
