package lock

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/signalgen/signalgen/topology"
)

// What Compare says about a random change of a random payload agrees with
// encoding/json. If a change breaks nothing on the wire, all values come back
// unchanged, from the old type through the new one and the other way round. Otherwise,
// some value does not.
func TestWireProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := drawStruct(t, 2)
		now := old.changed(t)
		before, after := lockOf(t, old), lockOf(t, now)
		breaks := false
		for _, c := range Compare(before, after) {
			breaks = breaks || c.Class == Wire
		}
		lost := firstLost(t, before, after, old, now)
		if breaks && lost == "" && !hasConstants(before) {
			t.Fatalf("no value shows what breaks:\n%s%s", textOf(before, after), sources(old, now))
		}
		if !breaks && lost != "" {
			t.Fatalf("%s\nalthough nothing breaks:\n%s%s", lost, textOf(before, after), sources(old, now))
		}
	})
}

// hasConstants reports whether there is a struct without fields in JSON. It has only
// one value, which shows nothing.
func hasConstants(l *Lock) bool {
	for _, typ := range l.Signals[0].Types {
		if typ.Kind == topology.KindStruct && typ.Fields == nil {
			return true
		}
	}
	return false
}

// If the verdict says so, a message can be read. If it says the opposite, some message
// cannot.
func TestVerdictProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := drawStruct(t, 2)
		now := old.changed(t)
		before, after := lockOf(t, old), lockOf(t, now)
		v := judge(viewOf(&before.Signals[0]), viewOf(&after.Signals[0]), before.Signals[0].Carries, after.Signals[0].Carries)
		forward, backward := firstRefused(t, old, now), firstRefused(t, now, old)
		if (v.forward == unreadable) != (forward != "") || (v.backward == unreadable) != (backward != "") {
			t.Fatalf("verdict %+v, refused %q and %q:\n%s", v, forward, backward, sources(old, now))
		}
	})
}

// tries is how many values are tried for a pair of types.
const tries = 400

// firstRefused returns the first JSON of one type that another cannot read.
func firstRefused(t *rapid.T, from, to node) string {
	values := newValues(t)
	written, read := from.reflected(), to.reflected()
	for range tries {
		text := marshal(t, values.of(written))
		if err := json.Unmarshal(text, reflect.New(read).Interface()); err != nil {
			return string(text)
		}
	}
	return ""
}

// firstLost returns the first value that is lost between two types, and how.
func firstLost(t *rapid.T, before, after *Lock, old, now node) string {
	values := newValues(t)
	a, b := old.reflected(), now.reflected()
	forward := tree{&before.Signals[0], &before.Signals[0]}
	backward := tree{&after.Signals[0], &before.Signals[0]}
	for range tries {
		if lost := forward.roundTrip(t, values.of(a), b); lost != "" {
			return "old through new: " + lost
		}
		if lost := backward.roundTrip(t, values.of(b), a); lost != "" {
			return "new through old: " + lost
		}
	}
	return ""
}

// A tree compares JSON of a payload, as far as the other payload has its fields.
type tree struct{ of, known *Signal }

// roundTrip writes a value, lets another type read and write it, and reads it again. It
// returns what was lost.
func (c tree) roundTrip(t *rapid.T, value reflect.Value, through reflect.Type) string {
	wanted := marshal(t, asRead(t, marshal(t, value), value.Type()))
	between := reflect.New(through)
	if err := json.Unmarshal(wanted, between.Interface()); err != nil {
		return fmt.Sprintf("%s: %v", wanted, err)
	}
	text := marshal(t, between.Elem())
	back := reflect.New(value.Type())
	if err := json.Unmarshal(text, back.Interface()); err != nil {
		return fmt.Sprintf("%s, as %s: %v", wanted, text, err)
	}
	found := marshal(t, back.Elem())
	if !reflect.DeepEqual(c.bare(t, wanted), c.bare(t, found)) {
		return fmt.Sprintf("%s, as %s, is %s", wanted, text, found)
	}
	return ""
}

// asRead returns a value as its own type reads it: a pointer to nil is nil.
func asRead(t *rapid.T, text []byte, typ reflect.Type) reflect.Value {
	value := reflect.New(typ)
	if err := json.Unmarshal(text, value.Interface()); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value.Elem()
}

func marshal(t *rapid.T, value reflect.Value) []byte {
	text, err := json.Marshal(value.Interface())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// bare decodes JSON of type X, without what the other type does not have, and with
// empty lists and maps as null.
func (c tree) bare(t *rapid.T, text []byte) any {
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return c.strip(value, c.of.Carries, c.known.Carries)
}

func (c tree) strip(value any, of, known string) any {
	o, k := pointedTo(c.of, of), pointedTo(c.known, known)
	switch value := value.(type) {
	case []any:
		if len(value) == 0 {
			return nil
		}
		for i := range value {
			value[i] = c.strip(value[i], o.Elem, k.Elem)
		}
	case map[string]any:
		if o.Kind != "struct" {
			for key := range value {
				value[key] = c.strip(value[key], o.Elem, k.Elem)
			}
			if len(value) == 0 && o.Kind == "map" {
				return nil
			}
			return value
		}
		for _, f := range o.Fields {
			inner, written := value[f.Name]
			of := fieldFor(k.Fields, f.Name)
			switch {
			case !written:
			case of == nil && k.Kind == "struct":
				delete(value, f.Name)
			case of == nil:
				value[f.Name] = c.strip(inner, f.Type, k.Elem)
			default:
				value[f.Name] = c.strip(inner, f.Type, of.Type)
			}
			kind := viewOf(c.of).of(f.Type).Kind
			isEmptied := f.OmitEmpty && kind != topology.KindStruct // a struct is never empty
			omitted := (isEmptied || f.OmitZero || f.ByPointer) && !isNullable(kind)
			if value[f.Name] == nil || omitted && isZero(value[f.Name]) {
				delete(value, f.Name)
			}
		}
	case string:
		if value == "" && o.Kind == "bytes" {
			return nil
		}
	}
	return value
}

// pointedTo describes the type behind all pointers.
func pointedTo(s *Signal, name string) topology.Type {
	typ := viewOf(s).of(name)
	for typ.Kind == topology.KindPointer {
		typ = viewOf(s).of(typ.Elem)
	}
	return typ
}

// isZero reports whether JSON is that of a zero value.
func isZero(value any) bool {
	switch value := value.(type) {
	case []any:
		return !slices.ContainsFunc(value, func(v any) bool { return !isZero(v) })
	case map[string]any:
		return isZero(slices.Collect(maps.Values(value)))
	default:
		return slices.Contains([]any{nil, false, "", json.Number("0"), "0", "false", `""`, "0001-01-01T00:00:00Z"}, value)
	}
}
