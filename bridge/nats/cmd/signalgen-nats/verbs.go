package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// list prints the dead letters that the filter selects.
func (c *call) list(ctx context.Context, s *session, out io.Writer) error {
	t := newTable(out, c.json, "NUMBER", "AGE", "SIGNAL", "GROUP", "TRIES", "REASON")
	now := time.Now()
	for d, err := range s.DeadLetters(ctx) {
		if err != nil {
			return errors.Join(err, t.end())
		}
		if dead := max(0, now.Sub(d.Time)); c.filter.Selects(d.Signal, d.Group, d.Reason, dead) {
			t.row(recordOf(d), d.Sequence, short(dead), d.Signal, d.Group, d.Attempts, cut(d.Reason))
		}
	}
	return t.end()
}

// show prints dead letters with all that is in them.
func (c *call) show(ctx context.Context, s *session, out io.Writer) error {
	var failed []error
	for _, n := range c.numbers {
		d, err := s.DeadLetter(ctx, n)
		switch {
		case err != nil:
			failed = append(failed, err)
		case c.json:
			failed = append(failed, printJSON(out, contentsOf(d)))
		default:
			failed = append(failed, printLetter(out, d))
		}
	}
	return errors.Join(failed...)
}

func (c *call) replay(ctx context.Context, s *session, out io.Writer) error {
	n, err := c.each(ctx, s.Replay)
	if len(c.numbers) == 0 {
		n, err = s.ReplayAll(ctx, c.filter)
	}
	return c.did(out, "replayed", n, err)
}

func (c *call) drop(ctx context.Context, s *session, out io.Writer) error {
	n, err := c.each(ctx, s.Discard)
	if len(c.numbers) == 0 {
		n, err = s.DiscardAll(ctx, c.filter)
	}
	return c.did(out, "dropped", n, err)
}

// each calls do with the numbers of the call, and returns how often that worked.
func (c *call) each(ctx context.Context, do func(context.Context, uint64) error) (n int, err error) {
	var failed []error
	for _, number := range c.numbers {
		if err := do(ctx, number); err != nil {
			failed = append(failed, err)
		} else {
			n++
		}
	}
	return n, errors.Join(failed...)
}

// did prints how many dead letters were dealt with, be there an error or not.
func (c *call) did(out io.Writer, what string, n int, err error) error {
	if c.json {
		return errors.Join(err, printJSON(out, map[string]int{what: n}))
	}
	_, printErr := fmt.Fprintln(out, what, n)
	return errors.Join(err, printErr)
}

// lag prints what waits for the groups of the stream.
func (c *call) lag(ctx context.Context, s *session, out io.Writer) error {
	t := newTable(out, c.json, "SIGNAL", "GROUP", "WAITING", "IN FLIGHT", "DEAD", "OLDEST")
	for g, err := range s.Groups(ctx) {
		if err != nil {
			return errors.Join(err, t.end())
		}
		if (c.filter.Signal == "" || c.filter.Signal == g.Signal) && (c.filter.Group == "" || c.filter.Group == g.Group) {
			t.row(lagOf(g), g.Signal, g.Group, g.Waiting, g.InFlight, g.Dead, short(g.Oldest))
		}
	}
	return t.end()
}
