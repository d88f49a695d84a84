package observe

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A duration is in the bucket whose bounds are around it. The bounds are at most an
// eighth away from the middle.
func TestBuckets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(-5, 1<<longest).Draw(t, "duration"))
		i := bucketOf(d)
		if d > boundOf(i) || i > 0 && d <= boundOf(i-1) {
			t.Fatalf("%d is in bucket %d, up to %d", d, i, boundOf(i))
		}
		if i > 0 {
			low, high := float64(boundOf(i-1)), float64(boundOf(i))
			if middle := (low + high) / 2; (high-middle)/middle > 0.126 {
				t.Fatalf("bucket %d is from %v to %v", i, low, high)
			}
		}
	})
	if i := bucketOf(math.MaxInt64); i != buckets-1 {
		t.Errorf("the longest duration is in bucket %d of %d", i, buckets)
	}
}

// Quantiles are within an eighth of those of the durations themselves.
func TestQuantiles(t *testing.T) {
	var h histogram
	if l := h.latency(); l.Count != 0 || l.P50 != 0 || l.P99 != 0 || l.Buckets != nil {
		t.Errorf("got %+v", l)
	}
	for n := range 1000 {
		h.add(time.Duration(n+1) * time.Millisecond)
	}
	l := h.latency()
	if l.Count != 1000 || l.Sum != 500500*time.Millisecond || l.Max != time.Second {
		t.Errorf("got %+v", l)
	}
	for want, got := range map[time.Duration]time.Duration{500 * time.Millisecond: l.P50, 990 * time.Millisecond: l.P99} {
		if ratio := float64(got) / float64(want); ratio < 0.875 || ratio > 1.125 {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// A duration that is longer than any bucket is reported as the longest.
func TestLongest(t *testing.T) {
	var h histogram
	h.add(30 * time.Hour)
	if l := h.latency(); l.P50 > 30*time.Hour || l.P50 < 10*time.Minute || l.Max != 30*time.Hour {
		t.Errorf("got %+v", l)
	}
}
