package lock

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// A SyntaxError says what is wrong with a line of a file.
type SyntaxError struct {
	Line int
	Msg  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s:%d: %s", File, e.Line, e.Msg) }

// Parse reads what [Lock.Format] writes. The paragraphs may be in any order, and lines
// may end in CRLF. An error is a [*SyntaxError].
func Parse(text []byte) (*Lock, error) {
	p := reader{lock: new(Lock)}
	for line := range strings.Lines(string(text)) {
		p.at++
		if err := p.line(strings.TrimRight(line, "\r\n")); err != nil {
			return nil, &SyntaxError{p.at, err.Error()}
		}
	}
	if !p.versioned {
		return nil, &SyntaxError{max(p.at, 1), "found no version, wanted the line version 1"}
	}
	for _, s := range p.lock.Signals {
		if s.Form == "" || s.Declared == "" {
			return nil, &SyntaxError{s.Pos.Line, "signal " + s.Name + " has no declared, or neither payload nor signature"}
		}
	}
	p.lock.sort()
	return p.lock, nil
}

// A reader is at a line. The following lines add to what is open.
type reader struct {
	lock      *Lock
	at        int
	versioned bool

	signal *Signal
	gone   *Gone
	typ    string // the name of a type of the signal
}

func (p *reader) line(line string) error {
	bare := strings.TrimLeft(line, "\t")
	depth := len(line) - len(bare)
	word, rest, _ := strings.Cut(bare, " ")
	switch {
	case bare == "" || depth == 0 && strings.HasPrefix(bare, "#"):
		return nil
	case depth == 0:
		return p.paragraph(word, rest)
	case depth == 1 && p.signal != nil:
		p.typ = ""
		return p.ofSignal(word, rest)
	case depth == 1 && p.gone != nil:
		return p.ofGone(word, rest)
	case depth == 2 && p.typ != "":
		return p.ofType(bare)
	}
	return fmt.Errorf("found %q, wanted it below a signal", bare)
}

func (p *reader) paragraph(word, rest string) error {
	p.signal, p.gone, p.typ = nil, nil, ""
	switch {
	case word == "version" && rest == "1":
		p.versioned = true
	case word == "version":
		return fmt.Errorf("found version %s, wanted 1; another release of signalgen has written the file", rest)
	case word == "signal" && rest != "":
		p.lock.Signals = append(p.lock.Signals, Signal{
			Name:  rest,
			Types: make(map[string]topology.Type),
			Pos:   topology.Position{File: File, Line: p.at, Column: 1},
		})
		p.signal = &p.lock.Signals[len(p.lock.Signals)-1]
	case word == "gone" && rest != "":
		p.lock.Gone = append(p.lock.Gone, Gone{Name: rest})
		p.gone = &p.lock.Gone[len(p.lock.Gone)-1]
	default:
		return fmt.Errorf("found %q, wanted signal or gone, and a name", strings.TrimSpace(word+" "+rest))
	}
	return nil
}

func (p *reader) ofSignal(word, rest string) (err error) {
	s := p.signal
	switch word {
	case "declared":
		s.Declared = rest
	case "foreign":
		s.Foreign = true
	case "private":
		s.Private = true
	case "parameters":
		s.Params = strings.Split(rest, " ")
	case "payload":
		s.Form, s.Carries, s.Fails = topology.Payload, rest, true
		s.Args = []topology.Arg{{Type: rest}}
	case "signature":
		s.Form, s.Carries = topology.Signature, rest
	case "argument":
		s.Args = append(s.Args, argOf(rest))
	case "result":
		s.Result = rest
	case "error":
		s.Fails = true
	case "sender":
		s.Sender = rest
	case string(Publish), string(Receive), string(Forward):
		var bridge Bridge
		bridge, err = bridgeOf(BridgeWay(word), rest)
		s.Bridges = append(s.Bridges, bridge)
	case "type":
		var typ topology.Type
		p.typ, typ, err = typeOf(rest)
		s.Types[p.typ] = typ
	case "allowed":
		return addAllowed(&s.Allowed, rest)
	default:
		return fmt.Errorf("found %q, wanted a line of a signal, such as declared, payload or type", word)
	}
	return err
}

func (p *reader) ofGone(word, rest string) error {
	switch word {
	case "declared":
		p.gone.Declared = rest
		return nil
	case "allowed":
		return addAllowed(&p.gone.Allowed, rest)
	default:
		return fmt.Errorf("found %q, wanted declared or allowed", word)
	}
}

func argOf(text string) topology.Arg {
	name, typ, _ := strings.Cut(text, " ")
	elem, variadic := strings.CutPrefix(typ, "...")
	if name == "-" {
		name = ""
	}
	return topology.Arg{Name: name, Type: elem, Variadic: variadic}
}

// bridgeOf reads keywords and their values in turn.
func bridgeOf(way BridgeWay, text string) (Bridge, error) {
	b := Bridge{Way: way}
	for text != "" {
		word, rest, _ := strings.Cut(text, " ")
		value, rest, err := unquoteFirst(rest)
		switch {
		case err != nil:
			return b, err
		case word == "group":
			b.Group = value
		case word == "key":
			b.Key = value
		case word == "of":
			b.Of = value
		default:
			return b, fmt.Errorf("found %q, wanted group, key or of", word)
		}
		text = strings.TrimPrefix(rest, " ")
	}
	return b, nil
}

// unquoteFirst returns the first word or quoted text, and the rest.
func unquoteFirst(text string) (first, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		first, rest, _ = strings.Cut(text, " ")
		if first == "" {
			return "", "", fmt.Errorf("found nothing, wanted a word or a text in quotes")
		}
		return first, rest, nil
	}
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", "", fmt.Errorf("found %s, wanted a text in quotes", text)
	}
	first, err = strconv.Unquote(quoted)
	return first, text[len(quoted):], err
}

func addAllowed(to *[]Allowed, text string) error {
	class, rest, _ := strings.Cut(text, " ")
	what, rest, err := unquoteFirst(rest)
	if err != nil {
		return err
	}
	rest, because := strings.CutPrefix(rest, " because ")
	reason, rest, err := unquoteFirst(rest)
	if err != nil {
		return err
	}
	if !because || rest != "" || Class(class).rank() < 1 {
		return fmt.Errorf(`found %q, wanted wire or source, "what" because "reason"`, text)
	}
	*to = append(*to, Allowed{Class(class), what, reason})
	return nil
}
