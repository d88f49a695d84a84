package observe

import (
	"net/http"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// A PageOption is an option of [Page].
type PageOption func(*page)

// Page returns a handler that shows the signals of the program to the person on call:
// which receiver is slow or hangs, which queue is full, what has failed, and which
// signals nobody receives. It can be served at any path that ends with a slash:
//
//	http.Handle("/debug/signals/", observe.Page())
//
// It shows the sets of [runtime.Sets] and of [PageSet]. Without [PageMetrics], it makes
// its own [Metrics], and adds their observer with [runtime.Configure]. Call Page once,
// at the beginning of the program.
//
// The page is read-only, and answers GET and HEAD. No send waits for it. It uses a
// fixed amount of memory, and disconnects a browser that does not keep up. An open page
// costs sends nothing beyond the metrics, except while the view of the last sends is
// open, which keeps some of them.
//
// The page has no access control: anyone who can open it can read the errors and stacks
// of receivers. Serve it where only operators can reach it. Payloads are shown only
// with [Payloads].
//
// The path api below the page's own serves the same as JSON. See docs/page.md.
func Page(opts ...PageOption) http.Handler {
	p := newPage()
	for _, opt := range opts {
		opt(p)
	}
	p.start()
	return p
}

// PageMetrics makes the page show the figures of m. The program must add the observer
// of m to its signals.
func PageMetrics(m *Metrics) PageOption {
	return func(p *page) { p.sources[0].metrics = m }
}

// PageSet adds a set that is not a default set to the page, under a name. The page
// shows the figures of m, whose observer must be added to this set and should be added
// to no other:
//
//	set.Configure(runtime.Observe(m.Observer()))
func PageSet(name string, set runtime.Set, m *Metrics) PageOption {
	return func(p *page) { p.sources = append(p.sources, &pageSource{name: name, sets: oneSet(set), metrics: m}) }
}

// Payloads makes the view of the last sends show their payloads, as returned by show:
// strings as they are, anything else as JSON, up to 1,000 bytes. If show returns nil,
// nothing is shown. The argument of show is that of a [runtime.AnySignal.Tap]. It is
// called in the goroutine that sends, and only while the view is open. It must leave
// out secrets.
func Payloads(show func(payload any) any) PageOption {
	return func(p *page) { p.show = show }
}

// PageSlow sets how long a receiver may run before the page reports that it hangs, and
// shows the stack of its goroutine. The default is a second.
//
// If [Metrics] observes only some of the sends, the page finds a call that was not
// observed once the signal has not sent for that long.
func PageSlow(after time.Duration) PageOption {
	return func(p *page) { p.slow = after }
}

// PagePicture compares the running program with its source. The argument graph is the
// output of
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
