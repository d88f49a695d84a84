package graph_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/signalgen/signalgen/internal/browser"
)

// focused returns what has the focus: the id of a row, the label of a package, or the
// id of another element.
const focused = `(() => {
	const el = document.activeElement;
	return el.matches('.node') ? el.closest('.row').id : el.matches('summary') ? 'package ' + el.querySelector('.label').textContent : el.id;
})()`

func TestKeyboard(t *testing.T) {
	p := open(t, shop(t))
	for _, step := range []struct{ key, focus string }{
		{"/", "query"},
		{kb.ArrowDown, "shop/order.Checking"},
		{kb.ArrowRight, "hear:shop/stock.Shelf.Check"},
		{kb.ArrowRight, "hear:shop/stock.Shelf.Check"},
		{kb.ArrowDown, "hear:shop/stock.Shelf.Clear"},
		{kb.ArrowLeft, "shop/order.Discounting"},
		{kb.ArrowLeft, "send:shop/order.Place"},
		{kb.ArrowLeft, "send:shop/order.Place"},
		{kb.End, "send:shop/stock.Shelf.HandOut"},
		{kb.Home, "package shop/order"},
		{kb.ArrowUp, "query"},
	} {
		p.Press(step.key)
		if got := browser.Eval[string](p, focused); got != step.focus {
			t.Errorf("after %q the focus is on %s, want %s", step.key, got, step.focus)
		}
	}
}

func TestEachColumnIsOneTabStop(t *testing.T) {
	p := open(t, shop(t))
	p.Press("/", kb.Tab, kb.Tab) // package, fold
	for _, wanted := range []string{"fold", "send:shop/order.Place", "shop/order.Checking", "hear:shop/stock.Shelf.Check"} {
		if got := browser.Eval[string](p, focused); got != wanted {
			t.Errorf("Tab leads to %s, want %s", got, wanted)
		}
		p.Press(kb.Tab)
	}
}

func TestEnterAndEscape(t *testing.T) {
	p := open(t, shop(t))
	p.Press("/", kb.ArrowDown, kb.ArrowDown, kb.Enter)
	wantShown(t, p, "shop/order.Discounting", "send:shop/order.Place", "hear:shop/stock.Shelf.Clear", "hear:shop/mail.Newsletter.Thank")
	want(t, p, focused, "shop/order.Discounting")
	p.Press(kb.Enter)
	want(t, p, `shown().length`, 15)
	p.Press(kb.Enter, kb.Escape)
	want(t, p, `shown().length`, 15)
	want(t, p, focused, "shop/order.Discounting")
	p.Do(chromedp.SendKeys(chromedp.CSS("#query"), "audit"))
	wantShown(t, p, "hear:shop/audit.Book", "shop/order.Placed", "send:shop/order.Place")
	p.Press(kb.Escape)
	want(t, p, `shown().length`, 15)
}

// TestFocusTells checks what a focused row says, and that it has a frame.
func TestFocusTells(t *testing.T) {
	p := open(t, shop(t))
	p.Press("/", kb.ArrowDown)
	p.Wait(`!document.getElementById('card').hidden`)
	want(t, p, `text('#card')`, "Checking asks whether an order can be taken. The first error refuses it. "+
		"func(o order.Order) error order/order.go:22 Sent by order.Place order/order.go:38 Heard by stock.Shelf.Check wired main.go:34")
	want(t, p, `node('shop/order.Checking').getAttribute('aria-describedby')`, "card")
	want(t, p, `getComputedStyle(document.activeElement).outlineStyle`, "solid")
	want(t, p, `document.querySelectorAll('#lines .hot path').length`, 2)
	p.Press(kb.Escape)
	p.Wait(`document.getElementById('card').hidden`)
	want(t, p, `shown().length`, 15)
}

func TestHoverTells(t *testing.T) {
	p := open(t, shop(t))
	p.Do(chromedp.Func(moveTo(`node('hear:shop/mail.Reorder')`)))
	p.Wait(`!document.getElementById('card').hidden`)
	want(t, p, `text('#card')`, "mail/mail.go:39 stock.low wired main.go:34")
	want(t, p, `document.querySelectorAll('.tied').length`, 3)
	p.Do(chromedp.Func(moveTo(`document.querySelector('h1')`)))
	p.Wait(`document.getElementById('card').hidden && !document.querySelector('.tied')`)
}
