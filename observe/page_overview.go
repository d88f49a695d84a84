package observe

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A pageHead is the beginning of every view.
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

// rowOrder returns how to compare rows.
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
