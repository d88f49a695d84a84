package topology

import (
	"encoding/json"
)

// A schema is a JSON Schema of draft 7, on which AsyncAPI 3.0 builds.
type schema struct {
	Ref                  string             `json:"$ref,omitempty"`
	Description          string             `json:"description,omitempty"`
	Type                 any                `json:"type,omitempty"` // a string, or []string
	Format               string             `json:"format,omitempty"`
	Const                string             `json:"const,omitempty"`
	Enum                 []json.RawMessage  `json:"enum,omitempty"`
	EnumNames            []string           `json:"x-enum-varnames,omitempty"`
	EnumDescriptions     []string           `json:"x-enum-descriptions,omitempty"`
	Minimum              json.Number        `json:"minimum,omitempty"`
	Maximum              json.Number        `json:"maximum,omitempty"`
	Pattern              string             `json:"pattern,omitempty"`
	ContentEncoding      string             `json:"contentEncoding,omitempty"`
	ContentMediaType     string             `json:"contentMediaType,omitempty"`
	MinItems             *int64             `json:"minItems,omitempty"`
	MaxItems             *int64             `json:"maxItems,omitempty"`
	Items                *schema            `json:"items,omitempty"`
	Required             []string           `json:"required,omitempty"`
	Properties           map[string]*schema `json:"properties,omitempty"`
	PropertyNames        *schema            `json:"propertyNames,omitempty"`
	AdditionalProperties *schema            `json:"additionalProperties,omitempty"`
	AllOf                []*schema          `json:"allOf,omitempty"`
	AnyOf                []*schema          `json:"anyOf,omitempty"`
	Not                  *schema            `json:"not,omitempty"`
}

// schemas makes schemas of types. Those of declared types are components of the
// document, to which the others refer.
type schemas struct {
	types map[string]Type
	keys  map[string]string // keys of the components, by the names of the types
	wire  bool              // some signal is bridged, so there are headers
}

// schemasOf prepares the schemas of what signals carry.
func schemasOf(types map[string]Type, exchanges []*exchange) *schemas {
	s := &schemas{types: types}
	reached := make(map[string]bool)
	for _, x := range exchanges {
		s.wire = s.wire || x.bridged
		for _, name := range x.carries {
			s.reach(name, reached)
		}
	}
	var declared []string
	for name := range reached {
		if isComponent(types[name]) {
			declared = append(declared, name)
		}
	}
	s.keys = keysOf(declared, shortKey)
	return s
}

// reach adds a type and those that its schema refers to.
func (s *schemas) reach(name string, reached map[string]bool) {
	if reached[name] {
		return
	}
	reached[name] = true
	typ := s.types[name]
	for _, f := range typ.Fields {
		s.reach(f.Type, reached)
	}
	if typ.Elem != "" {
		s.reach(typ.Elem, reached)
	}
}

// isComponent reports whether the schema of a type is a component.
func isComponent(typ Type) bool {
	return typ.Package != "" && typ.Kind != KindTime && typ.Kind != KindRaw && typ.Kind != KindNumber
}

// all returns the components.
func (s *schemas) all() map[string]*schema {
	all := make(map[string]*schema)
	for name, key := range s.keys {
		typ := s.types[name]
		all[key] = s.describe(typ)
		if doc := markdown(typ.Doc); doc != "" {
			all[key].Description = doc
		}
	}
	if s.wire {
		all[headersKey] = headersSchema
	}
	return all
}

// of returns the schema of a type. For a declared type it is a reference.
func (s *schemas) of(name string) *schema {
	if key, ok := s.keys[name]; ok {
		return refTo(key)
	}
	return s.describe(s.types[name])
}

func refTo(key string) *schema { return &schema{Ref: "#/components/schemas/" + key} }

// describe returns the schema of what encoding/json writes for a type.
func (s *schemas) describe(typ Type) *schema {
	if isScalar(typ.Kind) {
		return scalar(typ)
	}
	switch typ.Kind {
	case KindNumber:
		return &schema{Type: "number"}
	case KindBytes:
		return &schema{Type: []string{"string", "null"}, ContentEncoding: "base64"}
	case KindTime:
		return &schema{Type: "string", Format: "date-time"}
	case KindText:
		return &schema{Type: "string"}
	case KindStruct:
		return s.object(typ)
	case KindSlice:
		return &schema{Type: []string{"array", "null"}, Items: s.of(typ.Elem)}
	case KindArray:
		return &schema{Type: "array", Items: s.of(typ.Elem), MinItems: &typ.Len, MaxItems: &typ.Len}
	case KindMap:
		return &schema{Type: []string{"object", "null"}, AdditionalProperties: s.of(typ.Elem), PropertyNames: keySchema(s.types[typ.Key].Kind)}
	case KindPointer:
		return orNull(s.of(typ.Elem))
	default:
		return anything(typ.Kind)
	}
}

// anything returns the schema for a kind whose JSON is not known.
func anything(kind TypeKind) *schema {
	switch kind {
	case KindOpaque:
		return &schema{Description: "Written by a method of its own."}
	case KindInterface:
		return &schema{Description: "Anything: a Go interface."}
	case KindParameter:
		return &schema{Description: "Anything: a type parameter."}
	case KindUnsupported:
		return &schema{Description: "A Go type without a form in JSON.", Not: &schema{}}
	}
	return &schema{}
}

// keySchema returns the schema of a map's keys, if they are not just any strings.
func keySchema(kind TypeKind) *schema {
	if isInteger(kind) {
		return &schema{Pattern: digitsOf(kind)}
	}
	return nil
}

// orNull returns a schema that also allows null.
func orNull(s *schema) *schema {
	null := &schema{Type: "null"}
	switch typ := s.Type.(type) {
	case string:
		if s.Enum == nil {
			s.Type = []string{typ, "null"}
			return s
		}
	case []string:
		return s // these allow null already
	case nil:
		if s.Ref == "" && s.Not == nil {
			return s // it allows anything, or null already
		}
	}
	return &schema{AnyOf: []*schema{s, null}}
}

// object returns the schema of a struct.
func (s *schemas) object(typ Type) *schema {
	o := &schema{Type: "object", Properties: make(map[string]*schema)}
	for _, f := range typ.Fields {
		o.Properties[f.Name] = s.field(f)
		if !f.OmitEmpty && !f.OmitZero && !f.ByPointer && s.types[f.Type].Kind != KindPointer {
			o.Required = append(o.Required, f.Name)
		}
	}
	return o
}

func (s *schemas) field(f TypeField) *schema {
	of := s.of(f.Type)
	if f.Quoted {
		of = s.quoted(f.Type)
	}
	doc := markdown(f.Doc)
	switch {
	case doc == "":
		return of
	case of.Ref != "": // whatever is beside a reference is ignored
		return &schema{Description: doc, AllOf: []*schema{of}}
	}
	of.Description = doc
	return of
}
