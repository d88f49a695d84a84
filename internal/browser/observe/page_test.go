package observe_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/signalgen/signalgen/internal/browser"
	pages "github.com/signalgen/signalgen/internal/browser/observe"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/runtime"
)

// lookups are funcs that the tests use in a page.
const lookups = `
var rows = () => [...document.querySelectorAll('tbody tr')].filter((row) => !row.hidden);
var names = () => rows().map((row) => row.querySelector('th a').textContent);
var text = (selector) => document.querySelector(selector).innerText.trim().replace(/\s+/g, ' ');
var cell = (name, label) => rows().find((row) => row.querySelector('th a').textContent === name).querySelector('[data-label="' + label + '"]').textContent;
`

// A site is a page that is served, and a browser that shows it.
type site struct {
	*browser.Page
	url string
}

// serve serves the page of a set, and opens a browser that fails the test if the page
// requests anything else or complains.
func serve(t *testing.T, set *pages.Set, opts ...observe.PageOption) *site {
	t.Helper()
	opts = append(opts, observe.PageMetrics(new(observe.Metrics)), observe.PageSet("", set, &set.Metrics))
	server := httptest.NewServer(observe.Page(opts...))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	p := browser.New(t)
	p.Do(chromedp.EmulateViewport(1280, 800))
	t.Cleanup(func() {
		for _, url := range p.Requests() {
			if !strings.HasPrefix(url, server.URL+"/") && url != "data:," {
				t.Errorf("the page asks for %s", url)
			}
		}
		if errors := p.Errors(); len(errors) > 0 {
			t.Errorf("the console has %q", errors)
		}
	})
	return &site{p, server.URL + "/"}
}

// open opens a view, and waits until it is up to date.
func (s *site) open(path string) {
	s.Do(chromedp.Navigate(s.url + path))
	browser.Eval[any](s.Page, lookups)
	s.Wait(`document.documentElement.classList.contains('scripted')`)
}

// want compares the value of an expression with what is wanted.
func want[T comparable](t *testing.T, s *site, expression string, want T) {
	t.Helper()
	if got := browser.Eval[T](s.Page, expression); got != want {
		t.Errorf("%s is %v, want %v", expression, got, want)
	}
}

// load sends on all signals until the test ends, at most n times a second.
func load(t *testing.T, set *pages.Set, n int) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			_ = set.Send(ctx, i%n, "x")
			if i%100 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	})
	t.Cleanup(func() { cancel(); all.Wait() })
}

func TestFiguresMove(t *testing.T) {
	set := pages.NewSet("lamp.on", "lamp.off")
	set.Connect(0, func(context.Context, string) error { return nil })
	s := serve(t, set)
	s.open("")
	want(t, s, `cell('lamp.on', 'Sends')`, "0")
	for range 1234 {
		_ = set.Send(t.Context(), 0, "")
	}
	s.Wait(`cell('lamp.on', 'Sends') === '1,234' && cell('lamp.off', 'Sends') === '0'`)
	s.Wait(`Number(cell('lamp.on', 'Sends/s').replace(',', '')) > 10`)
	s.Wait(`document.querySelector('svg').getAttribute('aria-label').startsWith('between')`)
	_ = set.Close(t.Context())
	s.Wait(`text('tbody tr .mark') === 'closed'`)
}

// TestUnderLoad has a thousand signals that all change.
func TestUnderLoad(t *testing.T) {
	const n = 1000
	set := pages.Many(n)
	for i := range n {
		set.Connect(i, func(context.Context, string) error { return nil })
	}
	load(t, set, n)
	s := serve(t, set)
	s.open("")
	want(t, s, `rows().length`, n)
	begin := browser.Eval[string](s.Page, `rows().map((row) => row.querySelector('[data-label="Sends"]').textContent).join()`)
	s.Wait(fmt.Sprintf(`rows().map((row) => row.querySelector('[data-label="Sends"]').textContent).join() !== %q`, begin))
	s.Do(chromedp.SendKeys(chromedp.CSS("#query"), "part7.signal14"))
	s.Wait(`rows().length === 10`)
	want(t, s, `text('#count')`, "10 of 1,000 signals")

	// The page answers while it gets changes.
	longest := browser.Eval[float64](s.Page, `new Promise((done) => {
		let longest = 0, last = performance.now(), frames = 0;
		const step = (now) => { longest = Math.max(longest, now - last); last = now; ++frames < 120 ? requestAnimationFrame(step) : done(longest); };
		requestAnimationFrame(step);
	})`)
	t.Logf("the longest frame of 120 took %.0f ms", longest)
	if longest > 2000 {
		t.Errorf("the page stands still for %.0f ms", longest)
	}
}

