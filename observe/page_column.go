package observe

import (
	"fmt"
	"math"
	"time"
)

// A pageColumn is a column of the overview, and how it shows a signal.
type pageColumn struct {
	Key, Title, Help, Class string
	Sorted                  string // the direction, or empty
	Link                    string

	value func(s *pageSignal) pageCell // nil for the first and the last column
}

// A pageCell is a figure, as text and as the number to sort by.
type pageCell struct {
	Text string  `json:"text"`
	Sort float64 `json:"sort"`

	column *pageColumn
}

// Label and Class are those of the cell's column.
func (c pageCell) Label() string { return c.column.Title }
func (c pageCell) Class() string { return c.column.Class }

func number(n uint64) pageCell { return pageCell{Text: count(n), Sort: float64(n)} }

func took(d time.Duration) pageCell { return pageCell{Text: duration(d), Sort: float64(d)} }

// pageColumns are the columns of the overview.
func pageColumns(q pageQuery) []pageColumn {
	columns := []pageColumn{
		{Key: "name", Title: "Signal"},
		{Key: "receivers", Title: "Receivers", value: func(s *pageSignal) pageCell { return number(uint64(s.connections())) }},
		{Key: "rate", Title: "Sends/s", value: func(s *pageSignal) pageCell { return pageCell{Text: rate(s.Rate), Sort: math.Round(10*s.Rate) / 10} }},
		{Key: "sends", Title: "Sends", value: func(s *pageSignal) pageCell { return number(s.Sends) }},
		{Key: "errors", Title: "Errors", value: func(s *pageSignal) pageCell { return number(s.Errors) }},
		{Key: "panics", Title: "Panics", value: func(s *pageSignal) pageCell { return number(s.Panics) }},
		{Key: "p50", Title: "p50", Help: "Half of the sends took no longer", value: func(s *pageSignal) pageCell { return took(s.Latency.P50) }},
		{Key: "p99", Title: "p99", Help: "99 of 100 sends took no longer", value: func(s *pageSignal) pageCell { return took(s.Latency.P99) }},
		{Key: "queue", Title: "Queued", Help: "Sends that wait in the fullest queue, and its size", value: queued},
		{Key: "drops", Title: "Dropped", value: func(s *pageSignal) pageCell { return number(s.Drops) }},
		{Title: "Two minutes", Class: "spark"},
	}
	for i := range columns {
		columns[i].direct(q)
		if columns[i].value != nil {
			columns[i].Class = "number"
		}
	}
	return columns
}

// direct sets how the table is sorted by the column, and where its head links to.
func (c *pageColumn) direct(q pageQuery) {
	up := c.Key == "name"
	if c.Key != "" && c.Key == q.sort {
		c.Sorted = "descending"
		if up = !q.up; q.up {
			c.Sorted = "ascending"
		}
	}
	c.Link = q.sorted(c.Key, up)
}

// queued shows the fullest queue.
func queued(s *pageSignal) pageCell {
	q := s.fullest()
	if q == nil {
		return pageCell{Sort: -1}
	}
	return pageCell{Text: fmt.Sprintf("%d/%d", q.Len, q.Size), Sort: q.fill()}
}

func (q *Queue) fill() float64 { return float64(q.Len) / float64(max(1, q.Size)) }

// fullest returns the fullest queue of a signal's receivers, or nil.
func (s *pageSignal) fullest() (fullest *Queue) {
	for _, r := range s.Receivers {
		if r.Queue != nil && (fullest == nil || r.Queue.fill() > fullest.fill()) {
			fullest = r.Queue
		}
	}
	return fullest
}
