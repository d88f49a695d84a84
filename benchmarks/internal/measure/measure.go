// Package measure takes samples of several ways to do the same, in turns, and
// sums them up. It is made for machines that have something else to do: what
// slows one way down meets the one beside it too, and ratios are taken of samples
// that are neighbours in time.
package measure

import "context"

// A Way is one of the ways to do a work.
type Way struct {
	Sample func() []float64 // takes one sample: a value for each metric of the work

	// Versus is the way that a sample of which is taken after each of this one's,
	// to be compared with it. It may be nil.
	Versus *Way

	Samples [][]float64 // by metric
	Ratios  [][]float64 // by metric: the sample of Versus, by this one's just before

	done bool
}

// Rounds takes n samples of each way, in turns. One whose Sample returns nil is
// left out from then on. It ends early, without an error, when ctx is done.
func Rounds(ctx context.Context, ways []*Way, n int) {
	for range n {
		for _, w := range ways {
			if ctx.Err() != nil {
				return
			}
			w.round()
		}
	}
}

func (w *Way) round() {
	own := w.take()
	if own == nil || w.Versus == nil {
		return
	}
	other := w.Versus.take()
	if other == nil {
		return
	}
	ratios := make([]float64, len(own))
	for i := range own {
		ratios[i] = other[i] / own[i]
	}
	w.Ratios = add(w.Ratios, ratios)
}

// take takes a sample and keeps it.
func (w *Way) take() []float64 {
	if w.done {
		return nil
	}
	collect()
	sample := w.Sample()
	if sample == nil {
		w.done = true
		return nil
	}
	w.Samples = add(w.Samples, sample)
	return sample
}

// add appends a value to each of the lists.
func add(lists [][]float64, values []float64) [][]float64 {
	if lists == nil {
		lists = make([][]float64, len(values))
	}
	for i, v := range values {
		lists[i] = append(lists[i], v)
	}
	return lists
}
