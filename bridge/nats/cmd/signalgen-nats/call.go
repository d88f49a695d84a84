package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A call is a call of the command.
type call struct {
	verb    string
	json    bool
	all     bool
	filter  bridge.DeadFilter
	numbers []uint64 // of dead letters
	words   []string // behind help
	timeout time.Duration
	server  server
}

// verbs are what needs a server.
var verbs = map[string]func(*call, context.Context, *session, io.Writer) error{
	"dead list":   (*call).list,
	"dead show":   (*call).show,
	"dead replay": (*call).replay,
	"dead drop":   (*call).drop,
	"lag":         (*call).lag,
}

// parse reads the arguments: a verb, which may have two words, flags, and numbers.
func parse(args []string) (*call, error) {
	c := &call{}
	if len(args) == 0 {
		return c, seeHelp(errors.New("no verb"))
	}
	verb, rest := args[0], args[1:]
	if verb == "dead" && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		verb, rest = verb+" "+rest[0], rest[1:]
	}
	flags := flag.NewFlagSet("signalgen-nats", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	switch {
	case slices.Contains([]string{"-h", "-help", "--help"}, verb):
		return c, flag.ErrHelp
	case verbs[verb] != nil:
		c.addFlags(flags, verb)
	case verb != "help" && verb != "version" && verb != "dead":
		return c, seeHelp(fmt.Errorf("unknown verb %s", verb))
	}
	c.verb = verb
	if err := flags.Parse(rest); err != nil {
		return c, seeHelp(err)
	}
	return c, c.take(flags.Args())
}

func (c *call) addFlags(flags *flag.FlagSet, verb string) {
	c.server.addFlags(flags)
	flags.DurationVar(&c.timeout, "timeout", time.Minute, "")
	flags.BoolVar(&c.json, "json", false, "")
	if verb == "dead show" {
		return
	}
	flags.StringVar(&c.filter.Signal, "signal", "", "")
	flags.StringVar(&c.filter.Group, "group", "", "")
	if verb == "lag" {
		return
	}
	flags.StringVar(&c.filter.Reason, "reason", "", "")
	flags.Var((*age)(&c.filter.Older), "older", "")
	flags.Var((*age)(&c.filter.Newer), "newer", "")
	if verb != "dead list" {
		flags.BoolVar(&c.all, "all", false, "")
	}
}

// take reads what stands behind the flags, and returns what is wrong with the call.
func (c *call) take(rest []string) error {
	switch {
	case c.verb == "help":
		if topic := strings.Join(rest, " "); help[topic] == "" {
			return seeHelp(fmt.Errorf("unknown verb %s", topic))
		}
		c.words = rest
		return nil
	case c.verb == "dead":
		return seeHelp(errors.New("found dead alone; wanted dead list, show, replay or drop"))
	case c.verb == "dead show", c.verb == "dead replay", c.verb == "dead drop":
		return c.choose(rest)
	case len(rest) > 0:
		return seeHelp(fmt.Errorf("%s takes no arguments; found %s", c.verb, rest[0]))
	}
	return nil
}

// choose reads which dead letters the call is about.
func (c *call) choose(numbers []string) error {
	for _, text := range numbers {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || n == 0 {
			return seeHelp(fmt.Errorf("found %s; wanted the number of a dead letter, and flags before it", text))
		}
		c.numbers = append(c.numbers, n)
	}
	ways := 0
	for _, given := range []bool{len(c.numbers) > 0, c.filter != bridge.DeadFilter{}, c.all} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 1:
		return nil
	case c.verb == "dead show":
		return seeHelp(errors.New("found no number; wanted those of dead letters"))
	case ways == 0:
		return seeHelp(fmt.Errorf("%s what? wanted numbers, a filter or -all", c.verb))
	default:
		return seeHelp(errors.New("wanted either numbers, or filters, or -all"))
	}
}

// topic returns the verb that help is about; "" for all of the command.
func (c *call) topic() string {
	if c.verb == "help" {
		return strings.Join(c.words, " ")
	}
	return c.verb
}

func seeHelp(err error) error { return fmt.Errorf("%w; see signalgen-nats help", err) }

// An age is a duration that may also be in days: 7d.
type age time.Duration

// Set reads an age.
func (a *age) Set(text string) error {
	days, isDays := strings.CutSuffix(text, "d")
	if n, err := strconv.ParseUint(days, 10, 16); isDays && err == nil {
		*a = age(time.Duration(n) * 24 * time.Hour)
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return errors.New("wanted a duration such as 90s, 12h or 7d")
	}
	*a = age(d)
	return nil
}

// String is for package flag.
func (a *age) String() string { return time.Duration(*a).String() }
