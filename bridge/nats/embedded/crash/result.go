//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
)

// A result is what has become of what a client sent.
type result struct {
	acknowledged, lost int
	failed, stored     int // sends that returned an error, and those of them that were heard
	twice, disorder    int
	noSend, noneHeard  time.Duration
	byHand             *result
	errors             []string // some
}

func (r *result) good() bool { return r.lost == 0 && r.stored == 0 }

const trialHead = `
| trial | acknowledged | lost | errors | though stored | heard twice (by hand) | out of order (by hand) | no send (by hand) | nothing heard (by hand) |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`

func row(name string, r *result) string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d (%d) | %d (%d) | %.1f s (%.1f s) | %.1f s (%.1f s) |", name,
		r.acknowledged, r.lost, r.failed, r.stored, r.twice, r.byHand.twice, r.disorder, r.byHand.disorder,
		r.noSend.Seconds(), r.byHand.noSend.Seconds(), r.noneHeard.Seconds(), r.byHand.noneHeard.Seconds())
}

// tally counts what has become of what was sent.
func (c *client) tally(p plan) (*result, error) {
	heard, err := c.read()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r := &result{acknowledged: len(c.acknowledged), failed: len(c.failed)}
	known := make(map[int]bool)    // to receivers, or as dead letters
	latest := make(map[int]int)    // by key
	var hearings, acks []time.Time // while something was sent
	for _, h := range heard {
		hearings = append(hearings, h.at)
		if known[h.id] {
			r.twice++
			continue
		}
		known[h.id] = true
		if key := h.id % p.keys; h.id < latest[key] {
			r.disorder++
		} else {
			latest[key] = h.id
		}
	}
	for _, id := range c.dead {
		known[id] = true
	}
	for id, at := range c.acknowledged {
		acks = append(acks, at)
		if !known[id] {
			r.lost++
		}
	}
	for id, err := range c.failed {
		r.errors = append(r.errors, err.Error())
		if known[id] {
			r.stored++
		}
	}
	r.noSend, r.noneHeard = longest(c.began, c.ended, acks), longest(c.began, c.ended, hearings)
	return r, nil
}

// longest is the longest time between two of the times, from began to ended.
func longest(began, ended time.Time, times []time.Time) (most time.Duration) {
	slices.SortFunc(times, time.Time.Compare)
	last := began
	for _, at := range append(times, ended) {
		if at.After(ended) {
			at = ended
		}
		most = max(most, at.Sub(last))
		last = at
	}
	return most
}

// A hearing is what a receiver writes.
type hearing struct {
	id int
	at time.Time
}

// read returns what receivers have written, in that order.
func (c *client) read() (all []hearing, err error) {
	f, err := os.Open(c.heard)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var id int
		var nanos int64
		if _, err := fmt.Sscan(lines.Text(), &id, &nanos); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", c.heard, lines.Text(), err)
		}
		all = append(all, hearing{id, time.Unix(0, nanos)})
	}
	return all, nil
}
