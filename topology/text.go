package topology

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Text writes the model as text: each signal with its senders and receivers, one per
// line, in the order of calls where that is known.
func Text(w io.Writer, m *Model) error {
	t := &text{labels: m.Labels()}
	t.programs(m.Programs)
	for _, a := range m.bySignal() {
		t.signal(a)
	}
	for _, u := range m.Unknown {
		if u.Signal == "" {
			t.printf("\n%s: %s: %s\n", u.In.Label(), u.Pos, u.Reason)
		}
	}
	_, err := w.Write(bytes.TrimPrefix(t.Bytes(), []byte("\n")))
	return err
}

// text is what is printed.
type text struct {
	bytes.Buffer
	labels map[string]string
}

func (t *text) printf(format string, args ...any) { _, _ = fmt.Fprintf(t, format, args...) }

// fewPrograms is the largest number of programs that are listed: more would push the
// signals off the screen.
const fewPrograms = 5

func (t *text) programs(programs []Program) {
	if len(programs) > fewPrograms {
		t.printf("%d programs\n", len(programs))
		return
	}
	for _, p := range programs {
		if p.Path != "" {
			t.printf("program %s\n", p.Path)
		}
	}
}

// A row is a sender or a receiver.
type row struct {
	head  string // what it is; empty if it is the same as above
	who   string
	place string
	notes string
}

// signal prints one signal.
func (t *text) signal(a about) {
	title := t.labels[a.ID]
	if doc := a.Synopsis(); doc != "" {
		title += ": " + doc
	}
	t.printf("\n%s\n", cut(title, 100))
	rows := slices.Concat(
		headed("sent by", senders(a, t.labels), "nobody", a.unknown),
		headed("heard by", receivers(a, t.labels), "nobody", a.unknown),
	)
	for i, u := range a.unknown {
		r := row{who: u.In.Label(), place: u.Pos.String(), notes: u.Reason}
		if i == 0 {
			r.head = "unknown"
		}
		rows = append(rows, r)
	}
	t.table(rows)
}

// headed puts a head before rows. If there are none, it says so.
func headed(head string, rows []row, none string, unknown []Unknown) []row {
	if len(rows) == 0 {
		if len(unknown) > 0 {
			none += " that is known"
		}
		rows = []row{{who: none}}
	}
	rows[0].head = head
	return rows
}

// senders returns a row for each sender. One that sends twice in one place has one row.
func senders(a about, labels map[string]string) []row {
	var rows []row
	for _, s := range a.sends {
		who := s.In.Label()
		if s.Chained != "" {
			who = labels[s.Chained]
		}
		rows = addRow(rows, row{who: who, place: s.Pos.String(), notes: strings.Join(s.notes(), ", ")})
	}
	for _, b := range a.bridges {
		if b.comesIn() {
			rows = addRow(rows, bridgeRow(b))
		}
	}
	return rows
}

// receivers returns a row for each receiver.
func receivers(a about, labels map[string]string) []row {
	var rows []row
	for i, r := range a.receives {
		who := r.who(labels)
		if a.isOrdered() {
			who = fmt.Sprintf("%d. %s", i+1, who)
		}
		rows = addRow(rows, row{who: who, place: r.Place().String(), notes: strings.Join(r.notes(), ", ")})
	}
	for _, b := range a.bridges {
		if !b.comesIn() {
			rows = addRow(rows, bridgeRow(b))
		}
	}
	return rows
}

func bridgeRow(b Bridge) row {
	return row{who: "other processes", place: b.Pos.String(), notes: strings.Join(b.notes(), ", ")}
}

func addRow(rows []row, r row) []row {
	if slices.Contains(rows, r) {
		return rows
	}
	return append(rows, r)
}

// table prints rows in columns.
func (t *text) table(rows []row) {
	who, place := 0, 0
	for _, r := range rows {
		who, place = max(who, utf8.RuneCountInString(r.who)), max(place, len(r.place))
	}
	for _, r := range rows {
		line := fmt.Sprintf("  %-8s  %-*s  %-*s  %s", r.head, who, r.who, place, r.place, r.notes)
		t.printf("%s\n", strings.TrimRight(line, " "))
	}
}

// cut shortens a line.
func cut(line string, width int) string {
	runes := []rune(line)
	if len(runes) <= width {
		return line
	}
	return string(runes[:width-1]) + "…"
}
