package observe

import (
	"fmt"
	"slices"
	"strings"
)

// state says what keeps a signal from being heard.
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
	Words              []string `json:"-"` // the name, split where a line may break
	Text               string   `json:"-"` // more text to filter by, besides what is shown
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

// class returns the class of a row, by the rank of its worst problem.
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

// matches reports whether a row contains all words of a filter.
func (row *pageRow) matches(filter string) bool {
	text := strings.ToLower(strings.Join([]string{row.name, row.Set, row.State, row.Text}, " "))
	return !slices.ContainsFunc(strings.Fields(strings.ToLower(filter)), func(word string) bool {
		return !strings.Contains(text, word)
	})
}

func (s *pageSignal) connections() (n int) {
	for _, r := range s.Receivers {
		n += r.Connections
	}
	return n
}
