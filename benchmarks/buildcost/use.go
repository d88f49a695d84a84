package main

import (
	"fmt"
	"slices"
	"strings"
)

// A use is what main uses of each signal.
type use string

const (
	send       use = "send" // ConnectX and SendX
	everything use = "everything"
)

// perFunc is the number of signals that one func of the package main uses.
const perFunc = 10

// useFunc returns the name of a func that uses the package of this name.
func useFunc(name string, index int) string {
	return fmt.Sprintf("use%sPart%d", strings.ToUpper(name), index+1)
}

// uses returns funcs of the package main that use the package of this name. They
// are the same in all styles.
func (p program) uses(name string, events []event) string {
	var b strings.Builder
	i := 0
	for some := range slices.Chunk(events, perFunc) {
		fmt.Fprintf(&b, "\nfunc %s(ctx context.Context) {\n", useFunc(name, i))
		for _, e := range some {
			b.WriteString(e.use(useSend, name))
			if p.use == everything {
				b.WriteString(e.use(useEverything, name))
			}
		}
		b.WriteString("}\n")
		i++
	}
	return b.String()
}

// use returns statements for an event of the package of this name.
func (e event) use(statements, name string) string {
	return strings.NewReplacer(
		"$pkg", name,
		"$name", e.name(),
		"$params", e.params(name+"."),
		"$results", e.named(),
		"$zeroes", e.zeroes(name),
	).Replace(statements)
}

const useSend = `
	$pkg.Connect$name(func($params)$results {
		heard++
		return
	})
	$pkg.Send$name($zeroes)
`

// useEverything is compiled in and not run: Next would wait forever. It has no
// loops over iterators, whose code would be main's and not the signal's.
const useEverything = `
	if all {
		$pkg.Connect$nameWeak(new(owner), func(_ *owner, $params)$results {
			heard++
			return
		})
		s := &$pkg.DefaultSignals.$name
		s.SendRobust($zeroes)
		s.SendConcurrent($zeroes)
		s.Each($zeroes)(nil)
		s.Next(ctx)
		events := s.Events(ctx, 1)
		events.All()(nil)
		events.Dropped()
		events.Close()
		s.Name()
		s.Doc()
		s.HasReceivers()
		s.Receivers()
		s.Mute()()
		s.Disconnect("")
		s.DisconnectAll()
		s.Tap(tap)
		s.Configure()
		s.Close(ctx)
	}
`

// zeroes returns arguments of a send, all of them zero.
func (e event) zeroes(name string) string {
	if e.kind == payload {
		return "ctx, " + name + "." + e.name() + "{}"
	}
	text := "ctx"
	for _, t := range e.values() {
		text += ", *new(" + t + ")"
	}
	return text
}
