package lock

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// typeOf reads the line of a type, without its first word.
func typeOf(text string) (name string, typ topology.Type, err error) {
	name, form, found := cutType(text)
	form, typ.Decodes = strings.CutSuffix(form, " (decodes)")
	if !found || form == "" {
		return name, typ, fmt.Errorf("found %q, wanted the name of a type and its form", text)
	}
	if composite, ok := compositeOf(form); ok {
		composite.Decodes = typ.Decodes
		return name, composite, nil
	}
	typ.Kind = topology.TypeKind(form)
	if !slices.Contains(kinds, typ.Kind) {
		return name, typ, fmt.Errorf("found %q, wanted the form of a type, such as struct, string or []int", form)
	}
	return name, typ, nil
}

// cutType splits a text after the type that it begins with: at the first space outside
// of brackets and quotes.
func cutType(text string) (typ, rest string, found bool) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[', '{', '(':
			depth++
		case ']', '}', ')':
			depth--
		case '"':
			if quoted, err := strconv.QuotedPrefix(text[i:]); err == nil {
				i += len(quoted) - 1
			}
		case ' ':
			if depth == 0 {
				return text[:i], text[i+1:], i > 0
			}
		}
	}
	return text, "", false
}

// compositeOf parses the Go syntax of a composite type. ok is false for a name and for
// any other syntax.
func compositeOf(text string) (typ topology.Type, ok bool) {
	if elem, found := strings.CutPrefix(text, "*"); found {
		return topology.Type{Kind: topology.KindPointer, Elem: elem}, true
	}
	if elem, found := strings.CutPrefix(text, "[]"); found {
		return topology.Type{Kind: topology.KindSlice, Elem: elem}, true
	}
	inner, found := strings.CutPrefix(text, "map[")
	if found {
		key, elem, ok := cutBracket(inner)
		return topology.Type{Kind: topology.KindMap, Key: key, Elem: elem}, ok
	}
	if inner, found = strings.CutPrefix(text, "["); found {
		size, elem, _ := strings.Cut(inner, "]")
		n, err := strconv.ParseInt(size, 10, 64)
		return topology.Type{Kind: topology.KindArray, Len: n, Elem: elem}, err == nil
	}
	return topology.Type{}, false
}

// cutBracket splits a text at the bracket that closes one before the text.
func cutBracket(text string) (before, after string, ok bool) {
	depth := 1
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '"':
			if quoted, err := strconv.QuotedPrefix(text[i:]); err == nil {
				i += len(quoted) - 1
			}
		}
		if depth == 0 {
			return text[:i], text[i+1:], true
		}
	}
	return "", "", false
}

// ofType reads a line of the open type: a field or a constant.
func (p *reader) ofType(line string) (err error) {
	typ := p.signal.Types[p.typ]
	text, tag, isField := cutTag(line)
	name, value, isValue := strings.Cut(line, " = ")
	switch {
	case isField:
		var field topology.TypeField
		field, err = fieldOf(text, tag)
		if field.Name == "" {
			typ.Unwritten = append(typ.Unwritten, field)
		} else {
			typ.Fields = append(typ.Fields, field)
		}
	case isValue && json.Valid([]byte(value)):
		typ.Values = append(typ.Values, topology.TypeValue{Name: name, Value: value})
	default:
		return fmt.Errorf("found %q, wanted a field with its tag, or a constant as JSON", line)
	}
	p.signal.Types[p.typ] = typ
	return err
}

// cutTag splits the line of a field after its type.
func cutTag(line string) (field, tag string, found bool) {
	const begin, end = " `json:\"", "\"`"
	i := strings.LastIndex(line, begin)
	if i < 0 {
		return "", "", false
	}
	tag, found = strings.CutSuffix(line[i+len(begin):], end)
	return line[:i], tag, found
}

// fieldOf reads a field and its tag. A field that is not written has no name.
func fieldOf(text, tag string) (f topology.TypeField, err error) {
	path, typ, found := strings.Cut(text, " ")
	if !found || typ == "" {
		return f, fmt.Errorf("found %q, wanted a field and its type", text)
	}
	f.Path, f.ByPointer = strings.CutPrefix(path, "*")
	f.Type = typ
	if tag == "-" {
		return f, nil
	}
	name, options, _ := strings.Cut(tag, ",")
	if name == "" {
		return f, fmt.Errorf("found the tag %q, wanted a name in it", tag)
	}
	f.Name = name
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "":
		case "omitempty":
			f.OmitEmpty = true
		case "omitzero":
			f.OmitZero = true
		case "string":
			f.Quoted = true
		default:
			return f, fmt.Errorf("found the option %q, wanted omitempty, omitzero or string", option)
		}
	}
	return f, nil
}

// kinds are the kinds of types whose form is one word.
var kinds = []topology.TypeKind{
	topology.KindBool, topology.KindInt, topology.KindInt8, topology.KindInt16, topology.KindInt32, topology.KindInt64,
	topology.KindUint, topology.KindUint8, topology.KindUint16, topology.KindUint32, topology.KindUint64, topology.KindUintptr,
	topology.KindFloat32, topology.KindFloat64, topology.KindNumber, topology.KindString, topology.KindBytes, topology.KindTime,
	topology.KindText, topology.KindStruct, topology.KindAny, topology.KindInterface, topology.KindRaw, topology.KindParameter,
	topology.KindOpaque, topology.KindUnsupported,
}
