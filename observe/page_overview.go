package observe

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A pageHead is what every view begins with.
type pageHead struct {
	View, Title, Heading string
	Query                string // of the signal, as in an address
	Process              string
	Time                 time.Time
}

func (p *page) head(r *pageReport, q pageQuery, heading string) pageHead {
	program := filepath.Base(os.Args[0])
	if heading == "" {
		heading = "Signals of " + program
	}
	return pageHead{q.view, heading + " · " + program, heading, q.signal(), p.process, r.Time}
}

// An overview is what the view of all signals shows.
type overview struct {
	pageHead
	Alarm    string
	Problems []problemLine
	Filter   string
	Count    string
	Shown    int
	Columns  []pageColumn
	Rows     []*pageRow
	Picture  *pictureView
}

// A pageColumn is a column of the overview, and what it shows of a signal.
type pageColumn struct {
	Key, Title, Help, Class string
	Sorted                  string // the direction, or empty
	Link                    string

	value func(s *pageSignal) pageCell // nil for the first and the last column
}

// A pageCell is a figure, as text and as what to sort by.
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

// direct says how the table is sorted by the column, and what its head leads to.
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

func (s *pageSignal) connections() (n int) {
	for _, r := range s.Receivers {
		n += r.Connections
	}
	return n
}

// state is a word on what keeps a signal from being heard.
func (s *pageSignal) state() string {
	switch {
	case s.Closed:
		return "closed"
	case s.Muted:
		return "muted"
	case s.Sends > 0 && len(s.Receivers) == 0:
		return "nobody hears"
	default:
		return ""
	}
}

// A pageRow is a signal of the overview. As JSON, it is what changes.
type pageRow struct {
	ID     string     `json:"id"`
	Class  string     `json:"class"`
	Rank   int        `json:"rank"`
	State  string     `json:"state"`
	Trend  string     `json:"trend"`
	Points string     `json:"points"`
	Cells  []pageCell `json:"cells"`

	Link, Set, Summary string   `json:"-"`
	Words              []string `json:"-"` // of the name
	Text               string   `json:"-"` // to filter by, beside what is to be seen
	Hidden             bool     `json:"-"`
	name               string
}

func newPageRow(s *pageSignal, columns []pageColumn) *pageRow {
	row := &pageRow{
		ID: fmt.Sprintf("s%d", s.id), Class: class(s.rank()), Rank: s.rank(), State: s.state(),
		Trend: trend(s), Points: points(s.Recent),
		Link: linkTo(s.Name, s.Set), Set: s.Set, Summary: sentence(s.Doc), Words: words(s.Name), name: s.Name,
	}
	for i := range columns {
		if value := columns[i].value; value != nil {
			cell := value(s)
			cell.column = &columns[i]
			row.Cells = append(row.Cells, cell)
		}
	}
	text := []string{s.Doc}
	for _, r := range s.Receivers {
		text = append(text, r.Name)
	}
	row.Text = strings.Join(text, " ")
	return row
}

// class is that of a row, by the rank of its worst problem.
func class(rank int) string {
	switch {
	case isBad(rank):
		return "bad"
	case rank > 0:
		return "warn"
	default:
		return ""
	}
}

// matches reports whether a row has all words of a filter.
func (row *pageRow) matches(filter string) bool {
	text := strings.ToLower(strings.Join([]string{row.name, row.Set, row.State, row.Text}, " "))
	return !slices.ContainsFunc(strings.Fields(strings.ToLower(filter)), func(word string) bool {
		return !strings.Contains(text, word)
	})
}

func (p *page) overview(r *pageReport, q pageQuery) *overview {
	v := &overview{
		pageHead: p.head(r, q, ""), Alarm: alarm(r.Signals), Problems: problemLines(r.Signals),
		Filter: q.filter, Columns: pageColumns(q), Picture: p.pictureView(r.Picture, ""),
	}
	for _, s := range r.Signals {
		row := newPageRow(s, v.Columns)
		row.Hidden = !row.matches(q.filter)
		if !row.Hidden {
			v.Shown++
		}
		v.Rows = append(v.Rows, row)
	}
	slices.SortStableFunc(v.Rows, rowOrder(q, v.Columns))
	v.Count = countOf(uint64(len(v.Rows)), "signal")
	if q.filter != "" {
		v.Count = count(uint64(v.Shown)) + " of " + v.Count
	}
	return v
}

// rowOrder returns how rows are to be compared.
func rowOrder(q pageQuery, columns []pageColumn) func(a, b *pageRow) int {
	at := slices.IndexFunc(columns, func(c pageColumn) bool { return c.Key == q.sort && c.value != nil })
	sign := -1
	if q.up {
		sign = 1
	}
	return func(a, b *pageRow) int {
		switch {
		case q.sort == "name":
			return sign * strings.Compare(a.name, b.name)
		case at < 0:
			return cmp.Compare(b.Rank, a.Rank)
		default:
			return sign * cmp.Compare(a.Cells[at-1].Sort, b.Cells[at-1].Sort)
		}
	}
}

// A problemLine is a problem as it is shown.
type problemLine struct {
	Class, Link, Signal, Text, At string

	rank int
}

// mostProblems is how many are shown; the rows of the others are marked all the same.
const mostProblems = 12

// problemLines returns the worst problem of each signal, the worst first.
func problemLines(signals []*pageSignal) (lines []problemLine) {
	for _, s := range signals {
		if len(s.Problems) > 0 {
			lines = append(lines, newProblemLine(s, s.Problems[0]))
		}
	}
	slices.SortStableFunc(lines, func(a, b problemLine) int { return cmp.Compare(b.rank, a.rank) })
	return lines[:min(len(lines), mostProblems)]
}

func newProblemLine(s *pageSignal, problem pageProblem) problemLine {
	return problemLine{class(problem.Rank), linkTo(s.Name, s.Set), shortName(s.Name), problem.Text, at(problem.File, problem.Line), problem.Rank}
}

// alarm tells somebody who does not see the page of problems that are there now. It
// changes with them, and not with their figures.
func alarm(signals []*pageSignal) string {
	var names []string
	for _, s := range signals {
		if isBad(s.rank()) {
			names = append(names, shortName(s.Name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "Problems: " + strings.Join(names[:min(len(names), mostProblems)], ", ")
}
