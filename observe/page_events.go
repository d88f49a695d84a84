package observe

import (
	"fmt"
	"net/http"
	"time"
)

// readerWait is how long a write to a browser may take.
const readerWait = 5 * time.Second

// serveEvents sends what changes, until the browser leaves or does not keep up.
func (p *page) serveEvents(w http.ResponseWriter, r *http.Request) {
	q := readPageQuery(r.URL.Query().Get("view"), r.URL.Query())
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	if q.view == viewLive {
		p.live.lease.renew()
	}
	client := &reader{query: q, messages: make(chan []byte, readerBuffer)}
	if !p.hub.join(client) {
		w.Header().Del("Content-Type")
		http.Error(w, fmt.Sprintf("there are %d readers already", mostReaders), http.StatusServiceUnavailable)
		return
	}
	defer p.hub.leave(client)
	if p.write(w, p.newStream(q).message(p.report())) != nil {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case message, ok := <-client.messages:
			if !ok || p.write(w, message) != nil {
				return
			}
		}
	}
}

// write writes a message, or gives up when that takes too long.
func (*page) write(w http.ResponseWriter, message []byte) error {
	c := http.NewResponseController(w)
	_ = c.SetWriteDeadline(time.Now().Add(readerWait)) // without deadlines, writes end with the connection
	if _, err := fmt.Fprintf(w, "data: %s\n\n", message); err != nil {
		return err
	}
	return c.Flush()
}
