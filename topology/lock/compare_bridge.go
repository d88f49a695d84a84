package lock

import (
	"fmt"
	"slices"
	"strings"
)

// bridges compares how the module exchanges a signal with other processes. It compares
// each instance of a generic signal.
func (c *comparison) bridges() {
	for _, of := range instances(c.old, c.now) {
		b := instanceBridges{comparison: c, before: ofInstance(c.old.Bridges, of), after: ofInstance(c.now.Bridges, of)}
		if of != "" {
			b.of = " (of " + of + ")"
		}
		b.publish()
		b.groups()
		b.forward()
	}
}

// instances returns the types that the bridges of a signal carry. For a signal that is
// not generic, it returns one empty name.
func instances(signals ...*Signal) []string {
	var all []string
	for _, s := range signals {
		for _, b := range s.Bridges {
			all = append(all, b.Of)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func ofInstance(bridges []Bridge, of string) []Bridge {
	return slices.DeleteFunc(slices.Clone(bridges), func(b Bridge) bool { return b.Of != of })
}

// instanceBridges are the bridges of a signal, or of one instance of a generic signal.
type instanceBridges struct {
	*comparison
	before, after []Bridge
	of            string // as in a comparison
}

func (b *instanceBridges) publish() {
	old, now := keysOf(b.before), keysOf(b.after)
	switch {
	case len(old) == 0 && len(now) > 0:
		b.add(BridgeNew, "", "", "it is published now%s", b.of)
	case len(old) > 0 && len(now) == 0:
		b.add(PublishGone, deaf(b.comparison.old.Name), "", "it is no longer published%s", b.of)
	case !slices.Equal(old, now):
		b.add(PublishKey, "what was kept in order may no longer be", "", "the key was %s, is %s%s", listed(old), listed(now), b.of)
	}
}

// keysOf returns the keys that published signals are kept in order by.
func keysOf(bridges []Bridge) []string {
	var keys []string
	for _, b := range bridges {
		switch {
		case b.Way != Publish:
		case b.Key == "":
			keys = append(keys, "none")
		default:
			keys = append(keys, b.Key)
		}
	}
	return keys
}

func (b *instanceBridges) groups() {
	gone, fresh := without(b.before, b.after), without(b.after, b.before)
	if len(gone) == 1 && len(fresh) == 1 {
		b.add(GroupRenamed, fmt.Sprintf("nobody hears what waits for %s", gone[0]), "", "group %s is now %s%s", gone[0], fresh[0], b.of)
		return
	}
	for _, group := range gone {
		b.add(GroupGone, fmt.Sprintf("nobody hears what waits for %s", group), "", "group %s is gone%s", group, b.of)
	}
	for _, group := range fresh {
		b.add(BridgeNew, "", "", "it is received in group %s now%s", group, b.of)
	}
}

// without returns the groups of bridges that others do not have.
func without(bridges, others []Bridge) []string {
	var groups []string
	for _, bridge := range bridges {
		if bridge.Way != Receive || slices.ContainsFunc(others, func(o Bridge) bool { return o.Way == Receive && o.Group == bridge.Group }) {
			continue
		}
		group := bridge.Group
		if group == "" {
			group = "(not a constant)"
		}
		groups = append(groups, group)
	}
	return groups
}

func (b *instanceBridges) forward() {
	isForward := func(bridge Bridge) bool { return bridge.Way == Forward }
	before, after := slices.ContainsFunc(b.before, isForward), slices.ContainsFunc(b.after, isForward)
	switch {
	case before && !after:
		b.add(ForwardGone, "processes on the other transport hear nothing more", "", "it is no longer forwarded%s", b.of)
	case after && !before:
		b.add(BridgeNew, "", "", "it is forwarded now%s", b.of)
	}
}

// listed joins names for a sentence.
func listed(names []string) string { return strings.Join(names, ", ") }
