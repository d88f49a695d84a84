package observe

import (
	"net/http"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// A PageOption changes what a [Page] shows.
type PageOption func(*page)

// Page returns a handler that shows the signals of the program to the person on call:
// which receiver is slow or hangs, which queue is full, what failed, and whether
// anybody listens. It can be served at any path that ends with a slash:
//
//	http.Handle("/debug/signals/", observe.Page())
//
// It shows all of [runtime.Sets], and the sets of [PageSet]. Unless [PageMetrics] gives
// it other metrics, it makes its own, and sets their observer for all signals that have
// no settings of their own. So make one page, at the beginning of the program.
//
// The page only reads, and answers GET and HEAD. No send waits for it. A browser that
// does not keep up is dropped, and what is kept for browsers has a fixed size. An open
// page costs sends nothing beyond the metrics, except in the view of the last sends,
// some of which are then kept.
//
// Anyone who can open the page can read the errors and stacks of receivers. Payloads
// are shown only with [Payloads]. The page asks for no password: serve it where only
// the right people can reach it.
//
// The path api below it serves the same as JSON, for scripts; docs/page.md describes
// it.
func Page(opts ...PageOption) http.Handler {
	p := newPage()
	for _, opt := range opts {
		opt(p)
	}
	p.start()
	return p
}

// PageMetrics makes the page show what m has counted. The program must have set the
// observer of m.
func PageMetrics(m *Metrics) PageOption {
	return func(p *page) { p.sources[0].metrics = m }
}

// PageSet makes the page also show a set that is not a default set, under a name. m
// counts its sends, and should count those of no other set:
//
//	set.Configure(runtime.Observe(m.Observer()))
func PageSet(name string, set runtime.Set, m *Metrics) PageOption {
	return func(p *page) { p.sources = append(p.sources, &pageSource{name: name, sets: oneSet(set), metrics: m}) }
}

// Payloads makes the view of the last sends show what they carry, as returned by show:
// text as it is, anything else as JSON, at most 1,000 bytes. If show returns nil,
// nothing is shown. show gets the args of [runtime.AnySignal.Tap], in the goroutine
// that sends, and only while somebody has the view open. It must leave out secrets.
func Payloads(show func(payload any) any) PageOption {
	return func(p *page) { p.show = show }
}

// PageSlow sets how long a receiver runs before the page reports that it hangs; the
// default is a second. The page then shows the stack of its goroutine.
//
// If a signal has more sends than [Metrics] observes, the page finds a call that was
// not observed once no send has begun for that long.
func PageSlow(after time.Duration) PageOption {
	return func(p *page) { p.slow = after }
}

// PagePicture shows what the source of the program says beside what runs. The argument
// graph is the output of
//
//	signalgen graph -format json
//
// The page lists what is declared or connected there and not here, and the other way
// round.
func PagePicture(graph []byte) PageOption {
	return func(p *page) { p.picture = readPicture(graph) }
}

// page is the handler.
type page struct {
	process   string // tells this process from an earlier one
	sources   []*pageSource
	show      func(payload any) any // nil shows no payloads
	slow      time.Duration
	picture   *picture // nil if none is given
	templates *pageTemplates

	ids     pageIDs
	history history
	stacks  stacks
	live    live
	hub     hub
}

func newPage() *page {
	p := &page{
		process:   time.Now().Format(time.RFC3339Nano),
		sources:   []*pageSource{{sets: runtime.Sets}},
		slow:      time.Second,
		templates: parsePageTemplates(),
	}
	p.live.lease = lease{begin: p.beginLive}
	p.hub.page = p
	return p
}

func (p *page) start() {
	if own := p.sources[0]; own.metrics == nil {
		own.metrics = new(Metrics)
		runtime.Configure(runtime.Observe(own.metrics.Observer()))
	}
	p.history.begin(p)
}
