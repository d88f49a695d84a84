package lock

import (
	"maps"
	"regexp"
	"slices"

	"github.com/signalgen/signalgen/topology"
)

// identifier matches a name in a type, with its import path.
var identifier = regexp.MustCompile(`[\pL_][\pL\pN_·./~-]*`)

// withParams returns a generic signal with other names for its type parameters. These
// names are not part of what it promises.
func withParams(s *Signal, names []string) *Signal {
	if slices.Equal(s.Params, names) {
		return s
	}
	becomes := make(map[string]string)
	for i, name := range s.Params {
		becomes[name] = names[i]
	}
	rename := func(typ string) string {
		return identifier.ReplaceAllStringFunc(typ, func(name string) string {
			if other, found := becomes[name]; found {
				return other
			}
			return name
		})
	}
	renamed := *s
	renamed.Params = names
	renamed.Carries, renamed.Result, renamed.Sender = rename(s.Carries), rename(s.Result), rename(s.Sender)
	renamed.Args = slices.Clone(s.Args)
	for i := range renamed.Args {
		renamed.Args[i].Type = rename(renamed.Args[i].Type)
	}
	renamed.Types = make(map[string]topology.Type)
	for name, typ := range maps.All(s.Types) {
		typ.Elem, typ.Key = rename(typ.Elem), rename(typ.Key)
		typ.Fields, typ.Unwritten = slices.Clone(typ.Fields), slices.Clone(typ.Unwritten)
		for _, fields := range [][]topology.TypeField{typ.Fields, typ.Unwritten} {
			for i := range fields {
				fields[i].Type = rename(fields[i].Type)
			}
		}
		renamed.Types[rename(name)] = typ
	}
	return &renamed
}
