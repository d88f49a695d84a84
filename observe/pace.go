package observe

import (
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// all is how many sends of a signal are all observed in each second, before sampling
// starts.
const all = 1000

// A pace counts, and decides what is observed.
type pace struct {
	runtime.Counter
	used   atomic.Int64 // how many have been observed since then
	since  atomic.Int64 // a time, by the clock of the meter
	stride atomic.Int64 // how many each observed one stands for; 0 means 1
	timed  atomic.Bool  // a call of renew is due
}

// observed decides what to observe next; something observed begins now. It returns how
// many that one stands for.
func (p *pace) observed(m *Metrics, now time.Duration) (weight uint64) {
	weight = uint64(max(1, p.stride.Load()))
	oneIn := m.oneIn.get()
	if oneIn == 1 || m.watched() || oneIn > 1 && p.within(now) {
		p.next(weight, 1)
		return weight
	}
	p.next(weight, oneIn)
	p.Skip(oneIn - 1)
	if m.watched() {
		p.Skip(0) // somebody has just begun to watch
	}
	return weight
}

// next records how many the next observed one stands for, if that changes. Storing
// takes longer than looking.
func (p *pace) next(weight uint64, oneIn int) {
	if weight != uint64(oneIn) {
		p.stride.Store(int64(oneIn))
	}
}

// within reports whether more may be observed in this second.
func (p *pace) within(now time.Duration) bool {
	used := p.used.Load()
	if used < all {
		used = p.used.Add(1)
	}
	if used == 1 {
		p.since.Store(int64(now))
	}
	if used < all {
		return true
	}
	left := time.Second - (now - time.Duration(p.since.Load()))
	if left <= 0 {
		p.used.Store(0)
		return true
	}
	if used == all && p.timed.CompareAndSwap(false, true) {
		time.AfterFunc(left, p.renew)
	}
	return false
}

// renew begins another second.
func (p *pace) renew() {
	p.timed.Store(false)
	p.used.Store(0)
	p.stride.Store(1)
	p.Skip(0)
}
