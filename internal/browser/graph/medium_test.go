package graph_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/signalgen/signalgen/internal/browser"
	"github.com/signalgen/signalgen/internal/browser/graph"
)

// moveTo moves the pointer to the middle of an element.
func moveTo(element string) func(context.Context, *chromedp.Target) error {
	return func(ctx context.Context, _ *chromedp.Target) error {
		at, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](`(({left, top, width, height}) => [left + width / 2, top + height / 2])(`+element+`.getBoundingClientRect())`))
		if err != nil {
			return err
		}
		return chromedp.Do(ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
	}
}

// contrast is the least contrast of a text and its background.
const contrast = `(() => {
	const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
	const rgb = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
	const light = (color) => rgb(color).slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = (el) => { while (el && rgb(getComputedStyle(el).backgroundColor)[3] === 0) el = el.parentElement; return getComputedStyle(el ?? document.body).backgroundColor; };
	const texts = [...document.querySelectorAll('body *')].filter((el) => seen(el) && [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
	return Math.min(...texts.map((el) => {
		const [a, b] = [light(getComputedStyle(el).color), light(behind(el))].sort((x, y) => y - x);
		return (a + 0.05) / (b + 0.05);
	}));
})()`

func TestDarkAndLight(t *testing.T) {
	p := open(t, graph.Large(60))
	for _, test := range []struct{ scheme, paper string }{{"light", "rgb(246, 247, 249)"}, {"dark", "rgb(19, 21, 25)"}} {
		p.Media("", map[string]string{"prefers-color-scheme": test.scheme})
		want(t, p, `getComputedStyle(document.body).backgroundColor`, test.paper)
		browser.Eval[any](p, `document.querySelector('#signals .node').focus()`)
		if got := browser.Eval[float64](p, contrast); got < 4.5 {
			t.Errorf("in %s, some text has a contrast of %.2f, want 4.5 at least", test.scheme, got)
		}
	}
}

// TestWithoutScripts reads the page in a browser without scripts.
func TestWithoutScripts(t *testing.T) {
	p := browser.New(t)
	p.Do(chromedp.EmulateViewport(1280, 800))
	p.NoScripts()
	visit(t, p, shop(t))
	want(t, p, `document.documentElement.className`, "")
	want(t, p, `seen(document.getElementById('filters')) || seen(document.getElementById('clear'))`, false)
	want(t, p, `row('shop/order.Placed').innerText.replace(/\s+/g, ' ')`,
		"order.placed Placed is sent when an order has been taken. func(order.Placed) error order/order.go:32 "+
			"Sent by order.Place not always order/order.go:45 "+
			"Heard by stock.Shelf.HandOut wired, priority 10 main.go:34 mail.Celebrate wired, once main.go:34 "+
			"mail.Confirm wired main.go:34 mail.Advertise wired main.go:34 audit.Book wired, priority -10 main.go:34")
	want(t, p, `[...document.querySelectorAll('.row')].every(seen)`, true)
	p.Do(chromedp.Click(chromedp.CSS(`.receives a`)))
	want(t, p, `document.querySelector(':target').id`, "hear:shop/stock.Shelf.Check")
}

// TestPrint prints a page whose packages are folded on the screen.
func TestPrint(t *testing.T) {
	p := open(t, graph.Large(300))
	want(t, p, `document.querySelectorAll('details[open]').length`, 0)
	pdf := browser.Run(p, chromedp.PrintToPDF())
	if pages := bytes.Count(pdf, []byte("/Type /Page\n")); pages < 30 {
		t.Errorf("300 signals are printed on %d pages, want 30 at least", pages)
	}
	want(t, p, `lines().length > 0`, true)
	want(t, p, `document.querySelectorAll('details[open]').length`, 0)
	browser.Eval[any](p, `dispatchEvent(new Event('beforeprint'))`)
	p.Media("print", nil)
	want(t, p, `seen(document.getElementById('lines')) || seen(document.getElementById('filters')) || seen(document.getElementById('senders'))`, false)
	want(t, p, `[...document.querySelectorAll('#signals .row:not([hidden])')].every((el) => [...el.querySelectorAll('.sends, .receives, .mark')].some(seen))`, true)
}

func TestNarrow(t *testing.T) {
	p := open(t, shop(t))
	const places = `[...document.querySelectorAll('.group')].map((el) => Math.round(el.getBoundingClientRect().top)).join()`
	wide := browser.Eval[string](p, places)
	p.Do(chromedp.EmulateViewport(390, 800))
	want(t, p, `lines().length`, 0)
	p.Do(chromedp.EmulateViewport(1280, 800))
	want(t, p, places, wide)
	p.Do(chromedp.EmulateViewport(390, 800))
	want(t, p, `document.documentElement.scrollWidth`, 390)
	want(t, p, `seen(document.getElementById('senders')) || lines().length > 0`, false)
	want(t, p, `row('shop/stock.Low').innerText.includes('mail.Reorder')`, true)
	p.Do(chromedp.SendKeys(chromedp.CSS("#query"), "confirm"))
	want(t, p, `[...document.querySelectorAll('#signals .row')].filter(seen).map((el) => el.id).join()`, "shop/order.Placed")
	want(t, p, `[...document.querySelectorAll('#signals .receives li')].filter(seen).map((el) => el.dataset.to).join()`, "hear:shop/mail.Confirm")
	p.Do(chromedp.EmulateViewport(1280, 800))
	want(t, p, `lines().length`, 2)
}
