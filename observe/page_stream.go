package observe

import (
	"bytes"
	"encoding/json"
	"html/template"
)

// A stream finds out what has changed in a view since its last message.
type stream struct {
	page  *page
	query pageQuery
	parts map[string]string // by the id of the element
	rows  map[string]string // by the id of the row, as JSON
	sends uint64            // the number of the last send
}

// A pageMessage is what a browser gets.
type pageMessage struct {
	Process string            `json:"process"`
	Time    string            `json:"time"`
	Parts   map[string]string `json:"parts,omitempty"` // contents of elements, by id
	Rows    []json.RawMessage `json:"rows,omitempty"`
	Sends   string            `json:"sends,omitempty"` // rows to add in front
}

func (p *page) newStream(q pageQuery) *stream {
	return &stream{page: p, query: q, parts: make(map[string]string), rows: make(map[string]string)}
}

// message returns what has changed, or everything the first time, as JSON in one line.
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
	out, _ := json.Marshal(m) // it holds only text, and rows that are JSON
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

// render adds a part that has changed. The element and its template have the same name.
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