// hostile is what no page may run.
const hostile = `</script><script>window.harm = 1</script><img src="https://example.com/x" onerror="window.harm = 2"><!-- "'&`

// TestHostileTextIsInert has code in a name, a payload, an error and a panic.
func TestHostileTextIsInert(t *testing.T) {
	set := pages.NewSet("lamp.on", hostile)
	set.Connect(0, func(_ context.Context, text string) error {
		if text == "panic" {
			panic(hostile)
		}
		return errors.New(text)
	}, runtime.Name(hostile), runtime.ID(hostile))
	s := serve(t, set, observe.Payloads(func(payload any) any { return payload }))
	send := func() {
		_ = set.Send(t.Context(), 0, hostile)
		_ = set.Send(t.Context(), 0, "panic")
		_ = set.Send(t.Context(), 1, "")
	}
	s.open("live")
	send()
	s.Wait(`rows().length === 3`)
	want(t, s, `document.body.textContent.includes('<img src="https://example.com/x"')`, true)
	for _, view := range []string{"", "signal?name=lamp.on", "live"} {
		s.open(view)
		send()
		time.Sleep(1100 * time.Millisecond) // two updates
		want(t, s, `window.harm ?? 0`, 0)
		want(t, s, `document.images.length + document.scripts.length`, 1)
		want(t, s, `document.body.textContent.includes('<script>window.harm')`, true)
	}
}

// hang waits until it is released.
func hang(release chan struct{}) { <-release }

func TestHangIsNamedWithinTwoSeconds(t *testing.T) {
	set := pages.NewSet("lamp.on", "lamp.off")
	release, done := make(chan struct{}), make(chan struct{})
	set.Connect(1, func(context.Context, string) error { hang(release); return nil })
	s := serve(t, set)
	s.open("signal?name=lamp.off")
	began := time.Now()
	go func() { defer close(done); _ = set.Send(context.Background(), 1, "") }()
	t.Cleanup(func() { close(release); <-done })
	s.Wait(`document.querySelector('#running pre') !== null`)
	took := time.Since(began)
	t.Logf("named after %v", took)
	if took > 2*time.Second {
		t.Errorf("a receiver that hangs is named after %v, want two seconds", took)
	}
	want(t, s, `/observe\/page_test\.go:\d+/.test(text('#running code'))`, true)
	want(t, s, `text('#running pre').includes('observe_test.hang ')`, true)
	s.open("")
	s.Wait(`names()[0] === 'lamp.off' && text('#problems').includes('has been running for')`)
	want(t, s, `text('#alarm')`, "Problems: lamp.off")
}

func TestQueueThatFillsIsAtTheTop(t *testing.T) {
	set := pages.NewSet("a.first", "b.second", "c.third")
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	set.Connect(2, func(context.Context, string) error { <-release; return nil }, runtime.Async(8, runtime.DropNewest))
	set.Connect(1, func(context.Context, string) error { return errors.New("no") })
	s := serve(t, set, observe.PageSlow(time.Minute))
	s.open("")
	_ = set.Send(t.Context(), 1, "")
	s.Wait(`names()[0] === 'b.second'`)
	for range 6 {
		_ = set.Send(t.Context(), 2, "")
	}
	s.Wait(`names().join() === 'c.third,b.second,a.first'`)
	s.Wait(`text('#problems li').includes('fills: 5 of 8') && cell('c.third', 'Queued') === '5/8'`)
	for range 9 {
		_ = set.Send(t.Context(), 2, "")
	}
	s.Wait(`text('#problems li').includes('is full: 8 of 8') && cell('c.third', 'Dropped') !== '0'`)
}

