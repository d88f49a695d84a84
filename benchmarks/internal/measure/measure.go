// Package measure takes samples of several ways to do the same work, in turns, and
// summarizes them. It is made for machines that are also doing other things. What slows
// one way down usually slows its neighbour too, so ratios are taken of samples that are
// neighbours in time.
package measure

import "context"

// A Way is a way to do some work.
type Way struct {
	Sample func() []float64 // takes one sample: a value for each metric of the work

	// Versus is a way to compare with. After each sample of this way, one of Versus is
	// taken. It may be nil.
	Versus *Way

	Samples [][]float64 // by metric
	Ratios  [][]float64 // by metric: the sample of Versus divided by the sample just before it

	done bool
}

// Rounds takes n samples of each way, in turns. A way whose Sample returns nil is left
// out from then on. Rounds ends early, without an error, when ctx is done.
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
