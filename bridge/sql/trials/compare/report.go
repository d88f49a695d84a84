package main

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/results"
)

// report prints the medians and ratios, and writes them if update is true.
func report(p plan, samples map[subject][]sample, update bool) error {
	t := results.Table{{"database", "workers", "", "p50", "ratio", "p99", "ratio", "through", "ratio", "backlog", "ratio"}}
	for _, database := range []string{"postgres", "sqlite"} {
		for _, workers := range []int{1, 4} {
			for i := range contenders {
				s := subject{&contenders[i], workers}
				if s.contender.database == database && len(samples[s]) > 0 {
					t = append(t, row(s, samples[s], referenceOf(samples, s)))
				}
			}
		}
	}
	text := t.String()
	fmt.Print(text)
	if !update {
		return nil
	}
	return results.Write("RESULTS.md", "Comparison", "go -C bridge/sql/trials run ./compare -update", fmt.Sprintf(about, p.rounds, p.paced, p.through, p.backlog)+text)
}

const about = `Medians of %d rounds. A ratio is the median of sqlbridge's figure divided by that of the row, in the same round: sqlbridge is faster if it is below 1 for a latency, or above 1 for a rate.
p50 and p99 are the latency from the end of the commit to the receiver, of %d orders, one every 10 ms. Through is the events per second of %d orders that 8 senders place one after another, each in a transaction, until the last one is received. Backlog is the events per second of %d orders that wait when the workers start. With PostgreSQL each worker has its own connections, as a process would.
sqlbridge delivers the events of each of 100 customers in order; River guarantees no order; watermill-sql delivers all events in one order, to one worker at a time.

`

// referenceOf returns the samples that a subject is compared with.
func referenceOf(samples map[subject][]sample, s subject) []sample {
	for i := range contenders {
		c := &contenders[i]
		if c.database == s.contender.database && c.name == reference[c.database] {
			return samples[subject{c, s.workers}]
		}
	}
	return nil
}

func row(s subject, samples, reference []sample) []string {
	cells := []string{s.contender.database, strconv.Itoa(s.workers), s.contender.name}
	for _, figure := range []struct {
		of   func(m sample) float64
		text func(figure float64) string
	}{
		{func(m sample) float64 { return m.p50.Seconds() }, milliseconds},
		{func(m sample) float64 { return m.p99.Seconds() }, milliseconds},
		{func(m sample) float64 { return m.through }, whole},
		{func(m sample) float64 { return m.backlog }, whole},
	} {
		var figures, ratios []float64
		for i, m := range samples {
			figures = append(figures, figure.of(m))
			if i < len(reference) && figure.of(m) > 0 {
				ratios = append(ratios, figure.of(reference[i])/figure.of(m))
			}
		}
		cells = append(cells, figure.text(median(figures)), ratio(ratios))
	}
	return cells
}

func ratio(ratios []float64) string {
	if len(ratios) == 0 {
		return ""
	}
	return strconv.FormatFloat(median(ratios), 'f', 2, 64)
}

func milliseconds(seconds float64) string {
	return fmt.Sprintf("%.1f ms", float64(time.Duration(seconds*1e9))/1e6)
}

func whole(figure float64) string { return strconv.FormatFloat(figure, 'f', 0, 64) }

func median(figures []float64) float64 {
	slices.Sort(figures)
	return figures[len(figures)/2]
}
