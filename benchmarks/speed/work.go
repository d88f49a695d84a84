package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// A work is something that is measured for each peer.
type work struct {
	name    string
	title   string
	metrics []metric
	ratio   string                           // what ratios compare, if not signalgen with the peer
	measure func(s *session) (string, error) // used instead of rivals: returns a text for the report
	rivals  func(s *session) []*rival
	slow    int // divides the rounds if a sample takes long; 0 means 1
}

// A metric is one of the values of a sample.
type metric struct{ name, unit string }

// inTurns is the metric of a loop.
var inTurns = []metric{{"time", "ns"}}

// works are all works, in the order of the tables.
var works []work

func init() { // in init, since the rivals of a work refer to the list of works
	works = slices.Concat(
		[]work{sending(), robustly(), lazily(), weakly(), bySenders(), inParallel(), flatOut(), deeply(), slowly(), waitedFor(), alone(), observed()},
		connecting(),
		[]work{holding(), generating()},
	)
}

// A rival is a peer that does a work, at one size.
type rival struct {
	peer, size string
	loop       peers.Loop
	sample     func() []float64 // used instead of timing the loop
	versus     *rival           // the rival to compare samples with
	least      time.Duration    // least time of a batch, if it differs from the flag
	turns      int              // turns of the loop to count allocations; 0 means 1000
	stop       func()           // called when all is measured; may be nil
	way        *measure.Way
}

// own is the name of signalgen among the peers.
const own = "signalgen"

// A session measures works.
type session struct {
	ctx context.Context
	options
	results results
	texts   []string // parts of the report without figures
}

// measure measures all works.
func (s *session) measure() {
	for _, w := range s.works {
		if s.ctx.Err() != nil {
			return
		}
		_, _ = fmt.Fprintf(os.Stderr, "%s\n", w.title)
		if w.measure == nil {
			s.measureWork(w)
			continue
		}
		text, err := w.measure(s)
		if err != nil {
			text = fmt.Sprintf("Not measured: %v\n", err)
		}
		s.texts = append(s.texts, "\n## "+w.title+"\n\n"+text)
	}
}

func (s *session) measureWork(w work) {
	rivals := w.rivals(s)
	ways := make([]*measure.Way, len(rivals))
	for i, r := range rivals {
		if r.sample == nil {
			r.sample = measure.Timed(r.loop, max(r.least, s.sample))
		}
		r.way = &measure.Way{Sample: r.sample}
		ways[i] = r.way
	}
	for _, r := range rivals {
		if r.versus != nil {
			r.way.Versus = r.versus.way
		}
	}
	measure.Rounds(s.ctx, ways, max(2, s.rounds/max(w.slow, 1)))
	for _, r := range rivals {
		s.results.add(w, r)
	}
	for _, r := range rivals {
		if r.stop != nil {
			r.stop()
		}
	}
}

// against pairs rivals for comparison: signalgen's rival is the other side for all
// others.
func against(rivals []*rival) []*rival {
	for _, r := range rivals {
		if r.peer != own {
			continue
		}
		for _, other := range rivals {
			if other != r {
				other.versus = r
			}
		}
	}
	return rivals
}