// TestReaderThatStopsReading has other readers that read nothing.
func TestReaderThatStopsReading(t *testing.T) {
	const n = 200
	set := pages.Many(n)
	load(t, set, n)
	s := serve(t, set)
	address := strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/")
	for range 20 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_, _ = fmt.Fprintf(conn, "GET /events?view=overview HTTP/1.1\r\nHost: %s\r\n\r\n", address)
	}
	s.open("")
	for range 3 {
		before := browser.Eval[string](s.Page, `text('tbody')`)
		s.Wait(fmt.Sprintf(`text('tbody') !== %q`, before))
	}
}

func TestKeyboard(t *testing.T) {
	s := serve(t, pages.NewSet("a.first", "b.second", "c.third"))
	s.open("")
	focused := func() string {
		return browser.Eval[string](s.Page, `document.activeElement.id || document.activeElement.textContent`)
	}
	for _, step := range []struct{ key, focus string }{
		{"/", "query"},
		{kb.ArrowDown, "a.first"},
		{kb.ArrowDown, "b.second"},
		{kb.ArrowUp, "a.first"},
		{kb.ArrowUp, "query"},
		{"second", "query"},
		{kb.ArrowDown, "b.second"},
		{"/", "query"},
		{kb.Escape, "query"},
		{kb.ArrowDown, "a.first"},
	} {
		s.Press(step.key)
		if got := focused(); got != step.focus {
			t.Errorf("after %q the focus is on %s, want %s", step.key, got, step.focus)
		}
	}
	want(t, s, `rows().length`, 3)
	want(t, s, `getComputedStyle(document.activeElement).outlineStyle`, "solid")
	s.Press(kb.Enter)
	s.Wait(`location.pathname === '/signal' && document.querySelector('h1')?.textContent === 'a.first'`)
}

// TestTabLeadsEverywhere presses Tab through the links of the page and the heads of its
// columns, and sorts with Enter.
func TestTabLeadsEverywhere(t *testing.T) {
	set := pages.NewSet("a.first", "b.second")
	_ = set.Send(t.Context(), 1, "")
	s := serve(t, set)
	s.open("")
	var found []string
	for range 25 {
		s.Press(kb.Tab)
		name := browser.Eval[string](s.Page, `document.activeElement.textContent.trim() || document.activeElement.id`)
		found = append(found, name)
		if name == "Sends" {
			break
		}
	}
	if got := strings.Join(found, ", "); got != "Signals, Last sends, JSON, query, Signal, Receivers, Sends/s, Sends" {
		t.Errorf("Tab leads to %s", got)
	}
	s.Press(kb.Enter)
	want(t, s, `names().join()`, "b.second,a.first")
	want(t, s, `document.querySelector('[data-key="sends"]').ariaSort`, "descending")
	want(t, s, `location.search`, "?sort=sends")
	s.Press(kb.Enter)
	want(t, s, `names().join()`, "a.first,b.second")
	want(t, s, `document.querySelector('[data-key="sends"]').ariaSort`, "ascending")
	s.open(strings.TrimPrefix(browser.Eval[string](s.Page, `location.search`), "/"))
	want(t, s, `names().join()`, "a.first,b.second")
	s.Press("/", "b.s")
	want(t, s, `names().join()`, "b.second")
	want(t, s, `location.search`, "?sort=sends&up=1&q=b.s")
}

// TestRowsStayWhereTheFocusIs lets the order change while a row has the focus.
func TestRowsStayWhereTheFocusIs(t *testing.T) {
	set := pages.NewSet("a.first", "b.second")
	set.Connect(1, func(context.Context, string) error { return errors.New("no") })
	s := serve(t, set)
	s.open("")
	s.Press("/", kb.ArrowDown)
	_ = set.Send(t.Context(), 1, "")
	s.Wait(`cell('b.second', 'Errors') === '1'`)
	want(t, s, `names().join()`, "a.first,b.second")
	s.Press(kb.ArrowUp)
	s.Wait(`names().join() === 'b.second,a.first'`)
}

