package observe

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// points returns the points of the line of sends per second, in a box of 118 by 20
// whose right edge is now.
func points(recent []float64) string {
	top := 1.0
	if len(recent) > 0 {
		top = max(top, slices.Max(recent))
	}
	var line strings.Builder
	from := historyLen - len(recent)
	for i, n := range recent {
		if i > 0 {
			line.WriteByte(' ')
		}
		fmt.Fprintf(&line, "%d,%g", 2*(from+i), math.Round(10*(19-18*n/top))/10)
	}
	return line.String()
}

// trend says in words what the line shows.
func trend(s *pageSignal) string {
	if len(s.Recent) == 0 || slices.Max(s.Recent) == 0 {
		return "nothing sent in the last two minutes"
	}
	return fmt.Sprintf("between %s and %s sends a second in the last two minutes", rate(slices.Min(s.Recent)), rate(slices.Max(s.Recent)))
}
