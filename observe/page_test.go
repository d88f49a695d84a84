package observe

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/runtime"
)

// code is what no page may run.
const code = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'&`

// pageOf returns a page of a set of its own, named test.
func pageOf(t testing.TB, opts ...PageOption) (*kinds.Signals, *page) {
	t.Helper()
	set, metrics := new(kinds.Signals), new(Metrics)
	set.Configure(runtime.Observe(metrics.Observer()), runtime.ErrorHandler(func(context.Context, *runtime.ReceiverError) {}))
	opts = append([]PageOption{PageMetrics(new(Metrics)), PageSet("test", set, metrics)}, opts...)
	p := Page(opts...).(*page)
	t.Cleanup(p.live.lease.stop)
	return set, p
}

// get returns the answer to a request for a path below that of the page.
func get(p http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/debug/signals/"+path, nil))
	return w
}

// apiOf returns what a script gets of a signal of the set.
func apiOf(t testing.TB, p http.Handler, name string) (s pageSignal) {
	t.Helper()
	w := get(p, "api?set=test&name="+name)
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return s
}

// eventually waits until done, for two seconds.
func eventually(t testing.TB, done func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not within two seconds")
		}
	}
}

func TestPageReadsOnly(t *testing.T) {
	_, p := pageOf(t)
	for _, path := range []string{"", "signal?set=test&name=kinds.started", "live", "api", "events?view=overview"} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			w := httptest.NewRecorder()
			p.ServeHTTP(w, httptest.NewRequest(method, "/debug/signals/"+path, nil))
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, Allow %q", method, path, w.Code, w.Header().Get("Allow"))
			}
		}
	}
}

func TestPageAnswersHead(t *testing.T) {
	_, p := pageOf(t)
	server := httptest.NewServer(p)
	defer server.Close()
	for path, want := range map[string]string{
		"/": "text/html; charset=utf-8", "/live": "text/html; charset=utf-8", "/api": "application/json", "/events?view=overview": "text/event-stream",
	} {
		response, err := http.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Error(err)
		}
		if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != want {
			t.Errorf("HEAD %s: %s, %s", path, response.Status, response.Header.Get("Content-Type"))
		}
	}
}

func TestPageFindsItsPlace(t *testing.T) {
	_, p := pageOf(t)
	mux := http.NewServeMux()
	mux.Handle("/debug/signals/", p)
	mux.Handle("/x/", http.StripPrefix("/x", p))
	for path, want := range map[string]int{
		"/debug/signals/": 200, "/debug/signals/api": 200, "/debug/signals/live": 200, "/debug/signals/none": 404,
		"/debug/signals/signal?name=none": 404, "/debug/signals/api?name=none": 404,
		"/x/": 200, "/x/signal?name=kinds.started": 200, "/debug/signals": http.StatusTemporaryRedirect,
	} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("GET %s: %d, want %d", path, w.Code, want)
		}
	}
}

// TestPageForbidsAllButItself compares the policy with the contents of the document.
func TestPageForbidsAllButItself(t *testing.T) {
	_, p := pageOf(t)
	w := get(p, "")
	policy := w.Header().Get("Content-Security-Policy")
	for kind, text := range map[string]*regexp.Regexp{"style": regexp.MustCompile(`(?s)<style>(.*?)</style>`), "script": regexp.MustCompile(`(?s)<script type="module">(.*?)</script>`)} {
		found := text.FindAllStringSubmatch(w.Body.String(), -1)
		if len(found) != 1 || !strings.Contains(policy, kind+"-src "+pageHash(found[0][1])) {
			t.Errorf("%d texts of %s; the policy is %q", len(found), kind, policy)
		}
	}
	for _, part := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "connect-src 'self'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy %q lacks %s", policy, part)
		}
	}
	if strings.Contains(w.Body.String(), "style=") || strings.Contains(w.Body.String(), "://") {
		t.Error("the document has inline styles or absolute addresses")
	}
	if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("header %v", w.Header())
	}
}

