package graph_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/signalgen/signalgen/internal/browser"
	"github.com/signalgen/signalgen/internal/browser/graph"
	"github.com/signalgen/signalgen/topology"
)

// lookups are funcs that the tests use in a page.
const lookups = `
const row = (id) => document.getElementById(id);
const node = (id) => row(id).querySelector('.node');
const shown = () => [...document.querySelectorAll('.row')].filter((el) => !el.hidden).map((el) => el.id);
const lines = () => [...document.querySelectorAll('#lines g:first-child path')];
const seen = (el) => el.checkVisibility() && getComputedStyle(el).display !== 'none';
const text = (selector) => document.querySelector(selector).innerText.trim().replace(/\s+/g, ' ');
`

// open opens the page of a model, and fails if it requests anything else or complains.
func open(t *testing.T, m *topology.Model) *browser.Page {
	t.Helper()
	p := browser.New(t)
	p.Do(chromedp.EmulateViewport(1280, 800))
	visit(t, p, m)
	return p
}

// visit opens the page of a model in a browser.
func visit(t *testing.T, p *browser.Page, m *topology.Model) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "graph.html")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := topology.HTML(file, m); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, url := range p.Requests() {
			if url != "file://"+name && url != "data:," {
				t.Errorf("the page asks for %s", url)
			}
		}
		if errors := p.Errors(); len(errors) > 0 {
			t.Errorf("the console has %q", errors)
		}
	})
	p.Do(chromedp.Navigate("file://" + name))
	browser.Eval[any](p, lookups)
}

func shop(t *testing.T) *topology.Model {
	t.Helper()
	m, err := graph.Shop(t.Context(), "../../../examples/shop")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// drawn resolves once the page has drawn, if it draws.
const drawn = `document.querySelector('.scripted') && new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`

// want compares the value of an expression with what is wanted, once the page has
// drawn.
func want[T comparable](t *testing.T, p *browser.Page, expression string, want T) {
	t.Helper()
	browser.Eval[any](p, drawn)
	if got := browser.Eval[T](p, expression); got != want {
		t.Errorf("%s is %v, want %v", expression, got, want)
	}
}

// wantShown compares the rows that are shown with those that are wanted, by their ids.
func wantShown(t *testing.T, p *browser.Page, want ...string) {
	t.Helper()
	browser.Eval[any](p, drawn)
	got := browser.Eval[[]string](p, `shown()`)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("rows shown:\n got %q\nwant %q", got, want)
	}
}

func TestEverythingIsShown(t *testing.T) {
	p := open(t, shop(t))
	wantShown(t, p,
		"send:shop/order.Place", "send:shop/stock.Shelf.HandOut",
		"shop/order.Checking", "shop/order.Discounting", "shop/order.Placed", "shop/stock.Low",
		"hear:shop/stock.Shelf.Check", "hear:shop/stock.Shelf.Clear", "hear:shop/stock.Shelf.HandOut",
		"hear:shop/mail.Newsletter.Thank", "hear:shop/mail.Celebrate", "hear:shop/mail.Confirm",
		"hear:shop/mail.Advertise", "hear:shop/mail.Reorder", "hear:shop/audit.Book",
	)
	want(t, p, `text('#count')`, "4 signals, 2 send, 9 receive")
	want(t, p, `document.documentElement.scrollWidth <= innerWidth`, true)
}

// TestLinesEndAtRows looks for the two lines of stock.low, from its sender and to its
// receiver.
func TestLinesEndAtRows(t *testing.T) {
	p := open(t, shop(t))
	want(t, p, `(() => {
		const near = (a, b) => Math.abs(a - b) < 3;
		const origin = document.getElementById('lines').getBoundingClientRect();
		const ends = lines().map((path) => [0, path.getTotalLength()].map((at) => path.getPointAtLength(at)));
		const joins = (a, b) => ends.some(([from, to]) => [[from, a], [to, b]].every(([point, el]) => {
			const box = el.getBoundingClientRect();
			return near(point.y + origin.top, box.top + box.height / 2) && [box.left, box.right].some((x) => near(x, point.x + origin.left));
		}));
		return joins(node('send:shop/stock.Shelf.HandOut'), node('shop/stock.Low')) && joins(node('hear:shop/mail.Reorder'), node('shop/stock.Low'));
	})()`, true)
}

func TestLinesTellKindsApart(t *testing.T) {
	m := shop(t)
	for i := range m.Receives {
		m.Receives[i].Options.Async = m.Receives[i].Signal == m.Signals[3].ID
	}
	in := topology.Func{Package: m.Signals[3].Package, Name: "Follow"}
	m.Bridges = []topology.Bridge{{Signal: m.Signals[3].ID, Way: topology.BridgeReceive, In: in}}
	p := open(t, m)
	want(t, p, `getComputedStyle(document.querySelector('#lines path.async')).strokeDasharray`, "6px, 4px")
	want(t, p, `getComputedStyle(document.querySelector('#lines path.process')).strokeWidth`, "5px")
	want(t, p, `getComputedStyle(document.querySelector('#lines path[class=""]')).strokeDasharray`, "none")
	want(t, p, `text('#senders [data-package="-1"] summary')`, "other processes 1")
}

