package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

// A record is a dead letter as -json prints it.
type record struct {
	Number    uint64    `json:"number"`
	Time      time.Time `json:"time"`
	Signal    string    `json:"signal"`
	Group     string    `json:"group"`
	Tries     int       `json:"tries"`
	Reason    string    `json:"reason"`
	Stream    string    `json:"stream"`
	Original  uint64    `json:"original"`
	Published time.Time `json:"published"`
	Cut       int       `json:"cut,omitempty"`
}

func recordOf(d natsbridge.DeadLetter) record {
	return record{d.Sequence, d.Time, d.Signal, d.Group, d.Attempts, d.Reason, d.Stream, d.Original, d.Published, d.Cut}
}

// contents are a record and what the message was.
type contents struct {
	record
	Headers map[string][]string `json:"headers"`
	Data    *string             `json:"data,omitempty"`        // if it is text
	Base64  string              `json:"data_base64,omitempty"` // if not
}

func contentsOf(d natsbridge.DeadLetter) contents {
	c := contents{record: recordOf(d), Headers: d.Header}
	if utf8.Valid(d.Data) {
		text := string(d.Data)
		c.Data = &text
	} else {
		c.Base64 = base64.StdEncoding.EncodeToString(d.Data)
	}
	return c
}

// groupRecord is the lag of a group as -json prints it.
type groupRecord struct {
	Signal   string  `json:"signal"`
	Group    string  `json:"group"`
	Consumer string  `json:"consumer,omitempty"`
	Waiting  int     `json:"waiting"`
	InFlight int     `json:"in_flight"`
	Dead     int     `json:"dead"`
	Oldest   float64 `json:"oldest_seconds"`
}

func lagOf(g natsbridge.GroupInfo) groupRecord {
	return groupRecord{g.Signal, g.Group, g.Consumer, g.Waiting, g.InFlight, g.Dead, g.Oldest.Seconds()}
}

// printJSON prints a value in a line. Strings have what a terminal would act on escaped.
func printJSON(out io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, c := range string(text) {
		if strconv.IsPrint(c) {
			b.WriteRune(c)
			continue
		}
		for _, unit := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&b, "\\u%04x", unit)
		}
	}
	b.WriteByte('\n')
	_, err = io.WriteString(out, b.String())
	return err
}

// pageRows is how many rows are aligned together, and held back for that.
const pageRows = 1000

// A table prints rows with aligned columns, or a line of JSON for each.
type table struct {
	aligned *tabwriter.Writer // nil for JSON
	out     io.Writer
	rows    int
	err     error // the first
}

func newTable(out io.Writer, json bool, heads ...any) *table {
	if json {
		return &table{out: out}
	}
	t := &table{aligned: tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)}
	t.print(heads)
	return t
}

// row prints cells, or the record in place of them.
func (t *table) row(record any, cells ...any) {
	if t.aligned != nil {
		t.print(cells)
	} else if err := printJSON(t.out, record); t.err == nil {
		t.err = err
	}
}

func (t *table) print(cells []any) {
	for i, cell := range cells {
		text := printable(fmt.Sprint(cell))
		if text == "" {
			text = "-"
		}
		if i > 0 {
			text = "\t" + text
		}
		_, _ = io.WriteString(t.aligned, text) // it keeps an error for Flush
	}
	_, _ = io.WriteString(t.aligned, "\n")
	if t.rows++; t.rows%pageRows == 0 {
		if err := t.aligned.Flush(); t.err == nil {
			t.err = err
		}
	}
}

// end prints what is left, and returns the first error of all.
func (t *table) end() error {
	if t.aligned != nil {
		return errors.Join(t.err, t.aligned.Flush())
	}
	return t.err
}

// printLetter prints all of a dead letter. What it says stands behind names or is
// indented, so that it cannot pass for more than it is.
func printLetter(out io.Writer, d natsbridge.DeadLetter) error {
	var b strings.Builder
	for _, line := range []struct {
		name  string
		value any
	}{
		{"number", d.Sequence},
		{"dead since", d.Time.UTC().Format(time.RFC3339)},
		{"signal", d.Signal},
		{"group", d.Group},
		{"tries", d.Attempts},
		{"reason", d.Reason},
		{"original", fmt.Sprintf("%d in stream %s, published %s", d.Original, d.Stream, d.Published.UTC().Format(time.RFC3339))},
	} {
		fmt.Fprintf(&b, "%-12s%s\n", line.name+":", printable(fmt.Sprint(line.value)))
	}
	if d.Cut > 0 {
		fmt.Fprintf(&b, "%-12s%d bytes, which the original has\n", "cut:", d.Cut)
	}
	b.WriteString("headers:\n")
	for _, name := range slices.Sorted(maps.Keys(d.Header)) {
		for _, value := range d.Header[name] {
			fmt.Fprintf(&b, "  %s: %s\n", printable(name), printable(value))
		}
	}
	fmt.Fprintf(&b, "data: (%d bytes)\n", len(d.Data))
	for line := range strings.SplitSeq(strings.TrimSuffix(dataText(d.Data), "\n"), "\n") {
		fmt.Fprintf(&b, "  %s\n", printable(line))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// dataText is data as text, or as a hex dump.
func dataText(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	return hex.Dump(data)
}

// printable returns a text with what a terminal would act on, or not show, escaped as in
// Go: control characters, newlines, characters that turn the direction, invalid bytes.
func printable(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		c, size := utf8.DecodeRuneInString(text)
		switch {
		case strconv.IsPrint(c) && (c != utf8.RuneError || size > 1):
			b.WriteString(text[:size])
		default:
			quoted := strconv.Quote(text[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		text = text[size:]
	}
	return b.String()
}

// maxReason is how many characters of a reason stand in a table.
const maxReason = 60

func cut(reason string) string {
	if runes := []rune(reason); len(runes) > maxReason {
		return string(runes[:maxReason-1]) + "…"
	}
	return reason
}

// short is a duration in its largest unit, and the next one: 3d4h.
func short(d time.Duration) string {
	switch {
	case d == 0:
		return "-"
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d%time.Minute/time.Second)
	case d < 24*time.Hour:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	default:
		return fmt.Sprintf("%dd%dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
	}
}
