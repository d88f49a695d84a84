package observe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
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

const (
	eventStep    = 500 * time.Millisecond
	readerBuffer = 4               // messages that may wait for a reader
	readerWait   = 5 * time.Second // how long a write may take
	mostReaders  = 100
)

// serveEvents sends what changes, until the browser goes or does not keep up.
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

// write writes a message, or gives up when it takes too long.
func (*page) write(w http.ResponseWriter, message []byte) error {
	c := http.NewResponseController(w)
	_ = c.SetWriteDeadline(time.Now().Add(readerWait)) // where there are none, writes end with the connection
	if _, err := fmt.Fprintf(w, "data: %s\n\n", message); err != nil {
		return err
	}
	return c.Flush()
}

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

// A stream tells what has changed in a view since it told so last.
type stream struct {
	page  *page
	query pageQuery
	parts map[string]string // by the id of the element
	rows  map[string]string // by the id of the row, as JSON
	sends uint64            // the number of the last one
}

// A pageMessage is what a browser gets.
type pageMessage struct {
	Process string            `json:"process"`
	Time    string            `json:"time"`
	Parts   map[string]string `json:"parts,omitempty"` // contents of elements, by id
	Rows    []json.RawMessage `json:"rows,omitempty"`
	Sends   string            `json:"sends,omitempty"` // rows to put in front
}

func (p *page) newStream(q pageQuery) *stream {
	return &stream{page: p, query: q, parts: make(map[string]string), rows: make(map[string]string)}
}

// message returns what has changed, the first time all, as JSON in one line.
func (s *stream) message(report *pageReport) []byte {
	m := &pageMessage{Process: s.page.process, Time: report.Time.Format("15:04:05"), Parts: make(map[string]string)}
	switch s.query.view {
	case viewOverview:
		s.addOverview(m, s.page.overview(report, s.query))
	case viewSignal:
		if found := report.find(s.query); found != nil {
			s.addSignal(m, s.page.signalView(report, s.query, found))
		}
	case viewLive:
		s.addSends(m, report)
	}
	out, err := json.Marshal(m)
	if err != nil {
		panic(err) // a message is text only
	}
	return out
}

func (s *stream) addOverview(m *pageMessage, v *overview) {
	s.part(m, "alarm", template.HTMLEscapeString(v.Alarm))
	s.render(m, "problems", v.Problems)
	if v.Picture != nil {
		s.render(m, "picture", v.Picture)
	}
	for _, row := range v.Rows {
		text, err := json.Marshal(row)
		if err == nil && s.rows[row.ID] != string(text) {
			s.rows[row.ID] = string(text)
			m.Rows = append(m.Rows, text)
		}
	}
}

func (s *stream) addSignal(m *pageMessage, v *signalView) {
	s.part(m, "alarm", template.HTMLEscapeString(v.Alarm))
	s.render(m, "problems", v.Problems)
	s.render(m, "figures", v)
	s.render(m, "receivers", v.Receivers)
	s.render(m, "running", v)
	s.render(m, "failures", v.Failures)
	if v.Picture != nil {
		s.render(m, "picture", v.Picture)
	}
}

func (s *stream) addSends(m *pageMessage, report *pageReport) {
	sends := s.page.live.since(s.sends)
	if len(sends) > 0 {
		s.sends = sends[0].number
		m.Sends = s.execute("sends", s.page.liveView(report, s.query, sends))
	}
}

// render adds a part that has changed: an element and its template have one name.
func (s *stream) render(m *pageMessage, id string, data any) { s.part(m, id, s.execute(id, data)) }

func (s *stream) part(m *pageMessage, id, html string) {
	if old, ok := s.parts[id]; !ok || old != html {
		s.parts[id], m.Parts[id] = html, html
	}
}

func (s *stream) execute(name string, data any) string {
	var out bytes.Buffer
	if err := s.page.templates.ExecuteTemplate(&out, name, data); err != nil {
		return template.HTMLEscapeString(err.Error())
	}
	return out.String()
}
