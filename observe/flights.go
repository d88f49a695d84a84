package observe

import (
	"sync/atomic"
	"time"
)

// flights holds the start times of the sends or calls that are under way, by the clock
// of the meter. It has a place for each of them, and keeps the places of the busiest
// moment. It takes no lock.
type flights struct {
	begun [8]atomic.Int64 // the time plus one; 0 for a free place
	more  atomic.Pointer[flights]
}

// begin records a start. Storing 0 frees its place.
func (f *flights) begin(at time.Duration) *atomic.Int64 {
	for ; ; f = f.next() {
		for i := range f.begun {
			if f.begun[i].Load() == 0 && f.begun[i].CompareAndSwap(0, int64(at)+1) {
				return &f.begun[i]
			}
		}
	}
}

// next returns the next block of places, and adds one if there is none.
func (f *flights) next() *flights {
	if f.more.Load() == nil {
		f.more.CompareAndSwap(nil, new(flights))
	}
	return f.more.Load()
}

// count returns how many are under way, and when the first of them began.
func (f *flights) count() (n int, began time.Duration) {
	for ; f != nil; f = f.more.Load() {
		for i := range f.begun {
			at := f.begun[i].Load()
			if at == 0 {
				continue
			}
			if n++; n == 1 || time.Duration(at-1) < began {
				began = time.Duration(at - 1)
			}
		}
	}
	return n, began
}
