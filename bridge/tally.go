package bridge

import "sync"

// A tally counts what is in hand, so that one who closes can wait for it.
type tally struct {
	mu     sync.Mutex // guards what follows
	n      int
	closed bool
	empty  chan struct{} // closed when the tally is and n is 0; nil before close
}

// begin counts one more. It returns false if the tally is closed.
func (t *tally) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	t.n++
	return true
}

// end counts one less.
func (t *tally) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n--
	if t.closed && t.n == 0 {
		close(t.empty)
	}
}

// close has begin return false from now on. What it returns is closed as soon as
// nothing is in hand.
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
