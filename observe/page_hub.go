package observe

import (
	"slices"
	"sync"
	"time"
)

// hub sends to browsers what has changed. It has a goroutine while there are any.
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

// Limits for readers.
const (
	eventStep    = 500 * time.Millisecond
	readerBuffer = 4 // messages that a reader may be behind
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

// leave removes a reader. After the last one that shows sends, these are no longer
// kept.
func (h *hub) leave(r *reader) {
	h.mu.Lock()
	delete(h.readers, r)
	last := r.query.view == viewLive && !h.reads(viewLive)
	h.mu.Unlock()
	if last {
		h.page.live.lease.stop()
	}
}

// reads reports whether any browser has a view open. The caller holds mu.
func (h *hub) reads(view string) bool {
	for r := range h.readers {
		if r.query.view == view {
			return true
		}
	}
	return false
}

// run sends the readers what has changed, until there are none.
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
			h.broadcast(q, next[q].message(report))
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

// broadcast sends a message to the readers of a view. A reader that has not taken the last
// messages is dropped; the browser connects again.
func (h *hub) broadcast(q pageQuery, message []byte) {
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
