package topology

import "go/types"

// A Type is a Go type as encoding/json encodes it, and so as other processes see it.
//
// A Model has each type by its name, which is Go syntax with import paths: int64,
// []example.com/shop/order.Item, map[string]time.Time. Aliases are resolved, byte is
// uint8 and rune is int32, so a type has exactly one name. The name of a type that a
// func declares ends in numbers, as in example.com/shop/order.line·1·4. All types that
// a Type names are in the Model as well, so a type may refer to itself.
type Type struct {
	Kind TypeKind `json:"kind"`

	// Package and Name are set for a declared type: its import path, which is empty
	// for error, and its name there, without type arguments.
	Package string `json:"package,omitempty"`
	Name    string `json:"name,omitempty"`

	// TypeArgs are the names of the type arguments of an instance, or of the type
	// parameters of the generic type itself.
	TypeArgs []string `json:"typeArgs,omitempty"`

	// Doc is the doc comment of a declared type, without directives. The docs of types,
	// fields and constants are empty if there is no source, and for the standard
	// library.
	Doc string `json:"doc,omitempty"`

	// Fields are the fields of a struct that are in its JSON object, in order.
	Fields []TypeField `json:"fields,omitempty"`

	// Unwritten are exported fields that the object omits because their tag is "-".
	// They have no Name.
	Unwritten []TypeField `json:"unwritten,omitempty"`

	// Elem is the name of the element type of a slice, an array or a map, or of the
	// type that a pointer points to.
	Elem string `json:"elem,omitempty"`

	Key string `json:"key,omitempty"` // the name of the type of a map's keys
	Len int64  `json:"len,omitempty"` // length of an array

	// Values are the exported constants of a declared bool, number or string type in
	// its own package, sorted by value. A variable of the type may have other values.
	Values []TypeValue `json:"values,omitempty"`

	// Decodes says that the type has a method UnmarshalJSON or UnmarshalText, even if
	// it does not have the method that encodes.
	Decodes bool `json:"decodes,omitempty"`
}

// TypesOf describes types, and all types that they consist of, as in a [Model], but
// without doc comments. It returns the names of the given types, in order.
//
// If a package comes from export data, its types may lack constants that the importing
// package does not use.
func TypesOf(given ...types.Type) (names []string, described map[string]Type) {
	t := newTypeTable(
		func(types.Object) string { return "" },
		func(p *types.Package) *types.Package { return p },
	)
	for _, typ := range given {
		names = append(names, t.add(typ))
	}
	return names, t.types
}

// A TypeKind says how encoding/json writes a type.
type TypeKind string

// The kinds of types that are written as one value.
const (
	KindBool    TypeKind = "bool"
	KindInt     TypeKind = "int"
	KindInt8    TypeKind = "int8"
	KindInt16   TypeKind = "int16"
	KindInt32   TypeKind = "int32"
	KindInt64   TypeKind = "int64"
	KindUint    TypeKind = "uint"
	KindUint8   TypeKind = "uint8"
	KindUint16  TypeKind = "uint16"
	KindUint32  TypeKind = "uint32"
	KindUint64  TypeKind = "uint64"
	KindUintptr TypeKind = "uintptr"
	KindFloat32 TypeKind = "float32"
	KindFloat64 TypeKind = "float64"
	KindNumber  TypeKind = "number" // json.Number: any number
	KindString  TypeKind = "string"
	KindBytes   TypeKind = "bytes" // a slice of bytes: a string in base64, or null
	KindTime    TypeKind = "time"  // time.Time, or a struct that embeds one and is written as that
	KindText    TypeKind = "text"  // a type with a method MarshalText: a string
)

// The kinds of types that are written as several values.
const (
	KindStruct  TypeKind = "struct"
	KindSlice   TypeKind = "slice" // or null
	KindArray   TypeKind = "array"
	KindMap     TypeKind = "map"     // or null
	KindPointer TypeKind = "pointer" // what it points to, or null
)

// The kinds of types that may be written as anything, or are not written at all.
const (
	KindAny       TypeKind = "any"       // an interface without methods
	KindInterface TypeKind = "interface" // an interface with methods, into which nothing can be decoded
	KindRaw       TypeKind = "raw"       // json.RawMessage
	KindParameter TypeKind = "parameter" // a type parameter

	// An opaque type has a method MarshalJSON. Or only its pointer type has a
	// MarshalJSON or MarshalText, which encoding/json calls if it has a pointer, in a
	// slice or through a pointer.
	KindOpaque TypeKind = "opaque"

	// An unsupported type has no JSON: funcs, channels, complex numbers, and maps with
	// keys other than strings, integers or texts.
	KindUnsupported TypeKind = "unsupported"
)

// A TypeField is a field of a struct as encoding/json encodes it. Fields that it omits
// are not included: unexported fields, those with the tag "-", and those that hide each
// other.
type TypeField struct {
	Name string `json:"name"` // the key in the JSON object
	Type string `json:"type"` // the name of its type
	Doc  string `json:"doc,omitempty"`

	// Path is the field's name in Go, after those of the embedded structs that it is
	// promoted from: Base.ID.
	Path string `json:"path"`

	OmitEmpty bool `json:"omitempty,omitempty"` // the option of its tag
	OmitZero  bool `json:"omitzero,omitempty"`  // the option of its tag

	// Quoted says that its value is JSON in a string, because of the option ",string"
	// in its tag. An option without effect does not count.
	Quoted bool `json:"quoted,omitempty"`

	// ByPointer says that it is promoted from a struct that is embedded by pointer. It
	// is left out if the pointer is nil.
	ByPointer bool `json:"byPointer,omitempty"`
}

// A TypeValue is a constant of a declared type.
type TypeValue struct {
	Name  string `json:"name"`
	Value string `json:"value"` // as JSON: 1, "paid"
	Doc   string `json:"doc,omitempty"`
}
