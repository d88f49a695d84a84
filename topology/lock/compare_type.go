package lock

import (
	"fmt"
	"slices"

	"github.com/signalgen/signalgen/topology"
)

// types compares two types at a path of fields.
func (c *comparison) types(path, old, now string) {
	bottom := c.align(old, now)
	effect := bottom.null
	if !bottom.structs {
		effect = judge(c.before, c.after, old, now).effect()
	}
	renamed := !c.isSame(old, now) && !(path == "" && c.isDeclared(old, now))
	if effect != "" || renamed {
		kind := TypeChanged
		if path == "" && c.root == "result" {
			kind = Result
		}
		c.add(kind, effect, sourceIf(renamed || c.isOther(old, now)), "%s", c.was(path, old, now))
	}
	pair := [2]string{bottom.old, bottom.now}
	if c.seen[pair] || effect != "" && !bottom.structs {
		return
	}
	c.seen[pair] = true
	if bottom.structs {
		c.structs(path, c.before.of(bottom.old), c.after.of(bottom.now))
	} else {
		c.values(path, c.before.of(bottom.old), c.after.of(bottom.now))
	}
}

// isOther reports whether a type has changed under the same name, other than in its
// methods.
func (c *comparison) isOther(old, now string) bool {
	o, n := c.before.of(old), c.after.of(now)
	return !isOwn(o.Kind) && !isOwn(n.Kind) && o.Decodes == n.Decodes
}

// isDeclared reports whether two types are the payload or the struct XArgs of the
// signal itself. Their names are compared as the name of the signal.
func (c *comparison) isDeclared(old, now string) bool {
	return c.root == "" && c.of == "" && isNamedAs(old, c.old) && isNamedAs(now, c.now)
}

// aligned holds two types that are reached through the same lists and maps.
type aligned struct {
	old, now string
	structs  bool   // both are structs that encoding/json writes as objects
	null     string // the effect of a pointer that is on one side only
}

// align descends through lists, maps and pointers as long as both types have them.
func (c *comparison) align(old, now string) aligned {
	a := aligned{old: old, now: now}
	for range 100 { // a type may be a list of itself
		o, n := c.before.of(a.old), c.after.of(a.now)
		switch {
		case c.isWrapped(o, n):
			a.old, a.now = o.Elem, n.Elem
		case o.Kind == topology.KindPointer || n.Kind == topology.KindPointer:
			a.old, a.now = c.before.pointedTo(a.old), c.after.pointedTo(a.now)
			if o.Kind != n.Kind {
				a.null = nullEffect(o.Kind, n.Kind)
			}
		default:
			a.structs = o.Kind == topology.KindStruct && n.Kind == topology.KindStruct &&
				o.Decodes == n.Decodes && (!o.Decodes || c.isSame(a.old, a.now))
			return a
		}
	}
	return a
}

// nullEffect is the effect of a pointer that is on one side only.
func nullEffect(old, now topology.TypeKind) string {
	switch {
	case isNullable(old) && isNullable(now):
		return ""
	case old == topology.KindPointer:
		return streamChanged
	default:
		return othersChanged
	}
}

// isWrapped reports whether two types are the same list or map of something.
func (c *comparison) isWrapped(o, n topology.Type) bool {
	if o.Kind != n.Kind || o.Decodes != n.Decodes {
		return false
	}
	switch o.Kind {
	case topology.KindSlice:
		return true
	case topology.KindArray:
		return o.Len == n.Len
	case topology.KindMap:
		return judge(c.before, c.after, o.Key, n.Key).effect() == ""
	default:
		return false
	}
}

func (c *comparison) isSame(old, now string) bool {
	return (&reading{from: c.before, to: c.after}).isSame(old, now)
}

// was says how a type has changed.
func (c *comparison) was(path, old, now string) string {
	if old != now {
		return fmt.Sprintf("%s was %s, is %s%s", c.at(path), old, now, c.of)
	}
	o, n := c.before.of(old), c.after.of(now)
	return fmt.Sprintf("%s: %s was %s, is %s%s", c.at(path), old, described(o), described(n), c.of)
}

func described(typ topology.Type) string {
	switch {
	case typ.Kind == topology.KindOpaque:
		return "written by a method of its own"
	case typ.Kind == topology.KindText:
		return "a text of its own"
	case typ.Kind == unknown:
		return "not described"
	case typ.Decodes:
		return formText(typ) + ", read by a method of its own"
	default:
		return formText(typ)
	}
}

// at names a place: field Items.Price, argument id, result.
func (c *comparison) at(path string) string {
	switch {
	case path == "" && c.root == "":
		return "the payload"
	case path == "":
		return "the " + c.root
	case c.root != "":
		return "field " + path + " of the " + c.root
	case c.now.Form == topology.Signature && c.old.Form == topology.Signature:
		return c.argument(path)
	default:
		return "field " + path
	}
}

// values compares the constants of a type: by value, then by name.
func (c *comparison) values(path string, old, now topology.Type) {
	if old.Kind != now.Kind {
		return
	}
	for _, v := range old.Values {
		same := func(w topology.TypeValue) bool { return w.Value == v.Value }
		named := slices.IndexFunc(now.Values, func(w topology.TypeValue) bool { return w.Name == v.Name })
		switch {
		case slices.Contains(now.Values, v):
		case named >= 0:
			c.add(ValueChanged, "messages with the earlier value are not understood", "",
				"%s: %s was %s, is %s%s", c.at(path), v.Name, v.Value, now.Values[named].Value, c.of)
		case slices.ContainsFunc(now.Values, same):
			i := slices.IndexFunc(now.Values, same)
			c.add(ValueRenamed, "", notCompiling, "%s: %s, which is %s, was %s%s", c.at(path), now.Values[i].Name, v.Value, v.Name, c.of)
		default:
			c.add(ValueGone, "messages with this value are not understood", notCompiling, "%s: %s, which is %s, is gone%s", c.at(path), v.Name, v.Value, c.of)
		}
	}
	for _, v := range now.Values {
		if !slices.ContainsFunc(old.Values, func(w topology.TypeValue) bool { return w.Name == v.Name || w.Value == v.Value }) {
			c.add(ValueNew, "", "", "%s: %s, which is %s, is new%s", c.at(path), v.Name, v.Value, c.of)
		}
	}
}
