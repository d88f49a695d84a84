package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long anything on a page may take.
const patience = 30 * time.Second

// A Page is a browser with one tab for a test. The test fails as soon as anything in
// the browser fails.
type Page struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex // guards what the browser reports
	requests []string
	errors   []string
}

// New starts a browser, which ends with the test. If there is none, the test is
// skipped. If the variable CI is set, Debian's Chromium is installed instead.
func New(t testing.TB) *Page {
	t.Helper()
	forStop := context.WithoutCancel(t.Context()) // t.Context is done before the browser is ended
	ctx, stop, err := Start(forStop)
	if errors.Is(err, ErrMissing) && os.Getenv("CI") != "" {
		install(t)
		ctx, stop, err = Start(forStop)
	}
	switch {
	case errors.Is(err, ErrMissing) && os.Getenv("CI") == "":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	p := &Page{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		t.Fatal(err)
	}
	return p
}

func install(t testing.TB) {
	t.Helper()
	out, err := exec.Command("sh", "-c", "apt-get -qq update && apt-get -qq install -y chromium").CombinedOutput()
	if err != nil {
		t.Fatalf("Chromium cannot be installed: %v\n%s", err, out)
	}
}

// note records what the browser requests, and what it complains about.
func (p *Page) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, event.Request.URL)
	case *runtime.EventExceptionThrown:
		p.errors = append(p.errors, event.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		p.errors = append(p.errors, fmt.Sprint("console.", event.Type))
	case *cdplog.EventEntryAdded:
		p.errors = append(p.errors, event.Entry.Text)
	}
}

// Requests returns the addresses that have been requested.
func (p *Page) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Errors returns the messages of the console: uncaught exceptions, violations of a
// policy, and everything that the page logs.
func (p *Page) Errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.errors)
}

// Do runs chromedp actions.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	Run(p, chromedp.Steps(actions...))
}

// Press presses keys, one after the other, such as those of package kb. If the page
// handles the press of a key itself, the key types nothing. This is as with a keyboard,
// but not as with [chromedp.KeyEvent].
func (p *Page) Press(keys ...string) {
	p.t.Helper()
	for _, key := range strings.Join(keys, "") {
		var text string
		for _, event := range kb.Encode(key) {
			if event.Type == kb.KeyChar {
				text = event.Text
			}
		}
		for _, event := range kb.Encode(key) {
			switch event.Type {
			case kb.KeyChar:
				continue
			case kb.KeyDown:
				event.Text = text
			}
			if _, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, *event); err != nil {
				p.t.Fatal(err)
			}
		}
	}
}

// Run runs a chromedp action that has a result.
func Run[T any](p *Page, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatal(err)
	}
	return result
}

// Eval returns the value of a JavaScript expression, or of its promise.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return result
}

// Wait waits until a JavaScript expression is true.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	for end := time.Now().Add(patience); !Eval[bool](p, expression); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("%s is not true after %v", expression, patience)
		}
	}
}

// Media makes the page use another medium than the screen, such as print, and sets
// media features by name, such as prefers-color-scheme.
func (p *Page) Media(medium string, features map[string]string) {
	p.t.Helper()
	params := emulation.SetEmulatedMediaParams{Media: medium}
	for name, value := range features {
		params.Features = append(params.Features, &emulation.MediaFeature{Name: name, Value: value})
	}
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, params); err != nil {
		p.t.Fatal(err)
	}
}

// NoScripts makes pages that are opened from now on run no scripts of their own.
func (p *Page) NoScripts() {
	p.t.Helper()
	params := emulation.SetScriptExecutionDisabledParams{Value: true}
	if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, params); err != nil {
		p.t.Fatal(err)
	}
}