// TestHostileTextIsInert has code in many places of the model. None of it may run, and
// all of it must be readable.
func TestHostileTextIsInert(t *testing.T) {
	const code = `</script><script>window.harm = 1</script><img src="https://example.com/x" onerror="window.harm = 2"><!-- <style>* {display: none}</style> javascript:harm()`
	m := shop(t)
	m.Signals[0].Doc = code
	m.Signals[1].Name = code
	m.Sends[0].In.Name = code
	m.Receives[0].Receiver.Name, m.Receives[0].Options.Name = code, code
	m.Faults = []topology.Fault{{Package: code, Message: code}}
	m.Unknown = []topology.Unknown{{Signal: code, Reason: code}}
	p := open(t, m)
	want(t, p, `window.harm ?? 0`, 0)
	want(t, p, `document.images.length + document.scripts.length`, 1)
	want(t, p, `row('shop/order.Checking').querySelector('.doc').textContent.startsWith('</script><script>window.harm')`, true)
	browser.Eval[any](p, `document.querySelectorAll('#receivers .node')[0].click()`)
	want(t, p, `window.harm ?? 0`, 0)
	p.Do(chromedp.SendKeys(chromedp.CSS("#query"), code))
	want(t, p, `shown().length > 0`, true)
}

func TestSearch(t *testing.T) {
	p := open(t, shop(t))
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"running out", []string{"shop/stock.Low", "send:shop/stock.Shelf.HandOut", "hear:shop/mail.Reorder"}},
		{"MAIL confirm", []string{"hear:shop/mail.Confirm", "shop/order.Placed", "send:shop/order.Place"}},
		{"order/order.go:32", []string{
			"shop/order.Placed", "send:shop/order.Place", "hear:shop/stock.Shelf.HandOut", "hear:shop/audit.Book",
			"hear:shop/mail.Celebrate", "hear:shop/mail.Confirm", "hear:shop/mail.Advertise",
		}},
		{"no such thing", nil},
	} {
		p.Do(chromedp.SendKeys(chromedp.CSS("#query"), kb.Escape+test.query))
		wantShown(t, p, test.want...)
	}
	want(t, p, `text('#count')`, "0 signals, 0 send, 0 receive")
	want(t, p, `document.getElementById('count').ariaLive`, "polite")
	p.Do(chromedp.Click(chromedp.CSS("#clear")))
	want(t, p, `shown().length`, 15)
	want(t, p, `document.getElementById('query').value`, "")
}

func TestFilterByPackage(t *testing.T) {
	p := open(t, shop(t))
	choose(p, "package", "shop/audit")
	wantShown(t, p, "hear:shop/audit.Book", "shop/order.Placed", "send:shop/order.Place")
	p.Do(chromedp.SendKeys(chromedp.CSS("#query"), "low"))
	wantShown(t, p)
	choose(p, "package", "shop/stock")
	wantShown(t, p, "shop/stock.Low", "send:shop/stock.Shelf.HandOut", "hear:shop/mail.Reorder")
}

// choose chooses an option of a list.
func choose(p *browser.Page, id, label string) {
	browser.Eval[any](p, `(() => {
		const select = document.getElementById('`+id+`');
		select.selectedIndex = [...select.options].findIndex((option) => option.label === '`+label+`');
		select.dispatchEvent(new Event('change', {bubbles: true}));
	})()`)
}

func TestClickShowsWhatIsTied(t *testing.T) {
	p := open(t, shop(t))
	confirm := []string{"hear:shop/mail.Confirm", "shop/order.Placed", "send:shop/order.Place"}
	click(p, "hear:shop/mail.Confirm")
	wantShown(t, p, confirm...)
	want(t, p, `lines().length`, 2)
	want(t, p, `node('hear:shop/mail.Confirm').ariaCurrent`, "true")
	want(t, p, `text('#count')`, "Tied to Confirm: 1 signal, 1 sends, 1 receives")
	want(t, p, `seen(row('hear:shop/mail.Confirm').querySelector('.at'))`, true)

	click(p, "hear:shop/mail.Confirm")
	want(t, p, `shown().length`, 15)

	// What hears a signal and sends another is shown on both sides.
	click(p, "hear:shop/stock.Shelf.HandOut")
	wantShown(t, p, "hear:shop/stock.Shelf.HandOut", "shop/order.Placed", "send:shop/order.Place",
		"send:shop/stock.Shelf.HandOut", "shop/stock.Low", "hear:shop/mail.Reorder")
	p.Press(kb.Escape)
	want(t, p, `shown().length`, 15)
}

// click clicks at a row with the pointer.
func click(p *browser.Page, id string) {
	p.Do(chromedp.Click(chromedp.JSPath(`document.getElementById('` + id + `').querySelector('.node')`)))
}

func TestLinksLeadOn(t *testing.T) {
	p := open(t, shop(t))
	click(p, "shop/stock.Low")
	p.Do(chromedp.Click(chromedp.JSPath(`row('shop/stock.Low').querySelector('.receives a')`)))
	want(t, p, `node('hear:shop/mail.Reorder').ariaCurrent`, "true")
	want(t, p, `decodeURIComponent(location.hash)`, "#hear:shop/mail.Reorder")
	p.Do(chromedp.NavigateBack())
	p.Wait(`node('shop/stock.Low').ariaCurrent === 'true'`)
	address := browser.Eval[string](p, `location.href`)
	p.Do(chromedp.Navigate("about:blank"), chromedp.Navigate(address))
	browser.Eval[any](p, lookups)
	want(t, p, `node('shop/stock.Low').ariaCurrent`, "true")
	p.Do(chromedp.Click(chromedp.CSS("#clear")))
	want(t, p, focused, "shop/stock.Low")
	p.Do(chromedp.Navigate("about:blank"), chromedp.Navigate(strings.Split(address, "#")[0]+"#%E0%A4%A"))
	browser.Eval[any](p, lookups)
	want(t, p, `shown().length`, 15)
}
