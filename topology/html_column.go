package topology

import (
	"cmp"
	"slices"
	"strings"
)

// A pageColumn holds rows by package.
type pageColumn struct {
	Kind, Title string
	Empty       string // what it says if it has no rows
	Groups      []*pageGroup

	groups map[string]*pageGroup // by path of the package
	rows   map[string]*pageRow
	prefix string // of the rows' ids
	ids    map[string]bool
}

// A pageGroup is the rows of a package in a column, or those of other processes.
type pageGroup struct {
	Index int // in page.Packages; -1 for other processes
	Path  string
	Label string
	Hue   int // of a package of signals
	Rows  []*pageRow

	place int // the median of its rows' places
}

// A pageRow is a signal, or who sends or hears one.
type pageRow struct {
	ID     string
	Name   string // in its group
	Full   string // elsewhere
	Badges []string
	At     string
	Ties   []pageTie // to signals
	Twin   string    // what both sends and hears has the same in both columns

	Signal *pageSignal // nil for who sends or hears

	places []int // of the signals that it is tied to, in their column
	place  int   // the median of these
}

// A pageSignal is what only the rows of signals have.
type pageSignal struct {
	Summary   string // the first sentence of Doc
	Doc       string
	Signature string
	Marked    bool // it is to be marked if nobody sends or hears it
	Open      bool // it may be sent and heard at places that are not known

	Sends, Receives []pageTie

	place int
}

// A pageTie is a link to another row, and what is to be known of it.
type pageTie struct {
	To, Name string // id and full name of the row
	In       int    // the package that it stands in: an index in page.Packages
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

// row returns the row of key in a column, which it makes if need be, in the group of a
// package. An empty path stands for other processes.
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

// unique makes an id of text that no other row has, and that holds no space.
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

// Len is the number of rows.
func (c *pageColumn) Len() int { return len(c.rows) }

// sort puts rows beside the signals that they are tied to, so that few lines cross. It
// goes by medians: a few ties that lead far away do not take a row along.
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
