package observe

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path"
	"strings"
)

// ServeHTTP answers by the last element of the path, so it need not know where the page
// is served.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", pagePolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "found method "+r.Method+", wanted GET or HEAD", http.StatusMethodNotAllowed)
		return
	}
	switch name := path.Base(r.URL.Path); {
	case strings.HasSuffix(r.URL.Path, "/"), r.URL.Path == "":
		p.serveView(w, r, viewOverview)
	case name == viewSignal || name == viewLive:
		p.serveView(w, r, name)
	case name == "api":
		p.serveAPI(w, r)
	case name == "events":
		p.serveEvents(w, r)
	default:
		http.NotFound(w, r)
	}
}

// The views, by the last element of their paths.
const (
	viewOverview = "overview" // at the path itself
	viewSignal   = "signal"
	viewLive     = "live"
)

// serveView writes a view as a document of its own.
func (p *page) serveView(w http.ResponseWriter, r *http.Request, view string) {
	q := readPageQuery(view, r.URL.Query())
	if view == viewLive {
		p.live.lease.renew()
	}
	report := p.report()
	name, data := p.document(report, q)
	var out bytes.Buffer
	if err := p.templates.ExecuteTemplate(&out, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if name == "missing" {
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = out.WriteTo(w) // an error means that the browser has gone
}

// document returns the template of a view, and its data.
func (p *page) document(report *pageReport, q pageQuery) (template string, data any) {
	switch {
	case q.view == viewLive:
		return viewLive, p.liveView(report, q, p.live.since(0))
	case q.view == viewOverview:
		return viewOverview, p.overview(report, q)
	}
	if s := report.find(q); s != nil {
		return viewSignal, p.signalView(report, q, s)
	}
	return "missing", p.head(report, q, "No such signal")
}

// serveAPI writes the report as JSON: all of it, or one signal of it.
func (p *page) serveAPI(w http.ResponseWriter, r *http.Request) {
	report := p.report()
	for _, s := range report.Signals {
		s.describeType()
	}
	var answer any = report
	if q := readPageQuery(viewSignal, r.URL.Query()); q.name != "" {
		s := report.find(q)
		if s == nil {
			http.Error(w, "no signal "+q.name, http.StatusNotFound)
			return
		}
		answer = s
	}
	out, err := json.MarshalIndent(answer, "", "\t")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(out, '\n')) // an error means that the client has gone
}
