package measure

import (
	"slices"

	"golang.org/x/perf/benchmath"
)

// A Summary sums up samples, whatever their distribution is.
type Summary struct {
	Median  float64
	Lo, Hi  float64 // between which the median is, by 95 % confidence; infinite for too few samples
	Min     float64 // robust too where something else only ever slows things down
	Samples int
}

// Sum sums up values, and leaves them as they are. It returns false for none.
func Sum(values []float64) (Summary, bool) {
	if len(values) == 0 {
		return Summary{}, false
	}
	sample := benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds)
	s := benchmath.AssumeNothing.Summary(sample, 0.95)
	return Summary{s.Center, s.Lo, s.Hi, slices.Min(values), len(values)}, true
}

// Of returns the list of a metric, or none.
func Of(lists [][]float64, metric int) []float64 {
	if metric < len(lists) {
		return lists[metric]
	}
	return nil
}