func TestPageShowsSignals(t *testing.T) {
	set, p := pageOf(t)
	set.Started.Connect(func(context.Context, kinds.Started) error { return nil }, runtime.Name("first"))
	set.Started.Connect(func(context.Context, kinds.Started) error { return errors.New(code) }, runtime.Priority(-3), runtime.ID("second"))
	for range 3 {
		_ = set.Started.SendRobust(t.Context(), kinds.Started{})
	}
	s := apiOf(t, p, "kinds.started")
	if s.Sends != 3 || s.Errors != 3 || s.Type != "kinds.Started struct { Addr string; N int64; At time.Time }" || len(s.Receivers) != 2 {
		t.Errorf("found %+v", s)
	}
	body := get(p, "signal?set=test&name=kinds.started").Body.String()
	for _, want := range []string{"Started is a payload.", "first", "observe/page_test.go:", "id second", ">-3<", "Priority", "3 errors in the last two minutes"} {
		if !strings.Contains(body, want) {
			t.Errorf("the view of the signal lacks %q", want)
		}
	}
	if strings.Contains(body, code) || !strings.Contains(body, "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img") {
		t.Errorf("the error is not escaped in %s", body)
	}
}

func TestPageShowsState(t *testing.T) {
	set, p := pageOf(t)
	unmute := set.Started.Mute()
	_ = set.Noted.Close(t.Context())
	set.Ticked.Send(t.Context(), 1)
	view := p.overview(p.report(), pageQuery{view: viewOverview})
	states := make(map[string]string)
	for _, row := range view.Rows {
		if row.Set == "test" {
			states[row.name] = row.State
		}
	}
	if states["kinds.started"] != "muted" || states["kinds.ticked"] != "nobody hears" || states["kinds.checked"] != "" {
		t.Errorf("found %v", states)
	}
	unmute()
	if s := apiOf(t, p, "kinds.started"); s.Muted {
		t.Error("muted after unmute")
	}
}

