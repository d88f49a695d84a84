package bridge

import "sync"

// A tally counts operations in flight, so that a close can wait for them.
type tally struct {
	mu     sync.Mutex // guards what follows
	n      int
	closed bool
	empty  chan struct{} // made by close; closed when n is 0
}

// begin adds one. It returns false if the tally is closed.
func (t *tally) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.n++
	return true
}

// end removes one.
func (t *tally) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n--
	if t.closed && t.n == 0 {
		close(t.empty)
	}
}

// close makes begin return false from now on. The channel that it returns is closed when
// nothing is in flight.
func (t *tally) close() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.closed = true
		t.empty = make(chan struct{})
		if t.n == 0 {
			close(t.empty)
		}
	}
	return t.empty
}

func (t *tally) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}
