package observe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A pageProblem is a problem that the person on call should look into.
type pageProblem struct {
	Rank     int    `json:"rank"` // higher is worse
	Text     string `json:"text"`
	Receiver string `json:"receiver,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
}

// The ranks of problems. A queue that fills up ranks above a failure, since one can
// still do something about it.
const (
	rankHangs  = 400
	rankFull   = 300
	rankFills  = 200 // and a hundred more for a full queue
	rankPanics = 150
	rankFailed = 100
)

// isBad reports whether a problem of this rank needs attention now.
func isBad(rank int) bool { return rank >= rankPanics }

// problemsOf returns the problems of a signal, the worst first.
func problemsOf(s *pageSignal) (problems []pageProblem) {
	for _, r := range s.Running {
		problems = append(problems, pageProblem{rankHangs, fmt.Sprintf("%s has been running for %s", shortName(r.Receiver), seconds(r.For)), r.Receiver, r.File, r.Line})
	}
	for _, r := range s.Receivers {
		if q := r.Queue; q != nil && 2*q.Len >= q.Size && q.Size > 1 {
			rank, word := rankFills+100*min(q.Len, q.Size)/q.Size, "fills"
			if q.Len >= q.Size {
				rank, word = rankFull, "is full"
			}
			problems = append(problems, pageProblem{rank, fmt.Sprintf("the queue of %s %s: %d of %d", shortName(r.Name), word, q.Len, q.Size), r.Name, r.File, r.Line})
		}
	}
	problems = append(problems, freshProblems(s.fresh)...)
	slices.SortStableFunc(problems, func(a, b pageProblem) int { return cmp.Compare(b.Rank, a.Rank) })
	return problems
}

// freshProblems returns the problems of the last two minutes.
func freshProblems(n counted) (problems []pageProblem) {
	for _, f := range []struct {
		n    uint64
		rank int
		what string
	}{{n.panics, rankPanics, "panic"}, {n.errors, rankFailed, "error"}, {n.drops, rankFailed, "dropped send"}} {
		if f.n > 0 {
			problems = append(problems, pageProblem{Rank: f.rank, Text: countOf(f.n, f.what) + " in the last two minutes"})
		}
	}
	return problems
}

// rank returns the rank of the worst problem, or 0.
func (s *pageSignal) rank() int {
	if len(s.Problems) == 0 {
		return 0
	}
	return s.Problems[0].Rank
}

// A problemLine is a problem as it is shown.
type problemLine struct {
	Class, Link, Signal, Text, At string

	rank int
}

// mostProblems is how many are listed. The rows of the others are marked too.
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

// alarm lists the current problems for people who do not see the page. It changes with
// the problems, but not with their figures.
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