// TestPageHasProblemsOnTop has a queue that fills up, one that is full, and errors.
func TestPageHasProblemsOnTop(t *testing.T) {
	set, p := pageOf(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	wait := func(context.Context, kinds.Started) error { <-release; return nil }
	fill := set.Started.Connect(wait, runtime.Async(10, runtime.DropNewest))
	t.Cleanup(func() { fill.Disconnect() })
	failing := set.Checked.Connect(func(context.Context, string, int) error { return errors.New("no") })
	defer failing.Disconnect()
	_ = set.Checked.SendRobust(t.Context(), "", 1)
	first := func() *pageRow { return p.overview(p.report(), pageQuery{view: viewOverview}).Rows[0] }
	if row := first(); row.name != "kinds.checked" || row.Class != "warn" {
		t.Errorf("with errors, %q is first", row.name)
	}
	for range 7 {
		_ = set.Started.Send(t.Context(), kinds.Started{})
	}
	if row := first(); row.name != "kinds.started" || row.Class != "bad" {
		t.Errorf("with a queue that fills, %q is first", row.name)
	}
	eventually(t, func() bool { // once the receiver has the first
		text := get(p, "").Body.String()
		return strings.Contains(text, "fills: 6 of 10") && strings.Contains(text, "6/10")
	})
	for range 7 {
		_ = set.Started.Send(t.Context(), kinds.Started{})
	}
	if text := get(p, "").Body.String(); !strings.Contains(text, "is full: 10 of 10") || !strings.Contains(text, "data-sort=\"3\">3<") {
		t.Error("the full queue or what it drops is not shown")
	}
}

func TestPageSortsAndFilters(t *testing.T) {
	set, p := pageOf(t)
	for range 3 {
		set.Ticked.Send(t.Context(), 1)
	}
	_ = set.Started.Send(t.Context(), kinds.Started{})
	for query, want := range map[string][]string{
		"sort=sends":          {"kinds.ticked", "kinds.started"},
		"sort=name&up=1":      {"kinds.asked", "kinds.checked", "kinds.counted"},
		"sort=nonsense":       {"kinds.started", "kinds.ticked", "kinds.checked"},
		"q=ticked&sort=sends": {"kinds.ticked"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/?"+query, nil)
		view := p.overview(p.report(), readPageQuery(viewOverview, r.URL.Query()))
		var got []string
		for _, row := range view.Rows {
			if row.Set == "test" && !row.Hidden {
				got = append(got, row.name)
			}
		}
		if len(got) < len(want) || fmt.Sprint(got[:len(want)]) != fmt.Sprint(want) {
			t.Errorf("%s: found %q, want them to begin with %q", query, got, want)
		}
	}
	if body := get(p, "?q=no+such+thing").Body.String(); !strings.Contains(body, "0 of ") || strings.Contains(body, `<p id="none" class="empty" hidden>`) {
		t.Error("a filter that finds nothing says nothing")
	}
}

// hang waits until it is released.
//
//go:noinline
func hang(release chan struct{}) {
	<-release
}

// TestPageNamesWhatHangs checks that a hanging receiver is shown with its stack.
func TestPageNamesWhatHangs(t *testing.T) {
	set, p := pageOf(t, PageSlow(100*time.Millisecond))
	release, done := make(chan struct{}), make(chan struct{})
	set.Started.Connect(func(context.Context, kinds.Started) error { hang(release); return nil })
	get(p, "")
	go func() { defer close(done); _ = set.Started.Send(context.Background(), kinds.Started{}) }()
	defer func() { close(release); <-done }()
	var s pageSignal
	eventually(t, func() bool { s = apiOf(t, p, "kinds.started"); return len(s.Running) == 1 })
	r := s.Running[0]
	if filepath.Base(r.File) != "page_test.go" || r.Line == 0 || r.For < 100*time.Millisecond || r.InFlight != 1 {
		t.Errorf("found %+v", r)
	}
	if len(r.Stacks) != 1 || r.Stacks[0].Goroutines != 1 || !strings.Contains(r.Stacks[0].Text, "observe.hang\n\t") {
		t.Errorf("stacks %+v", r.Stacks)
	}
	body := get(p, "signal?set=test&name=kinds.started").Body.String()
	for _, want := range []string{fmt.Sprintf("page_test.go:%d", r.Line), "has been running for", "observe.hang"} {
		if !strings.Contains(body, want) {
			t.Errorf("the view of the signal lacks %q", want)
		}
	}
	if problem := s.Problems[0]; problem.Rank != rankHangs || problem.Line != r.Line {
		t.Errorf("problem %+v", problem)
	}
}

// TestPageFindsWhatNobodyObserved lets a receiver hang in a send that is not observed.
func TestPageFindsWhatNobodyObserved(t *testing.T) {
	set, metrics := new(kinds.Signals), NewMetrics(TimeOneIn(0))
	set.Configure(runtime.Observe(metrics.Observer()))
	p := Page(PageMetrics(new(Metrics)), PageSet("test", set, metrics), PageSlow(100*time.Millisecond))
	release, done := make(chan struct{}), make(chan struct{})
	set.Started.Connect(func(context.Context, kinds.Started) error { hang(release); return nil })
	go func() { defer close(done); _ = set.Started.Send(context.Background(), kinds.Started{}) }()
	defer func() { close(release); <-done }()
	var s pageSignal
	eventually(t, func() bool { s = apiOf(t, p, "kinds.started"); return len(s.Running) == 1 })
	if r := s.Running[0]; r.InFlight != 1 || r.For < 100*time.Millisecond || !strings.Contains(r.Stacks[0].Text, "observe.hang\n") {
		t.Errorf("found %+v", r)
	}
}

func TestPageIsNamedAfterTheProgram(t *testing.T) {
	_, p := pageOf(t)
	if program := filepath.Base(os.Args[0]); !strings.Contains(get(p, "").Body.String(), "<h1>Signals of "+program+"</h1>") {
		t.Errorf("the heading does not name %s", program)
	}
}

// events opens the updates of a view, and returns a func that reads the next.
func events(t testing.TB, url string) (next func() pageMessage, leave func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(response.Body)
	next = func() (m pageMessage) {
		t.Helper()
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				if err := json.Unmarshal([]byte(data), &m); err != nil {
					t.Fatal(err)
				}
				return m
			}
		}
	}
	return next, func() { cancel(); _, _ = io.Copy(io.Discard, response.Body); _ = response.Body.Close() }
}
