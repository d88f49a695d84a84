package observe

import (
	"net/http"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// A PageOption changes what a [Page] shows.
type PageOption func(*page)

// Page returns a handler with the signals of the program, for whoever is on call: which
// receiver is slow or hangs, whose queue is full, who failed, whether anybody listens.
// It can stand at any path that ends with a slash:
//
//	http.Handle("/debug/signals/", observe.Page())
//
// It shows all of [runtime.Sets], and the sets of [PageSet]. Unless [PageMetrics] gives
// others, it counts with [Metrics] of its own, which it has all signals that are not
// configured by themselves observed with. So a program makes one page, at its beginning.
//
// The page only reads, and answers GET and HEAD. No send waits for it: a browser that
// does not keep up is dropped, and what is kept for browsers has a fixed size. To open it
// costs the sends nothing that the metrics do not cost anyhow, but for the view of the
// last sends, of which some are then kept.
//
// Whoever can open the page can read the errors and stacks of receivers, but no payloads
// without [Payloads]. The page asks nobody for a password: serve it where only those
// come who may see it.
//
// The same is at the path api below it as JSON, for scripts; docs/page.md describes it.
func Page(opts ...PageOption) http.Handler {
	p := newPage()
	for _, opt := range opts {
		opt(p)
	}
	p.start()
	return p
}

// PageMetrics has the page show what these metrics have counted. The program has to have
// their observer set already.
func PageMetrics(m *Metrics) PageOption {
	return func(p *page) { p.sources[0].metrics = m }
}

// PageSet shows another set than the default ones too, under a name. m counts its sends;
// it should count those of no other set:
//
//	set.Configure(runtime.Observe(m.Observer()))
func PageSet(name string, set runtime.Set, m *Metrics) PageOption {
	return func(p *page) { p.sources = append(p.sources, &pageSource{name: name, sets: oneSet(set), metrics: m}) }
}

// Payloads has the view of the last sends show what they carry, in the form that show
// returns: text as it is, anything else as JSON, at most 1,000 bytes. A nil shows nothing.
// Show gets what [runtime.AnySignal.Tap] gets, in the goroutine that sends, and only
// while somebody has the view open. It must leave out what is secret.
func Payloads(show func(payload any) any) PageOption {
	return func(p *page) { p.show = show }
}

// PageSlow has the page take a receiver for one that hangs once it has been running for
// so long; the default is a second. It shows the stack of its goroutine then.
//
// Of a signal with more sends than [Metrics] observe, a call that nobody has observed is
// found when no send has begun for so long.
func PageSlow(after time.Duration) PageOption {
	return func(p *page) { p.slow = after }
}

// PagePicture shows beside the program what its source says: graph is what
//
//	signalgen graph -format json
//
// has written. The page lists what is declared or connected there and not here, and the
// other way round.
func PagePicture(graph []byte) PageOption {
	return func(p *page) { p.picture = readPicture(graph) }
}

// page is the handler.
type page struct {
	process   string // tells this process from one that was there before
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
