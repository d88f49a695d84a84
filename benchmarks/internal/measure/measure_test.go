package measure

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"
)

// steps returns a way with given samples, which logs its name with each.
func steps(log *[]string, name string, values ...float64) *Way {
	return &Way{Sample: func() []float64 {
		*log = append(*log, name)
		if len(values) == 0 {
			return nil
		}
		value := values[0]
		values = values[1:]
		return []float64{value, 2 * value}
	}}
}

func TestRounds(t *testing.T) {
	var log []string
	ours := steps(&log, "ours", 10, 20, 30, 40, 50)
	a, b := steps(&log, "a", 1, 2, 3), steps(&log, "b", 4)
	a.Versus, b.Versus = ours, ours
	Rounds(t.Context(), []*Way{a, b}, 3)
	if want := []string{"a", "ours", "b", "ours", "a", "ours", "b", "a", "ours"}; !slices.Equal(log, want) {
		t.Errorf("turns %v, want %v", log, want)
	}
	if want := []float64{10, 15, 40. / 3}; !slices.Equal(a.Ratios[1], want) {
		t.Errorf("ratios %v, want %v", a.Ratios[1], want)
	}
	if want := []float64{20, 40, 60, 80}; !slices.Equal(ours.Samples[1], want) {
		t.Errorf("samples %v, want %v", ours.Samples[1], want)
	}
	if len(b.Samples[0]) != 1 || b.Ratios[0][0] != 5 {
		t.Errorf("samples %v, ratios %v of one that gave up", b.Samples, b.Ratios)
	}
}

func TestRoundsEndWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var log []string
	if Rounds(ctx, []*Way{steps(&log, "a", 1)}, 1); len(log) > 0 {
		t.Errorf("turns %v", log)
	}
}

func TestSum(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3, 9, 8, 7, 6}
	s, ok := Sum(values)
	if !ok || s.Median != 5 || s.Min != 1 || s.Samples != 9 || s.Lo >= 5 || s.Hi <= 5 || values[0] != 5 {
		t.Errorf("got %+v, %v of %v", s, ok, values)
	}
	if s, ok := Sum([]float64{7}); !ok || s.Median != 7 || !math.IsInf(s.Hi, 1) {
		t.Errorf("got %+v, %v of one", s, ok)
	}
	if _, ok := Sum(nil); ok {
		t.Error("there is a sum of none")
	}
	if Of(nil, 0) != nil || Of([][]float64{{1}}, 0)[0] != 1 {
		t.Error("wrong metric")
	}
}

// A batch is as large as necessary, and has the same number of turns in each sample.
func TestTimed(t *testing.T) {
	turns := map[int]int{}
	sample := Timed(func(n int) {
		turns[n]++
		for start := time.Now(); time.Since(start) < time.Duration(n)*time.Microsecond; {
			continue
		}
	}, 300*time.Microsecond)
	for range 3 {
		if s := sample(); len(s) != 1 || s[0] < 1000 {
			t.Errorf("%v ns, want 1000 or more", s)
		}
	}
	for n, times := range turns {
		if times >= 3 && n < 100 {
			t.Errorf("%d turns in a batch", n)
		}
	}
}

func TestParallel(t *testing.T) {
	turns := make(chan int, 2)
	Parallel(func(n int) { turns <- n }, 2)(10)
	for range 2 {
		if n := <-turns; n != 5 {
			t.Errorf("%d turns, want 5", n)
		}
	}
}

var sink any

func TestAllocs(t *testing.T) {
	got := Allocs(func(n int) {
		for range n {
			sink = new([64]byte)
		}
	}, 1000)
	if got < 1 || got > 1.5 {
		t.Errorf("%v allocations, want 1", got)
	}
}

func TestHeld(t *testing.T) {
	const size = 1 << 20
	if got := Held(func() any { return make([]byte, size) }); got < size || got > 2*size {
		t.Errorf("%v bytes held, want %d", got, size)
	}
}
