package topology

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What encoding/json writes for a value of any type agrees with the type's description:
// the keys of an object are its fields, and one is missing only if the description
// allows it.
func TestDescriptionsAgreeWithJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := typeDrawer{T: t}
		typ := drawn.structure("X", 3)
		pkg := check(t, drawn.source.String())
		table := newTestTable(pkg)
		name := table.add(pkg.typeOf("X"))

		value := reflect.New(typ.goType).Elem()
		drawn.fill(value)
		data, err := json.Marshal(value.Interface())
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(strings.NewReader(string(data)))
		decoder.UseNumber()
		var written any
		if err := decoder.Decode(&written); err != nil {
			t.Fatal(err)
		}
		if err := conforms(table.types, name, written); err != nil {
			t.Fatalf("%v\nin %s\nof %s", err, data, drawn.source.String())
		}
	})
}

// A drawnType is a type in source, and in this program.
type drawnType struct {
	source string
	goType reflect.Type
}

// A typeDrawer draws types, and records the declarations that they need.
type typeDrawer struct {
	*rapid.T
	source   strings.Builder
	begun    int // how many structs there are besides X
	declared []drawnType
}

var drawnLeaves = []drawnType{
	{"bool", reflect.TypeFor[bool]()},
	{"int8", reflect.TypeFor[int8]()},
	{"uint64", reflect.TypeFor[uint64]()},
	{"float64", reflect.TypeFor[float64]()},
	{"string", reflect.TypeFor[string]()},
	{"[]byte", reflect.TypeFor[[]byte]()},
	{"[2]byte", reflect.TypeFor[[2]byte]()},
	{"any", reflect.TypeFor[any]()},
	{"time.Time", reflect.TypeFor[time.Time]()},
	{"time.Duration", reflect.TypeFor[time.Duration]()},
	{"json.RawMessage", reflect.TypeFor[json.RawMessage]()},
	{"json.Number", reflect.TypeFor[json.Number]()},
	{"netip.Addr", reflect.TypeFor[netip.Addr]()},
	{"big.Int", reflect.TypeFor[big.Int]()},
	{"big.Float", reflect.TypeFor[big.Float]()},
}

var drawnKeys = []drawnType{
	{"string", reflect.TypeFor[string]()},
	{"int16", reflect.TypeFor[int16]()},
	{"netip.Addr", reflect.TypeFor[netip.Addr]()},
}

// any draws a type of at most the given depth.
func (d *typeDrawer) any(depth int) drawnType {
	if depth == 0 {
		return rapid.SampledFrom(drawnLeaves).Draw(d.T, "leaf")
	}
	switch elem := d.any(depth - 1); rapid.SampledFrom([]string{"elem", "pointer", "slice", "array", "map", "struct"}).Draw(d.T, "type") {
	case "pointer":
		return drawnType{"*" + elem.source, reflect.PointerTo(elem.goType)}
	case "slice":
		return drawnType{"[]" + elem.source, reflect.SliceOf(elem.goType)}
	case "array":
		return drawnType{"[1]" + elem.source, reflect.ArrayOf(1, elem.goType)}
	case "map":
		key := rapid.SampledFrom(drawnKeys).Draw(d.T, "key")
		return drawnType{"map[" + key.source + "]" + elem.source, reflect.MapOf(key.goType, elem.goType)}
	case "struct":
		return d.another(depth - 1)
	default:
		return elem
	}
}

// another draws a struct with a name of its own.
func (d *typeDrawer) another(depth int) drawnType {
	d.begun++
	return d.structure(fmt.Sprintf("S%d", d.begun), depth)
}

// structure draws a struct and declares it.
func (d *typeDrawer) structure(name string, depth int) drawnType {
	mark := reflect.StructField{Name: "of" + name, PkgPath: "example.com/p", Type: reflect.TypeFor[int]()} // makes all structs different
	fields, source := []reflect.StructField{mark}, []string{mark.Name + " int"}
	for _, field := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"A", "B", "C", "hidden"}), 0, 4, rapid.ID).Draw(d.T, "fields") {
		typ := d.any(depth)
		f := reflect.StructField{Name: field, Type: typ.goType, Tag: d.tag()}
		if field == "hidden" {
			f.PkgPath = "example.com/p"
		}
		fields, source = append(fields, f), append(source, fmt.Sprintf("%s %s `%s`", field, typ.source, f.Tag))
	}
	for _, e := range d.embedded(depth) {
		f := reflect.StructField{Name: e.source, Type: e.goType, Tag: d.tag(), Anonymous: true}
		if rapid.Bool().Draw(d.T, "pointer") {
			f.Type, e.source = reflect.PointerTo(f.Type), "*"+e.source
		}
		fields, source = append(fields, f), append(source, fmt.Sprintf("%s `%s`", e.source, f.Tag))
	}
	fmt.Fprintf(&d.source, "type %s struct {\n\t%s\n}\n", name, strings.Join(source, "\n\t"))
	typ := drawnType{name, reflect.StructOf(fields)}
	d.declared = append(d.declared, typ)
	return typ
}

