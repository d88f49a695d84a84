package observe

import (
	"sync"
	"time"
)

// A lease keeps something running as long as it is renewed.
type lease struct {
	begin func() (end func()) // starts it

	mu    sync.Mutex // guards the fields below
	end   func()     // nil if nothing is running
	timer *time.Timer
}

// leaseFor is how long a lease lasts. A page without scripts renews it sooner.
const leaseFor = 10 * time.Second

func (l *lease) renew() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end == nil {
		l.end = l.begin()
		l.timer = time.AfterFunc(leaseFor, l.stop)
		return
	}
	l.timer.Reset(leaseFor)
}

// stop ends the lease before it expires.
func (l *lease) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end != nil {
		l.timer.Stop()
		l.end()
		l.end = nil
	}
}

// held reports whether the lease has not expired.
func (l *lease) held() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.end != nil
}
