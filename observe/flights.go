package observe

import (
	"sync/atomic"
	"time"
)

// flights are the times at which what is under way has begun, by the clock of the meter.
// There are as many as have ever been under way at once, and a few more. Nobody waits for
// anybody.
type flights struct {
	begun [8]atomic.Int64 // one more than the time; 0 for a free place
	more  atomic.Pointer[flights]
}

// begin notes a beginning. Its place becomes free when 0 is stored.
func (f *flights) begin(at time.Duration) *atomic.Int64 {
	for ; ; f = f.next() {
		for i := range f.begun {
			if f.begun[i].Load() == 0 && f.begun[i].CompareAndSwap(0, int64(at)+1) {
				return &f.begun[i]
			}
		}
	}
}

// next returns further places.
func (f *flights) next() *flights {
	if f.more.Load() == nil {
		f.more.CompareAndSwap(nil, new(flights))
	}
	return f.more.Load()
}

// count returns how many are under way, and when the first of them has begun.
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
