package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// verbs are the words that may precede the packages.
var verbs = []string{"check", "wire", "graph", "vet", "lock", "version", "help"}

// call is a call of the command.
type call struct {
	verb     string // empty to generate
	json     bool
	graph    graphCall
	lock     lockCall
	patterns []string // of help, a verb
}

// parse reads the arguments. Flags may be before or after the verb.
func parse(args []string) (call, error) {
	var c call
	flags := flag.NewFlagSet("signalgen", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&c.json, "json", false, "")
	if err := flags.Parse(args); err != nil {
		return c, seeHelp(err)
	}
	if verb := flags.Arg(0); slices.Contains(verbs, verb) {
		c.verb = verb
		switch verb {
		case "graph":
			c.graph.addFlags(flags)
		case "lock":
			c.lock.addFlags(flags)
		}
		if err := flags.Parse(flags.Args()[1:]); err != nil {
			return c, seeHelp(err)
		}
	}
	c.patterns = flags.Args()
	return c, c.check()
}

// check returns what is wrong with the arguments after the flags.
func (c call) check() error {
	first := ""
	if len(c.patterns) > 0 {
		first = c.patterns[0]
	}
	for _, pattern := range c.patterns {
		if strings.HasPrefix(pattern, "-") {
			return seeHelp(fmt.Errorf("found %s after a package; wanted flags first", pattern))
		}
	}
	switch {
	case c.verb == "help" && len(c.patterns) > 1:
		return seeHelp(fmt.Errorf("help takes one verb; found %s after it", c.patterns[1]))
	case c.verb == "help" && first != "" && help[first] == "":
		return unknownVerb(first)
	case c.verb == "version" && first != "":
		return seeHelp(fmt.Errorf("version takes no arguments; found %s", first))
	case c.verb == "" && misspelt(first) != "":
		return unknownVerb(first)
	case c.verb == "graph":
		return c.checkGraph()
	case c.verb == "lock":
		return c.lock.check()
	default:
		return nil
	}
}

// topic returns the verb that help is asked for, or "" for the whole command.
func (c call) topic() string {
	if c.verb != "help" {
		return c.verb
	}
	return strings.Join(c.patterns, "")
}

func seeHelp(err error) error { return fmt.Errorf("%w; see signalgen help", err) }

func unknownVerb(verb string) error {
	if meant := misspelt(verb); meant != "" {
		return fmt.Errorf("unknown verb %s; did you mean %s?", verb, meant)
	}
	return seeHelp(fmt.Errorf("unknown verb %s; wanted one of %s", verb, strings.Join(verbs, ", ")))
}

// asksForJSON reports whether a wrong call has the flag -json where flags belong.
func asksForJSON(args []string) bool {
	for _, arg := range args {
		switch {
		case slices.Contains([]string{"-json", "--json", "-json=true", "--json=true"}, arg):
			return true
		case !strings.HasPrefix(arg, "-") && !slices.Contains(verbs, arg):
			return false
		}
	}
	return false
}

// misspelt returns the verb that a package's name was most likely meant to be, or "".
func misspelt(name string) string {
	for _, verb := range verbs {
		if name != verb && isNear(name, verb) {
			return verb
		}
	}
	return ""
}

// isNear reports whether b is a with one letter inserted, removed or replaced, or with
// two neighbours swapped.
func isNear(a, b string) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
