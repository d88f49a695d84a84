package topology

// A Type is a Go type as encoding/json writes it, and so as other processes see it.
//
// A Model has each by its name, which is Go syntax with import paths: int64,
// []example.com/shop/order.Item, map[string]time.Time. Aliases are resolved, byte is
// uint8 and rune is int32, so that a type has one name. A type that is declared in a func
// has numbers behind its name, as in example.com/shop/order.line·1·4. All types that a
// Type names are in the Model as well, so a type that refers to itself ends there.
type Type struct {
	Kind TypeKind `json:"kind"`

	// Package and Name are of a declared type: its import path, empty for error, and its
	// name there, without type arguments.
	Package string `json:"package,omitempty"`
	Name    string `json:"name,omitempty"`

	// TypeArgs are the names of the types that a generic type is instantiated with, or
	// of its own type parameters.
	TypeArgs []string `json:"typeArgs,omitempty"`

	// Doc is the doc comment of a declared type, without directives. As that of fields and
	// constants, it is known where the source is, but not of the standard library.
	Doc string `json:"doc,omitempty"`

	// Fields are those of the JSON object that a struct is written as, in that order.
	Fields []TypeField `json:"fields,omitempty"`

	// Unwritten are exported fields that are left out of the object because their tag is
	// "-". They have no Name.
	Unwritten []TypeField `json:"unwritten,omitempty"`

	// Elem is the name of the type of what is in a slice, an array or a map, and of what
	// a pointer points to.
	Elem string `json:"elem,omitempty"`

	Key string `json:"key,omitempty"` // the name of the type of a map's keys
	Len int64  `json:"len,omitempty"` // of an array

	// Values are the exported constants of a declared type of bools, numbers or strings in
	// its own package, by value. Whether they are all that it can be, Go does not say.
	Values []TypeValue `json:"values,omitempty"`

	// Decodes says that the type has a method UnmarshalJSON or UnmarshalText, also if
	// what it writes is not its own affair.
	Decodes bool `json:"decodes,omitempty"`
}

// A TypeKind says how encoding/json writes a type.
type TypeKind string

// The kinds of what is written as one value.
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
	KindTime    TypeKind = "time"  // time.Time, or a struct that is written as the one that it embeds
	KindText    TypeKind = "text"  // a type with a method MarshalText: a string
)

// The kinds of what is written as several.
const (
	KindStruct  TypeKind = "struct"
	KindSlice   TypeKind = "slice" // or null
	KindArray   TypeKind = "array"
	KindMap     TypeKind = "map"     // or null
	KindPointer TypeKind = "pointer" // what it points to, or null
)

// The kinds of what may be written as anything, and of what is not written at all.
const (
	KindAny       TypeKind = "any"       // an interface without methods
	KindInterface TypeKind = "interface" // one with methods, into which nothing can be read
	KindRaw       TypeKind = "raw"       // json.RawMessage
	KindParameter TypeKind = "parameter" // a type parameter

	// An opaque type has a method MarshalJSON; or it has one of MarshalJSON and
	// MarshalText for its pointers only, which encoding/json calls where it has one, in
	// a slice and behind a pointer.
	KindOpaque TypeKind = "opaque"

	// What is of an unsupported type has no form in JSON: funcs, channels, complex
	// numbers, and maps with keys that are not strings, integers or texts.
	KindUnsupported TypeKind = "unsupported"
)

// A TypeField is a field of a struct as encoding/json writes it. Those that it leaves out
// are not among them: unexported ones, those with the tag "-", and those that hide each
// other.
type TypeField struct {
	Name string `json:"name"` // the key in the JSON object
	Type string `json:"type"` // the name of its type
	Doc  string `json:"doc,omitempty"`

	// Path is the field in Go, behind the embedded structs that it is promoted from:
	// Base.ID.
	Path string `json:"path"`

	OmitEmpty bool `json:"omitempty,omitempty"` // the option of its tag
	OmitZero  bool `json:"omitzero,omitempty"`  // the option of its tag

	// Quoted says that its value is a string in which there is JSON, by the option
	// ",string" of its tag. The option without effect does not count.
	Quoted bool `json:"quoted,omitempty"`

	// ByPointer says that it is promoted from a struct that is embedded by a pointer, and
	// left out where that is nil.
	ByPointer bool `json:"byPointer,omitempty"`
}

// A TypeValue is a constant of a declared type.
type TypeValue struct {
	Name  string `json:"name"`
	Value string `json:"value"` // as JSON: 1, "paid"
	Doc   string `json:"doc,omitempty"`
}
