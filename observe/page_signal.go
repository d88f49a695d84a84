package observe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A signalView is what the view of a signal shows.
type signalView struct {
	pageHead
	Doc, Declaration, At string
	Live                 string // the address of its last sends
	Alarm                string
	Problems             []problemLine
	Trend, Points        string
	Figures              []figure
	Receivers            []receiverRow
	Slow                 time.Duration
	Running              []runningView
	Failures             []failureView
	Picture              *pictureView
}

// A figure has a name.
type figure struct{ Name, Text string }

func (p *page) signalView(r *pageReport, q pageQuery, s *pageSignal) *signalView {
	s.describeType()
	v := &signalView{
		pageHead: p.head(r, q, s.Name), Doc: strings.TrimSpace(s.Doc), Declaration: s.Type,
		Live: viewLive + "?" + q.signal(), Alarm: alarm([]*pageSignal{s}), Trend: trend(s), Points: points(s.Recent),
		Figures: figures(s), Receivers: receiverRows(s), Slow: p.slow,
		Running: runningViews(s), Failures: failureViews(s), Picture: p.pictureView(r.Picture, s.Name),
	}
	if declared := p.picture.signal(s.Name); declared != nil {
		v.Declaration, v.At = cmp.Or(declared.signature(), s.Type), declared.Pos.String()
	}
	for _, problem := range s.Problems {
		line := newProblemLine(s, problem)
		line.Signal = ""
		v.Problems = append(v.Problems, line)
	}
	return v
}

func figures(s *pageSignal) []figure {
	state := s.state()
	if state == "" {
		state = "open"
	}
	return []figure{
		{"Sends/s", rate(s.Rate)},
		{"Sends", count(s.Sends)},
		{"Under way", count(uint64(s.InFlight))},
		{"Errors", count(s.Errors)},
		{"Panics", count(s.Panics)},
		{"Dropped", count(s.Drops)},
		{"p50", orDash(duration(s.Latency.P50))},
		{"p99", orDash(duration(s.Latency.P99))},
		{"Longest", orDash(duration(s.Latency.Max))},
		{"State", state},
	}
}

func orDash(text string) string { return cmp.Or(text, "–") }

// A receiverRow is a receiver of the view of its signal.
type receiverRow struct {
	Class                                    string
	Words                                    []string
	Badges                                   []badge
	At, Options                              string
	Priority                                 int
	Calls, Errors, Panics, P50, P99, Dropped string
	Share, Queue                             *gauge
}

// A badge is a word beside a receiver's name.
type badge struct {
	Text string
	Warn bool
}

// A gauge shows an amount.
type gauge struct {
	Value, Max, High float64 // more than High is too much; 0 for no such limit
	Text             string
}

// receiverRows returns the receivers in the order in which they are called.
func receiverRows(s *pageSignal) (rows []receiverRow) {
	busy := busyOf(s.Receivers)
	for _, r := range s.Receivers {
		row := receiverRow{
			Class: receiverClass(s, r), Words: words(shortName(r.Name)), Badges: badges(r), At: at(r.File, r.Line),
			Options: strings.Join(r.Options, ", "), Priority: r.Priority,
			Calls: count(r.Calls), Errors: count(r.Errors), Panics: count(r.Panics),
			P50: duration(r.Latency.P50), P99: duration(r.Latency.P99),
		}
		if busy > 0 && r.Queue == nil {
			percent := 100 * float64(r.Busy) / float64(busy)
			row.Share = &gauge{Value: percent, Max: 100, Text: fmt.Sprintf("%.0f %%", percent)}
		}
		if q := r.Queue; q != nil {
			row.Queue = &gauge{float64(q.Len), float64(q.Size), float64(q.Size) / 2, fmt.Sprintf("%d/%d", q.Len, q.Size)}
			if q.Dropped > 0 {
				row.Dropped = count(q.Dropped) + " dropped"
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// busyOf returns how long a send spends in receivers. Receivers with a queue take none
// of its time.
func busyOf(receivers []ReceiverMetrics) (busy time.Duration) {
	for _, r := range receivers {
		if r.Queue == nil {
			busy += r.Busy
		}
	}
	return busy
}

// receiverClass returns the class of the worst problem of a receiver.
func receiverClass(s *pageSignal, r ReceiverMetrics) string {
	for _, problem := range s.Problems {
		if problem.Receiver == r.Name && problem.Line == r.Line {
			return class(problem.Rank)
		}
	}
	return ""
}

func badges(r ReceiverMetrics) (all []badge) {
	if r.ID != "" {
		all = append(all, badge{Text: "id " + r.ID})
	}
	if r.Connections > 1 {
		all = append(all, badge{Text: countOf(uint64(r.Connections), "connection")})
	}
	if r.Connections == 0 {
		all = append(all, badge{Text: "disconnected"})
	}
	if r.InFlight > 0 {
		all = append(all, badge{Text: count(uint64(r.InFlight)) + " running"})
	}
	return all
}

// A runningView is a receiver that has been running for a long time.
type runningView struct {
	Receiver, Text, At string
	Stacks             []stackView
}

// A stackView is the stack of some goroutines.
type stackView struct{ Key, Title, Text string }

func runningViews(s *pageSignal) (all []runningView) {
	for _, r := range s.Running {
		v := runningView{Receiver: shortName(r.Receiver), Text: "for " + seconds(r.For), At: fmt.Sprintf("%s:%d", r.File, r.Line)}
		if r.InFlight > 1 {
			v.Text += fmt.Sprintf(", the longest of %d calls", r.InFlight)
		}
		for i, stack := range r.Stacks {
			v.Stacks = append(v.Stacks, stackView{fmt.Sprint(r.Receiver, i), countOf(uint64(stack.Goroutines), "goroutine"), stack.Text})
		}
		all = append(all, v)
	}
	return all
}

// A failureView is an error or a panic of a receiver.
type failureView struct {
	Failure
	Receiver, At, Key string
}

// mostFailures is how many errors of a signal are shown.
const mostFailures = 20

// failureViews returns the last errors, the newest first.
func failureViews(s *pageSignal) (all []failureView) {
	for _, r := range s.Receivers {
		for _, f := range r.Failures {
			key := fmt.Sprint(f.Time.UnixNano(), r.Name)
			all = append(all, failureView{f, shortName(r.Name), at(r.File, r.Line), key})
		}
	}
	slices.SortStableFunc(all, func(a, b failureView) int { return b.Time.Compare(a.Time) })
	return all[:min(len(all), mostFailures)]
}
