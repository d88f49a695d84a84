package lock

import (
	"fmt"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// structs compares the fields of two structs at a path.
func (c *comparison) structs(path string, old, now topology.Type) {
	pairs, gone, fresh := c.matchFields(path, old.Fields, now.Fields)
	for _, p := range pairs {
		c.field(path, p.old, p.now)
	}
	for _, f := range gone {
		c.goneField(path, f, now)
	}
	for _, f := range fresh {
		c.newField(path, f, old)
	}
	c.unwritten(path, old, now)
}

// A fieldPair is one field in two structs.
type fieldPair struct{ old, now topology.TypeField }

// matchFields pairs fields. On the wire they are paired by their JSON names, then by
// their Go names; elsewhere the other way round. The names of arguments are not in
// messages of a caller, so arguments that are left are paired by position.
func (c *comparison) matchFields(path string, old, now []topology.TypeField) (pairs []fieldPair, gone, fresh []topology.TypeField) {
	gone, fresh = slices.Clone(old), slices.Clone(now)
	match := func(same func(a, b topology.TypeField) bool) {
		gone = slices.DeleteFunc(gone, func(o topology.TypeField) bool {
			i := slices.IndexFunc(fresh, func(n topology.TypeField) bool { return same(o, n) })
			if i < 0 {
				return false
			}
			pairs = append(pairs, fieldPair{o, fresh[i]})
			fresh = slices.Delete(fresh, i, i+1)
			return true
		})
	}
	byJSON := func(a, b topology.TypeField) bool { return a.Name == b.Name }
	byGo := func(a, b topology.TypeField) bool { return a.Path == b.Path }
	if c.wire {
		match(byJSON)
		match(byGo)
	} else {
		match(byGo)
		match(byJSON)
	}
	if c.isArgs(path) && len(old) == len(now) {
		match(func(a, b topology.TypeField) bool {
			return a.Type == b.Type && slices.Index(old, a) == slices.Index(now, b)
		})
	}
	return pairs, gone, fresh
}

// isArgs reports whether the fields at a path are the arguments of a signature.
func (c *comparison) isArgs(path string) bool {
	return path == "" && c.root == "" && c.old.Form == topology.Signature && c.now.Form == topology.Signature
}

func joined(path, field string) string { return strings.TrimPrefix(path+"."+field, ".") }

func (c *comparison) field(path string, old, now topology.TypeField) {
	was, is := joined(path, old.Path), joined(path, now.Path)
	if old.Path != now.Path {
		c.add(FieldGo, "", "code that names it does not compile", "%s is called %s now%s", c.at(was), strings.TrimPrefix(strings.TrimPrefix(c.at(is), "argument "), "field "), c.of)
	}
	if old.Name != now.Name {
		effect := "its value in messages in the stream is not read"
		if strings.EqualFold(old.Name, now.Name) {
			effect = "programs in other languages do not find it"
		}
		c.add(FieldJSON, effect, "", "%s was %q in JSON, is %q%s", c.at(is), old.Name, now.Name, c.of)
	}
	if old.OmitEmpty != now.OmitEmpty || old.OmitZero != now.OmitZero {
		c.add(FieldOmitted, "", "", "%s was %s, is %s%s", c.at(is), written(old), written(now), c.of)
	}
	if old.ByPointer != now.ByPointer || isBarred(old) != isBarred(now) {
		c.add(FieldPointer, c.judgeFields(old, now).effect(), notCompiling, "%s was promoted %s, is %s%s", c.at(is), through(old), through(now), c.of)
	}
	if old.Quoted != now.Quoted {
		c.add(FieldQuoted, c.judgeFields(old, now).effect(), sourceIf(!c.isSame(old.Type, now.Type)), "%s was %s, is %s%s", c.at(is), quotedType(old), quotedType(now), c.of)
		return
	}
	if c.isZeroTimeLeftOut(old, now) {
		c.add(TypeChanged, "", notCompiling, "%s", c.was(is, old.Type, now.Type))
		return
	}
	c.types(is, old.Type, now.Type)
}

// isZeroTimeLeftOut reports whether a field is a time on one side, and a pointer to a
// time with the option omitzero on the other. The option also leaves out a pointer to
// the zero time, which has a method IsZero. So no message distinguishes that from nil.
func (c *comparison) isZeroTimeLeftOut(old, now topology.TypeField) bool {
	o, n := c.before.of(old.Type), c.after.of(now.Type)
	switch {
	case o.Kind == topology.KindTime:
		return n.Kind == topology.KindPointer && now.OmitZero && c.after.of(n.Elem).Kind == topology.KindTime
	case n.Kind == topology.KindTime:
		return o.Kind == topology.KindPointer && old.OmitZero && c.before.of(o.Elem).Kind == topology.KindTime
	default:
		return false
	}
}

func (c *comparison) judgeFields(old, now topology.TypeField) verdict {
	forward := reading{c.before, c.after, true, make(map[[2]string]bool)}
	backward := reading{c.after, c.before, false, make(map[[2]string]bool)}
	return verdict{forward.field(old, now), backward.field(now, old)}
}

func sourceIf(changed bool) string {
	if changed {
		return notCompiling
	}
	return ""
}

// written says when a field is in JSON.
func written(f topology.TypeField) string {
	switch {
	case f.OmitEmpty && f.OmitZero:
		return "left out where it is empty or zero"
	case f.OmitEmpty:
		return "left out where it is empty"
	case f.OmitZero:
		return "left out where it is zero"
	default:
		return "always written"
	}
}

func through(f topology.TypeField) string {
	switch {
	case isBarred(f):
		return "through a pointer to an unexported struct"
	case f.ByPointer:
		return "through a pointer"
	default:
		return "from a value"
	}
}

func quotedType(f topology.TypeField) string {
	if f.Quoted {
		return f.Type + " in a string"
	}
	return f.Type
}

func (c *comparison) goneField(path string, f topology.TypeField, now topology.Type) {
	const effect = "processes that read it find nothing"
	at := c.at(joined(path, f.Path))
	if slices.ContainsFunc(now.Unwritten, func(u topology.TypeField) bool { return u.Path == f.Path }) {
		c.add(FieldUnwritten, effect, "", "%s is left out of JSON now%s", at, c.of)
		return
	}
	c.add(FieldGone, effect, notCompiling, "%s is gone%s", at, c.of)
}

func (c *comparison) newField(path string, f topology.TypeField, old topology.Type) {
	at := c.at(joined(path, f.Path))
	met := slices.IndexFunc(old.Fields, func(o topology.TypeField) bool { return strings.EqualFold(o.Name, f.Name) })
	switch {
	case met >= 0 && c.wire:
		c.add(FieldMet, fmt.Sprintf("earlier processes read it into %q", old.Fields[met].Name), sourceIf(c.isArgs(path)), "%s is new, as %q in JSON%s", at, f.Name, c.of)
	case slices.ContainsFunc(old.Unwritten, func(u topology.TypeField) bool { return u.Path == f.Path }):
		c.add(FieldWritten, "", "", "%s is written to JSON now%s", at, c.of)
	default:
		c.add(FieldNew, "", sourceIf(c.isArgs(path)), "%s is new%s", at, c.of)
	}
}

// unwritten compares exported fields that JSON leaves out.
func (c *comparison) unwritten(path string, old, now topology.Type) {
	has := func(fields []topology.TypeField, path string) bool {
		return slices.ContainsFunc(fields, func(f topology.TypeField) bool { return f.Path == path })
	}
	offWire := c
	if c.wire {
		offWire = c.offWire(c.root)
	}
	for _, f := range old.Unwritten {
		i := slices.IndexFunc(now.Unwritten, func(n topology.TypeField) bool { return n.Path == f.Path })
		switch {
		case i >= 0:
			offWire.types(joined(path, f.Path), f.Type, now.Unwritten[i].Type)
		case !has(now.Fields, f.Path):
			offWire.add(FieldGone, "", notCompiling, "%s is gone%s", c.at(joined(path, f.Path)), c.of)
		}
	}
	for _, f := range now.Unwritten {
		if !has(old.Fields, f.Path) && !has(old.Unwritten, f.Path) {
			offWire.add(FieldNew, "", "", "%s is new%s", c.at(joined(path, f.Path)), c.of)
		}
	}
}

// argument names a place in the arguments, by the names of the arguments that are
// carried.
func (c *comparison) argument(path string) string {
	first, rest, deeper := strings.Cut(path, ".")
	for _, s := range []*Signal{c.now, c.old} {
		i := slices.IndexFunc(viewOf(s).of(s.Carries).Fields, func(f topology.TypeField) bool { return f.Path == first })
		if i < 0 || i >= len(s.Args) {
			continue
		}
		if deeper {
			return fmt.Sprintf("argument %s, field %s", nameOf(s.Args[i], i), rest)
		}
		return "argument " + nameOf(s.Args[i], i)
	}
	return "argument " + path
}
