package observe

import (
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// all is the number of sends of a signal that are observed in each second before
// sampling starts.
const all = 1000

// A pace counts sends or calls, and decides which are observed.
type pace struct {
	runtime.Counter
	used   atomic.Int64 // how many have been observed since the time in since
	since  atomic.Int64 // when the current second began, by the clock of the meter
	stride atomic.Int64 // the weight of the next observed one; 0 means 1
	timed  atomic.Bool  // a call of renew is due
}

// observed is called when an observed send or call begins. It decides which one to
// observe next, and returns how many the current one counts for.
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
		p.Skip(0) // a Watch has just begun
	}
	return weight
}

// next sets the weight of the next observed one. It stores only a change, since a store
// is slower than a load.
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