func TestScreenReadersAreTold(t *testing.T) {
	set := pages.NewSet("lamp.on")
	s := serve(t, set)
	for _, view := range []string{"", "signal?name=lamp.on", "live"} {
		s.open(view)
		want(t, s, `[...document.querySelectorAll('input, select, button')].every((el) => el.labels?.length > 0 || el.textContent.trim())`, true)
		want(t, s, `[...document.querySelectorAll('section')].every((el) => el.ariaLabel || document.getElementById(el.getAttribute('aria-labelledby')))`, true)
		want(t, s, `[...document.querySelectorAll('thead th')].every((th) => th.scope === 'col')`, true)
		want(t, s, `document.querySelectorAll('h1').length`, 1)
		want(t, s, `document.documentElement.lang`, "en")
	}
	s.open("")
	want(t, s, `document.getElementById('alarm').ariaLive`, "polite")
	want(t, s, `document.querySelectorAll('nav [aria-current="page"]').length`, 1)
}

func TestPauseHoldsTheSends(t *testing.T) {
	set := pages.NewSet("lamp.on")
	s := serve(t, set)
	s.open("live")
	_ = set.Send(t.Context(), 0, "")
	s.Wait(`rows().length === 1`)
	s.Do(chromedp.Click(chromedp.CSS("#pause")))
	want(t, s, `document.getElementById('pause').getAttribute('aria-pressed')`, "true")
	_ = set.Send(t.Context(), 0, "")
	s.Wait(`text('#state') === 'paused'`)
	time.Sleep(1100 * time.Millisecond)
	want(t, s, `rows().length`, 1)
	s.Do(chromedp.Click(chromedp.CSS("#pause")))
	_ = set.Send(t.Context(), 0, "")
	s.Wait(`rows().length >= 2`)
}

// TestServerGoesAway checks that the page says so.
func TestServerGoesAway(t *testing.T) {
	set := pages.NewSet("lamp.on")
	server := httptest.NewServer(observe.Page(observe.PageMetrics(new(observe.Metrics)), observe.PageSet("", set, &set.Metrics)))
	p := browser.New(t)
	p.Do(chromedp.Navigate(server.URL))
	p.Wait(`/^\d\d:\d\d:\d\d$/.test(document.getElementById('state').textContent)`)
	server.CloseClientConnections()
	server.Close()
	p.Wait(`document.getElementById('state').textContent === 'not connected, trying again'`)
}

func TestWithoutScripts(t *testing.T) {
	set := pages.NewSet("a.first", "b.second")
	set.Connect(1, func(context.Context, string) error { return errors.New("no") })
	s := serve(t, set)
	_ = set.Send(t.Context(), 1, "")
	s.NoScripts()
	s.Do(chromedp.Navigate(s.url))
	evaluate := func(expression string) bool { return browser.Eval[bool](s.Page, expression) }
	for _, expression := range []string{
		`document.querySelector('tbody th a').textContent === 'b.second'`,
		`document.querySelector('#filters button').checkVisibility()`,
		`document.getElementById('sort').checkVisibility()`,
		`document.querySelector('#problems').textContent.includes('1 error in the last two minutes')`,
	} {
		if !evaluate(expression) {
			t.Errorf("%s is false", expression)
		}
	}
	s.Do(chromedp.Navigate(s.url + "?sort=name&up=1&q=first"))
	if !evaluate(`[...document.querySelectorAll('tbody tr')].filter((row) => !row.hidden).length === 1`) {
		t.Error("the filter of the address is not heeded")
	}
}

func TestFitsAPhone(t *testing.T) {
	set := pages.NewSet("example.com/a/rather/long/path/of/a/package.SignalWithALongName", "lamp.on")
	set.Connect(1, func(context.Context, string) error { return errors.New(strings.Repeat("long", 100)) }, runtime.Async(8, runtime.Block))
	_ = set.Send(t.Context(), 1, "")
	s := serve(t, set, observe.Payloads(func(any) any { return strings.Repeat("long", 100) }))
	s.Do(chromedp.EmulateViewport(390, 800))
	for _, view := range []string{"", "signal?name=lamp.on", "live"} {
		s.open(view)
		_ = set.Send(t.Context(), 1, "")
		time.Sleep(1100 * time.Millisecond)
		want(t, s, `document.documentElement.scrollWidth <= innerWidth`, true)
	}
	s.open("")
	browser.Eval[any](s.Page, `(() => { const sort = document.getElementById('sort'); sort.value = 'sends'; sort.dispatchEvent(new Event('change')); })()`)
	want(t, s, `names()[0]`, "lamp.on")
}
