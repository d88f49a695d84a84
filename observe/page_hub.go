package observe

import (
	"slices"
	"sync"
	"time"
)

// hub tells browsers what has changed. It has a goroutine while there is any.
type hub struct {
	page *page

	mu      sync.Mutex // guards what follows; no send takes it
	readers map[*reader]struct{}
	running bool
}

// A reader is a browser that has a view open.
type reader struct {
	query    pageQuery
	messages chan []byte // closed when the reader is dropped
}

// What readers may take.
const (
	eventStep    = 500 * time.Millisecond
	readerBuffer = 4 // messages that may wait for a reader
	mostReaders  = 100
)

// join adds a reader, unless there are too many.
func (h *hub) join(r *reader) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.readers) >= mostReaders {
		return false
	}
	if h.readers == nil {
		h.readers = make(map[*reader]struct{})
	}
	h.readers[r] = struct{}{}
	if !h.running {
		h.running = true
		go h.run()
	}
	return true
}

// leave takes a reader away. With the last one of the sends, those are kept no longer.
func (h *hub) leave(r *reader) {
	h.mu.Lock()
	delete(h.readers, r)
	last := r.query.view == viewLive && !h.reads(viewLive)
	h.mu.Unlock()
	if last {
		h.page.live.lease.stop()
	}
}

// reads reports whether anybody has a view open. The caller holds mu.
func (h *hub) reads(view string) bool {
	for r := range h.readers {
		if r.query.view == view {
			return true
		}
	}
	return false
}

// run tells the readers what has changed, until there are none.
func (h *hub) run() {
	streams := make(map[pageQuery]*stream)
	for range time.Tick(eventStep) {
		open := h.open()
		if len(open) == 0 {
			return
		}
		report := h.page.report()
		next := make(map[pageQuery]*stream)
		for _, q := range open {
			if q.view == viewLive {
				h.page.live.lease.renew()
			}
			if next[q] = streams[q]; next[q] == nil {
				next[q] = h.page.newStream(q)
			}
			h.tell(q, next[q].message(report))
		}
		streams = next
	}
}

// open returns the views that readers have open. If there are none, run ends.
func (h *hub) open() (open []pageQuery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.readers {
		if !slices.Contains(open, r.query) {
			open = append(open, r.query)
		}
	}
	h.running = len(open) > 0
	return open
}

// tell hands a message to the readers of a view. One that has not taken the last ones
// is dropped; a browser asks again.
func (h *hub) tell(q pageQuery, message []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.readers {
		if r.query != q {
			continue
		}
		select {
		case r.messages <- message:
		default:
			close(r.messages)
			delete(h.readers, r)
		}
	}
}
