package observe

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A picture is what the page reads of the output of signalgen graph.
type picture struct {
	err error // why it could not be read

	Version  int `json:"version"`
	Programs []struct {
		Path string `json:"path"`
	} `json:"programs"`
	Signals  []pictureSignal  `json:"signals"`
	Receives []pictureReceive `json:"receives"`
}

// pictureVersion is the version that readPicture knows.
const pictureVersion = 1

type picturePosition struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// String returns the form file:line.
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

// signal returns what the picture has about a signal, or nil. p may be nil.
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

// signature returns the type of a signal that is declared as a func, or "" for a
// payload.
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

// shortType cuts the import path in a type to its last element.
func shortType(t string) string {
	start := strings.LastIndexAny(t, " []*(){},") + 1
	return t[:start] + shortName(t[start:])
}
