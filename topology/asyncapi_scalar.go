package topology

import (
	"encoding/json"
	"strconv"
	"strings"
)

// scalar returns the schema of a bool, number or string type.
func scalar(typ Type) *schema {
	var s *schema
	switch {
	case typ.Kind == KindBool:
		return &schema{Type: "boolean"}
	case typ.Kind == KindFloat32:
		return &schema{Type: "number", Format: "float"}
	case typ.Kind == KindFloat64:
		return &schema{Type: "number", Format: "double"}
	case typ.Kind == KindString:
		s = &schema{Type: "string"}
	default:
		s = &schema{Type: "integer", Format: integers[typ.Kind].format, Minimum: integers[typ.Kind].least, Maximum: integers[typ.Kind].most}
	}
	if isEnum(typ) {
		s.Minimum, s.Maximum = "", ""
		s.enumerate(typ.Values)
	}
	return s
}

// integers has the formats and bounds of integers. Types without a fixed size have the
// largest.
var integers = map[TypeKind]struct {
	format      string
	least, most json.Number
}{
	KindInt:     {"int64", "-9223372036854775808", "9223372036854775807"},
	KindInt8:    {"int8", "-128", "127"},
	KindInt16:   {"int16", "-32768", "32767"},
	KindInt32:   {"int32", "-2147483648", "2147483647"},
	KindInt64:   {"int64", "-9223372036854775808", "9223372036854775807"},
	KindUint:    {"uint64", "0", "18446744073709551615"},
	KindUint8:   {"uint8", "0", "255"},
	KindUint16:  {"uint16", "0", "65535"},
	KindUint32:  {"uint32", "0", "4294967295"},
	KindUint64:  {"uint64", "0", "18446744073709551615"},
	KindUintptr: {"uint64", "0", "18446744073709551615"},
}

// isEnum reports whether the constants of a type look like all values that it can have:
// several strings, or integers without a gap. Units and flags have gaps.
func isEnum(typ Type) bool {
	values := typ.Values
	if len(values) < 2 || values[0].Value == values[len(values)-1].Value {
		return false
	}
	if typ.Kind == KindString {
		return true
	}
	for i := range values[1:] {
		low, err := strconv.ParseInt(values[i].Value, 10, 64)
		if err != nil {
			return false
		}
		high, err := strconv.ParseInt(values[i+1].Value, 10, 64)
		if err != nil || high-low > 1 {
			return false
		}
	}
	return true
}

// enumerate sets the values of an enum. The names and docs of the constants are put in
// the fields that code generators read. Of two constants with the same value, the first
// counts.
func (s *schema) enumerate(values []TypeValue) {
	documented := false
	for i, v := range values {
		if i > 0 && v.Value == values[i-1].Value {
			continue
		}
		s.Enum = append(s.Enum, json.RawMessage(v.Value))
		s.EnumNames = append(s.EnumNames, v.Name)
		s.EnumDescriptions = append(s.EnumDescriptions, markdown(v.Doc))
		documented = documented || v.Doc != ""
	}
	if !documented {
		s.EnumDescriptions = nil
	}
}

// quoted returns the schema of JSON in a string.
func (s *schemas) quoted(name string) *schema {
	typ := s.types[name]
	switch {
	case typ.Kind == KindPointer:
		return orNull(s.quoted(typ.Elem))
	case typ.Kind == KindBool:
		return &schema{Type: "string", Enum: []json.RawMessage{[]byte(`"false"`), []byte(`"true"`)}}
	case isInteger(typ.Kind):
		return &schema{Type: "string", Pattern: digitsOf(typ.Kind)}
	default:
		return &schema{Type: "string", ContentMediaType: "application/json"}
	}
}

// digitsOf returns the pattern of an integer in a string.
func digitsOf(kind TypeKind) string {
	if strings.HasPrefix(string(kind), "uint") {
		return "^[0-9]+$"
	}
	return "^-?[0-9]+$"
}
