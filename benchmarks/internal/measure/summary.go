package measure

import (
	"slices"

	"golang.org/x/perf/benchmath"
)

// A Summary summarizes samples, whatever their distribution.
type Summary struct {
	Median  float64
	Lo, Hi  float64 // the 95 % confidence interval of the median; infinite for too few samples
	Min     float64 // also robust, since other work only ever slows things down
	Samples int
}

// Sum summarizes values without changing them. It returns false if there are none.
func Sum(values []float64) (Summary, bool) {
	if len(values) == 0 {
		return Summary{}, false
	}
	sample := benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds)
	s := benchmath.AssumeNothing.Summary(sample, 0.95)
	return Summary{s.Center, s.Lo, s.Hi, slices.Min(values), len(values)}, true
}

// Of returns the values of a metric, or nil.
func Of(lists [][]float64, metric int) []float64 {
	if metric < len(lists) {
		return lists[metric]
	}
	return nil
}
