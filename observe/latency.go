package observe

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// Latency summarizes how long sends or calls have taken.
type Latency struct {
	Count   uint64        `json:"count"` // how many were timed
	Sum     time.Duration `json:"sum"`
	P50     time.Duration `json:"p50"` // the median, accurate to an eighth
	P99     time.Duration `json:"p99"`
	Max     time.Duration `json:"max"`
	Buckets []Bucket      `json:"buckets,omitempty"` // those that are not empty, the shortest first
}

// A Bucket counts durations that are longer than the previous bucket's UpTo and not
// longer than its own. There are four buckets for each power of two.
type Bucket struct {
	UpTo  time.Duration `json:"upTo"` // the upper bound, inclusive
	Count uint64        `json:"count"`
}

// The first bucket of a histogram ends at 64 ns, and the last but one at 2^40 ns, which
// is 18 minutes. The last has no upper bound.
const (
	shortest = 6
	longest  = 40
	buckets  = 4*(longest-shortest) + 2
)

// A histogram counts durations, without locks.
type histogram struct {
	counts atomic.Pointer[[buckets]atomic.Uint64] // nil before the first duration
	sum    atomic.Int64
	max    atomic.Int64
}

// bucketOf returns the index of the bucket of a duration.
func bucketOf(d time.Duration) int {
	n := uint64(max(d-1, 0)) // a bucket includes its upper bound
	exponent := bits.Len64(n) - 1
	if exponent < shortest {
		return 0
	}
	return min(1+4*(exponent-shortest)+int(n>>(exponent-2)&3), buckets-1)
}

// boundOf returns the upper bound of a bucket.
func boundOf(i int) time.Duration {
	if i == 0 {
		return 1 << shortest
	}
	octave, quarter := (i-1)/4, (i-1)%4
	return time.Duration(5+quarter) << (shortest + octave - 2)
}

// add counts a duration.
func (h *histogram) add(d time.Duration) {
	counts := h.counts.Load()
	if counts == nil {
		h.counts.CompareAndSwap(nil, new([buckets]atomic.Uint64))
		counts = h.counts.Load()
	}
	counts[bucketOf(d)].Add(1)
	h.sum.Add(int64(d))
	for longest := h.max.Load(); int64(d) > longest; longest = h.max.Load() {
		h.max.CompareAndSwap(longest, int64(d))
	}
}

// latency summarizes what has been counted.
func (h *histogram) latency() Latency {
	l := Latency{Sum: time.Duration(h.sum.Load()), Max: time.Duration(h.max.Load())}
	counts := h.counts.Load()
	if counts == nil {
		return l
	}
	for i := range counts {
		if n := counts[i].Load(); n > 0 {
			l.Count += n
			l.Buckets = append(l.Buckets, Bucket{boundOf(i), n})
		}
	}
	l.P50, l.P99 = l.quantile(0.5), l.quantile(0.99)
	return l
}

// quantile returns the middle of the bucket in which a quantile lies.
func (l Latency) quantile(share float64) time.Duration {
	rank := uint64(share*float64(l.Count-1)) + 1
	for _, b := range l.Buckets {
		if rank <= b.Count {
			i := bucketOf(b.UpTo)
			if i == 0 {
				return min(b.UpTo/2, l.Max)
			}
			return min((boundOf(i-1)+b.UpTo)/2, l.Max)
		}
		rank -= b.Count
	}
	return l.Max
}
