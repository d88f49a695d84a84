package bridge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A Schemer is a [Codec] that can identify the shape of what it encodes. It is published
// as the attribute dataschema, and a subscription logs the first envelope whose dataschema
// is not its own. [JSON] and [Strict] are Schemers.
type Schemer interface {
	// Schema returns a URI that is the same for two types if and only if each
	// decodes completely what the other encodes, as far as the codec can tell. It
	// returns "" if the codec cannot tell.
	Schema(args reflect.Type) string
}

func schemaOf(codec Codec, args reflect.Type) string {
	if s, ok := codec.(Schemer); ok {
		return s.Schema(args)
	}
	return ""
}

// Schema returns a hash of the names and kinds of the fields. The names of Go types are
// not part of it, except those of types that encode themselves.
func (jsonCodec) Schema(args reflect.Type) string {
	var d description
	d.add(args)
	sum := sha256.Sum256([]byte(d.text.String()))
	return "urn:signalgen:json:" + hex.EncodeToString(sum[:8])
}

// A description is the shape of a type in JSON.
type description struct {
	text  strings.Builder
	under []reflect.Type // the structs that are being described, outermost first
}

func (d *description) add(t reflect.Type) {
	if t.Kind() == reflect.Pointer && !readsItself(t.Elem()) {
		d.text.WriteByte('?')
		d.add(t.Elem())
		return
	}
	if readsItself(t) {
		d.text.WriteString(t.String())
		return
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		d.text.WriteString("[]")
		d.add(t.Elem())
	case reflect.Map:
		d.text.WriteString("map ")
		d.add(t.Elem())
	case reflect.Struct:
		d.addStruct(t)
	default:
		d.text.WriteString(t.Kind().String())
	}
}

func (d *description) addStruct(t reflect.Type) {
	if i := slices.Index(d.under, t); i >= 0 {
		fmt.Fprintf(&d.text, "^%d", len(d.under)-i)
		return
	}
	d.under = append(d.under, t)
	d.text.WriteByte('{')
	for _, field := range jsonFields(t) {
		fmt.Fprintf(&d.text, "%q ", field.name)
		if field.quoted {
			d.text.WriteString("quoted ")
		}
		d.add(field.typ)
		d.text.WriteByte(';')
	}
	d.text.WriteByte('}')
	d.under = d.under[:len(d.under)-1]
}

// maxSchemas limits the schemas that a subscription logs: publishers could invent any
// number.
const maxSchemas = 100

// schemas logs envelopes whose schema is not the receiver's.
type schemas struct {
	own string // "" if the codec cannot tell

	mu     sync.Mutex // guards others
	others map[string]bool
}

// check logs a warning if e is the first envelope with another schema.
func (s *schemas) check(e *Envelope, typ, group string) {
	if s.own == "" || e.DataSchema == "" || e.DataSchema == s.own || !s.isNew(e.DataSchema) {
		return
	}
	slog.Default().Warn("the data of a bridged signal have another schema than its receiver",
		"signal", typ, "group", group, "source", e.Source, "found", e.DataSchema, "wanted", s.own)
}

func (s *schemas) isNew(schema string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.others[schema] || len(s.others) == maxSchemas {
		return false
	}
	if s.others == nil {
		s.others = make(map[string]bool)
	}
	s.others[schema] = true
	return true
}