// embedded draws structs to embed, new ones and some that are declared already.
func (d *typeDrawer) embedded(depth int) []drawnType {
	if depth == 0 {
		return nil
	}
	for range rapid.IntRange(0, 2).Draw(d.T, "new") {
		d.another(depth - 1)
	}
	if len(d.declared) == 0 {
		return nil
	}
	one := rapid.SampledFrom(d.declared)
	return rapid.SliceOfNDistinct(one, 0, 3, func(t drawnType) string { return t.source }).Draw(d.T, "embedded")
}

func (d *typeDrawer) tag() reflect.StructTag {
	return reflect.StructTag(rapid.SampledFrom([]string{
		"", "", "", `json:"A"`, `json:"b"`, `json:"b,omitempty"`, `json:",omitempty"`, `json:",omitzero"`, `json:",string"`, `json:"-"`, `json:"-,"`,
	}).Draw(d.T, "tag"))
}

// fill fills a value and its parts with random values, many of them zero.
func (d *typeDrawer) fill(v reflect.Value) {
	if !v.CanSet() || rapid.IntRange(0, 2).Draw(d.T, "zero") == 0 {
		return
	}
	switch value := v.Addr().Interface().(type) {
	case *any:
		*value = "anything"
	case *time.Time:
		*value = time.Unix(1, 0).UTC()
	case *json.RawMessage:
		*value = json.RawMessage(`{"raw":[]}`)
	case *json.Number:
		*value = "1e3"
	case *netip.Addr:
		*value = netip.IPv6Loopback()
	case *big.Int:
		value.SetInt64(7)
	case *big.Float:
		value.SetInt64(7)
	default:
		d.fillKind(v)
	}
}

func (d *typeDrawer) fillKind(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int8, reflect.Int16, reflect.Int64:
		v.SetInt(-1)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(200)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.String:
		v.SetString("text")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		d.fill(v.Index(0))
	case reflect.Array:
		d.fill(v.Index(0))
	case reflect.Map:
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		d.fill(key)
		d.fill(elem)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, elem)
	case reflect.Struct:
		for i := range v.NumField() {
			d.fill(v.Field(i))
		}
	}
}

// conforms returns an error if JSON does not agree with the description of its type.
func conforms(all map[string]Type, name string, value any) error {
	typ := all[name]
	switch value := value.(type) {
	case nil:
		return isOf(typ.Kind, name, value, KindPointer, KindSlice, KindMap, KindBytes, KindAny, KindRaw, KindOpaque)
	case bool:
		return isOf(behind(all, typ).Kind, name, value, KindBool)
	case string:
		return isOf(behind(all, typ).Kind, name, value, KindString, KindBytes, KindTime, KindText, KindAny, KindOpaque)
	case json.Number:
		return isOf(behind(all, typ).Kind, name, value, KindInt8, KindInt64, KindUint8, KindUint64, KindFloat64, KindNumber, KindOpaque)
	case []any:
		return conformsArray(all, behind(all, typ), name, value)
	default:
		return conformsObject(all, behind(all, typ), name, value.(map[string]any))
	}
}

// behind returns what pointers point to.
func behind(all map[string]Type, typ Type) Type {
	for typ.Kind == KindPointer {
		typ = all[typ.Elem]
	}
	return typ
}

func isOf(kind TypeKind, name string, value any, wanted ...TypeKind) error {
	for _, w := range wanted {
		if kind == w {
			return nil
		}
	}
	return fmt.Errorf("found %v (%T) for %s, of kind %s", value, value, name, kind)
}

func conformsArray(all map[string]Type, typ Type, name string, value []any) error {
	for _, elem := range value {
		if err := conforms(all, typ.Elem, elem); err != nil {
			return err
		}
	}
	if typ.Kind == KindArray && int64(len(value)) != typ.Len {
		return fmt.Errorf("found %d elements for %s", len(value), name)
	}
	return isOf(typ.Kind, name, value, KindSlice, KindArray)
}

func conformsObject(all map[string]Type, typ Type, name string, value map[string]any) error {
	switch typ.Kind {
	case KindOpaque, KindRaw:
		return nil
	case KindMap:
		for _, elem := range value {
			if err := conforms(all, typ.Elem, elem); err != nil {
				return err
			}
		}
		return nil
	}
	for _, f := range typ.Fields {
		elem, found := value[f.Name]
		delete(value, f.Name)
		if !found && !f.OmitEmpty && !f.OmitZero && !f.ByPointer {
			return fmt.Errorf("found no %q for %s", f.Name, name)
		}
		if _, isText := elem.(string); !found || f.Quoted && isText {
			continue
		}
		if err := conforms(all, f.Type, elem); err != nil || f.Quoted && elem != nil {
			return fmt.Errorf("%s: quoted %t: %v: %w", f.Name, f.Quoted, elem, err)
		}
	}
	if len(value) > 0 {
		return fmt.Errorf("found %v too for %s", value, name)
	}
	return isOf(typ.Kind, name, value, KindStruct)
}
