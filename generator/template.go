package generator

import (
	"slices"
	"strings"
	"sync"
)

// Templates are parts of outputs that differ only in the name of the signal. Most
// signals are payloads, and everything generated for these is alike. Formatting it once
// instead of a thousand times makes a large run several times as fast. Templates are
// kept for one run.
type templates struct {
	byKey sync.Map // of *template, by templateKey
}

// template is a part for a signal with a stand-in as its name.
type template struct {
	once sync.Once
	part part
	err  error
}

// templateKey is everything that a part of a payload signal depends on besides its
// name.
type templateKey struct {
	piece                    pieceKind
	exported, private, inSet bool
	local                    locals
	data                     string // the name of the parameter
	imports                  string // the names of the imports that the part may need
}

// The stand-ins for a signal's name. They differ only in the first letter.
const (
	standInExported   = "Zzsignalzz"
	standInUnexported = "zzsignalzz"
)

// render returns the part of a piece.
func (t *templates) render(o *output, imports map[string]importName, p piece) (part, error) {
	if !p.isAlike() {
		return renderPiece(o, imports, p.write, p.signal)
	}
	found, _ := t.byKey.LoadOrStore(p.key(imports), new(template))
	made := found.(*template)
	made.once.Do(func() {
		made.part, made.err = renderPiece(o, imports, p.write, p.signal.standIn())
	})
	if made.err != nil {
		return part{}, made.err
	}
	if p.signal == nil {
		return made.part, nil
	}
	names := strings.NewReplacer(standInExported, upperFirst(p.signal.name), standInUnexported, p.signal.name)
	return part{imports: made.part.imports, text: []byte(names.Replace(string(made.part.text)))}, nil
}

func renderPiece(o *output, imports map[string]importName, write func(*emitter, *signal), s *signal) (part, error) {
	e := newEmitter(o, imports)
	write(e, s)
	return e.render()
}

// isAlike reports whether the piece is the same for other signals except for the name,
// and gofmt's layout does not depend on the length of the name.
func (p piece) isAlike() bool {
	s := p.signal
	switch {
	case p.kind == version:
		return true
	case p.kind == lone, s.isFunc, s.isGeneric(), s.sender != nil:
		return false
	default:
		return p.kind != assertion || s.kind == aStruct
	}
}

func (p piece) key(imports map[string]importName) templateKey {
	var names []string
	for _, path := range []string{contextPath, iterPath, weakPath, runtimePath} {
		names = append(names, imports[path].name)
	}
	key := templateKey{piece: p.kind, imports: strings.Join(names, " ")}
	if s := p.signal; s != nil {
		key.exported, key.private, key.inSet, key.local, key.data = s.exported(), s.private, s.inSet(), s.local, s.params[0].name
	}
	return key
}

// standIn returns the signal with a name that is replaced later.
func (s *signal) standIn() *signal {
	if s == nil {
		return nil
	}
	other := *s
	other.name = standInExported
	if !s.exported() {
		other.name = standInUnexported
	}
	other.params = slices.Clone(s.params)
	other.params[0].typ = typeExpr{{text: other.name, path: s.params[0].typ[0].path}}
	return &other
}
