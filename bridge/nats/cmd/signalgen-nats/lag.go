package main

import (
	"context"
	"errors"
	"io"
)

// lag prints what waits for the groups of the stream.
func (c *call) lag(ctx context.Context, s *session, out io.Writer) error {
	t := newTable(out, c.json, "SIGNAL", "GROUP", "WAITING", "IN HAND", "DEAD", "OLDEST")
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
