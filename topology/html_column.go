package topology

import (
	"cmp"
	"slices"
	"strings"
)

// A pageColumn holds rows by package.
type pageColumn struct {
	Kind, Title string
	Empty       string // text for a column without rows
	Groups      []*pageGroup

	groups map[string]*pageGroup // by the path of the package
	rows   map[string]*pageRow
	prefix string // prefix of the rows' ids
	ids    map[string]bool
}

// A pageGroup is the rows of a package in a column, or those of other processes.
type pageGroup struct {
	Index int // in page.Packages; -1 for other processes
	Path  string
	Label string
	Hue   int // colour of a package of signals
	Rows  []*pageRow

	place int // the median of its rows' places
}

// A pageRow is a signal, or a place that sends or hears one.
type pageRow struct {
	ID     string
	Name   string // name within its group
	Full   string // name outside of its group
	Badges []string
	At     string
	Ties   []pageTie // to signals
	Twin   string    // shared by the two rows of what both sends and hears

	Signal *pageSignal // nil for what sends or hears

	places []int // places of its signals in their column
	place  int   // the median of these
}

// A pageSignal is what only the rows of signals have.
type pageSignal struct {
	Summary   string // the first sentence of Doc
	Doc       string
	Signature string
	Marked    bool // it has no senders or no receivers
	Open      bool // unknown places may send and hear it

	Sends, Receives []pageTie

	place int
}

// A pageTie is a link to another row, and what there is to say about it.
type pageTie struct {
	To, Name string // id and full name of the row
	In       int    // the package that contains it: an index in page.Packages
	How      string
	At       string
	Async    bool
	Process  bool // from or to other processes
	Test     bool
}

func newPageColumn(kind, title, empty, prefix string) *pageColumn {
	return &pageColumn{
		Kind: kind, Title: title, Empty: empty, prefix: prefix,
		groups: map[string]*pageGroup{}, rows: map[string]*pageRow{}, ids: map[string]bool{},
	}
}

// row returns the row of key in a column, in the group of a package. If there is none
// yet, it makes one. An empty path stands for other processes.
func (p *pageMaker) row(c *pageColumn, key, path, id string) *pageRow {
	if row := c.rows[key]; row != nil {
		return row
	}
	group := c.groups[path]
	if group == nil {
		group = &pageGroup{Index: -1, Label: "other processes"}
		if path != "" {
			group = &pageGroup{Index: p.index[path], Path: path, Label: p.label(path)}
		}
		c.groups[path] = group
		c.Groups = append(c.Groups, group)
	}
	row := &pageRow{ID: c.unique(id)}
	c.rows[key] = row
	group.Rows = append(group.Rows, row)
	return row
}

// unique makes an id from text that no other row has. It has no spaces.
func (c *pageColumn) unique(text string) string {
	id := c.prefix + strings.Join(strings.Fields(text), "_")
	for c.ids[id] {
		id += "~"
	}
	c.ids[id] = true
	return id
}

// badge adds a badge, once.
func (r *pageRow) badge(text string) {
	if !slices.Contains(r.Badges, text) {
		r.Badges = append(r.Badges, text)
	}
}

// Len returns the number of rows.
func (c *pageColumn) Len() int { return len(c.rows) }

// sort puts rows next to the signals that they are tied to, so that few lines cross. It
// uses medians, so a few ties to distant signals do not move a row.
func (c *pageColumn) sort() {
	for _, group := range c.Groups {
		var places []int
		for _, row := range group.Rows {
			row.place = median(row.places)
			places = append(places, row.places...)
		}
		group.place = median(places)
		slices.SortStableFunc(group.Rows, func(a, b *pageRow) int {
			return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.Name, b.Name))
		})
	}
	slices.SortStableFunc(c.Groups, func(a, b *pageGroup) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.Path, b.Path))
	})
}

// median sorts places, and returns the one in the middle.
func median(places []int) int {
	slices.Sort(places)
	return places[len(places)/2]
}
