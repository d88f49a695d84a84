package graph_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/signalgen/signalgen/internal/browser"
	"github.com/signalgen/signalgen/internal/browser/graph"
	"github.com/signalgen/signalgen/topology"
)

func TestLargeIsTheSameEachTime(t *testing.T) {
	if !reflect.DeepEqual(graph.Large(120), graph.Large(120)) {
		t.Error("two models of one size differ")
	}
}

func TestLargeModelsAreFolded(t *testing.T) {
	p := open(t, graph.Large(300))
	want(t, p, `document.querySelectorAll('.group[open]').length`, 0)
	want(t, p, `document.documentElement.scrollWidth <= innerWidth`, true)
	p.Do(chromedp.Click(chromedp.CSS("#signals summary")))
	want(t, p, `document.querySelectorAll('.group[open]').length`, 1)
	p.Do(chromedp.Click(chromedp.CSS("#signals .node")))
	want(t, p, `[...document.querySelectorAll('.group:not([hidden])')].every((el) => el.open)`, true)
	p.Do(chromedp.Click(chromedp.CSS("#clear")))
	want(t, p, `document.querySelectorAll('.group[open]').length`, 1) // the unfolded group stays unfolded
	p.Do(chromedp.Click(chromedp.CSS("#fold")), chromedp.Click(chromedp.CSS("#fold")))
	want(t, p, `document.querySelectorAll('.group:not([open])').length`, 0)
}

// TestProgramsAndTests looks for a signal that only one of two programs hears, and for
// one that only a test hears.
func TestProgramsAndTests(t *testing.T) {
	in := func(name string) topology.Func { return topology.Func{Package: "m/" + name, Name: "F"} }
	p := open(t, &topology.Model{
		Programs: []topology.Program{{Path: "m/one", Packages: []string{"m/one", "m/s"}}, {Path: "m/two", Packages: []string{"m/s", "m/two"}}},
		Signals:  []topology.Signal{{ID: "m/s.A", Package: "m/s", Type: "A", Local: true}, {ID: "m/s.B", Package: "m/s", Type: "B", Local: true}},
		Sends:    []topology.Send{{Signal: "m/s.A", In: in("s")}, {Signal: "m/s.B", In: in("s")}},
		Receives: []topology.Receive{
			{Signal: "m/s.A", Receiver: in("two"), In: in("two")},
			{Signal: "m/s.B", Receiver: in("s"), In: in("s"), Test: true},
		},
	})
	unheard := `[...document.querySelectorAll('.mark')].filter(seen).map((el) => el.closest('.row').id + ' ' + el.textContent).join()`
	want(t, p, unheard, "")
	choose(p, "program", "one")
	want(t, p, unheard, "s.A nobody hears")
	wantShown(t, p, "s.A", "s.B", "send:s.F", "hear:s.F")
	choose(p, "program", "two")
	want(t, p, unheard, "")
	p.Do(chromedp.Click(chromedp.CSS("#tests")))
	want(t, p, unheard, "s.B nobody hears")
	wantShown(t, p, "s.A", "s.B", "send:s.F", "hear:two.F")
}

// TestThousandSignals uses a page of a thousand signals, and logs how long that takes.
func TestThousandSignals(t *testing.T) {
	m := graph.Large(1000)
	var size bytes.Buffer
	if err := topology.HTML(&size, m); err != nil {
		t.Fatal(err)
	}
	p := open(t, m)
	ready := browser.Eval[float64](p, `performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd`)
	const watch = `const long = []; new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration))).observe({type: 'longtask', buffered: true});`
	browser.Eval[any](p, watch)
	const timed = `(async (act) => { const begin = performance.now(); await act(); await new Promise((done) => requestAnimationFrame(() => setTimeout(done))); return performance.now() - begin; })`
	key := browser.Eval[float64](p, timed+`(() => { const q = document.getElementById('query'); q.value = 'o'; q.dispatchEvent(new Event('input')); })`)
	keys := browser.Eval[float64](p, timed+`(() => { const q = document.getElementById('query'); q.value = 'order linecr'; q.dispatchEvent(new Event('input')); })`)
	want(t, p, `shown().length > 0 && shown().length < 100`, true)
	back := browser.Eval[float64](p, timed+`(() => { const q = document.getElementById('query'); q.value = ''; q.dispatchEvent(new Event('input')); })`)
	unfold := browser.Eval[float64](p, timed+`(() => document.getElementById('fold').click())`)
	want(t, p, `document.querySelectorAll('.group:not([open])').length`, 0)
	scroll := browser.Eval[float64](p, `(async () => {
		const frames = [];
		for (let i = 0, last = performance.now(); i < 60; i++) {
			scrollBy(0, 300);
			await new Promise(requestAnimationFrame);
			frames.push(-last + (last = performance.now()));
		}
		return frames.sort((a, b) => a - b)[57];
	})()`)
	hover := browser.Eval[float64](p, timed+`(() => document.querySelectorAll('#signals .node')[500].dispatchEvent(new PointerEvent('pointerover', {bubbles: true})))`)
	t.Logf("%d KB; ready after %.0f ms; first key %.0f ms, more %.0f ms, cleared %.0f ms; all unfolded %.0f ms, then hover %.0f ms, scroll frame p95 %.0f ms; long tasks %v ms",
		size.Len()/1024, ready, key, keys, back, unfold, hover, scroll, browser.Eval[[]float64](p, `long.map(Math.round)`))
}
