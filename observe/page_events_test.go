package observe

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
)

// serve serves a page, and ends its streams with the test.
func serve(t testing.TB, p http.Handler) string {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	return server.URL
}

func TestEventsTellWhatChanges(t *testing.T) {
	set, p := pageOf(t)
	next, leave := events(t, serve(t, p)+"/events?view=overview")
	defer leave()
	first := next()
	if len(first.Rows) != len(p.report().Signals) || first.Process != p.process {
		t.Fatalf("the first message has %d rows of process %s", len(first.Rows), first.Process)
	}
	next() // may contain everything
	set.Ticked.Send(t.Context(), 1)
	eventually(t, func() bool {
		rows := next().Rows
		return len(rows) == 1 && strings.Contains(string(rows[0]), `{"text":"1","sort":1}`)
	})
}

func TestEventsOfASignal(t *testing.T) {
	set, p := pageOf(t)
	next, leave := events(t, serve(t, p)+"/events?view=signal&set=test&name=kinds.started")
	defer leave()
	if m := next(); !strings.Contains(m.Parts["receivers"], "Nobody hears this signal.") || m.Parts["failures"] == "" {
		t.Errorf("the first message has %v", m.Parts)
	}
	set.Started.Connect(func(context.Context, kinds.Started) error { return fmt.Errorf("%s", code) })
	_ = set.Started.Send(t.Context(), kinds.Started{})
	var m pageMessage
	eventually(t, func() bool {
		m = next()
		return m.Parts["failures"] != "" && strings.Contains(m.Parts["failures"], "alert(1)")
	})
	if strings.Contains(m.Parts["failures"], "<script>") || strings.Contains(m.Parts["receivers"], "Nobody") {
		t.Errorf("the message has %v", m.Parts)
	}
}

// TestEventsOfNothing asks for a view that does not exist.
func TestEventsOfNothing(t *testing.T) {
	_, p := pageOf(t)
	url := serve(t, p)
	for _, query := range []string{"", "?view=none", "?view=signal&name=none"} {
		next, leave := events(t, url+"/events"+query)
		if m := next(); m.Process != p.process || len(m.Parts)+len(m.Rows) > 0 {
			t.Errorf("%q: found %+v", query, m)
		}
		leave()
	}
}

func TestEventsHaveAMostOfReaders(t *testing.T) {
	_, p := pageOf(t)
	for range mostReaders {
		r := &reader{messages: make(chan []byte, readerBuffer)}
		p.hub.join(r)
		defer p.hub.leave(r)
	}
	if w := get(p, "events?view=overview"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "100 readers") {
		t.Errorf("found %d: %s", w.Code, w.Body)
	}
}

// TestReaderThatStopsReadingIsDropped fills a connection that nobody reads.
func TestReaderThatStopsReadingIsDropped(t *testing.T) {
	_, p := pageOf(t)
	address := strings.TrimPrefix(serve(t, p), "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(1 << 10); err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(conn, "GET /events?view=overview HTTP/1.1\r\nHost: %s\r\n\r\n", address)
	eventually(t, func() bool { return p.hub.len() == 1 })
	big := strings.Repeat("x", 1<<20)
	for range readerBuffer + 8 { // more than the network holds
		p.hub.broadcast(pageQuery{view: viewOverview}, []byte(big))
	}
	eventually(t, func() bool { return p.hub.len() == 0 })
}

// len returns how many readers there are.
func (h *hub) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.readers)
}

func TestWriteToAReaderThatIsGone(t *testing.T) {
	_, p := pageOf(t)
	if err := p.write(brokenWriter{httptest.NewRecorder()}, []byte("{}")); err == nil {
		t.Error("a write to nobody has no error")
	}
}

type brokenWriter struct{ http.ResponseWriter }

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestLiveKeepsSendsWhileSomebodyLooks(t *testing.T) {
	set, p := pageOf(t, Payloads(func(payload any) any { return payload }))
	set.Ticked.Send(t.Context(), 41)
	if len(p.live.since(0)) > 0 || set.Ticked.HasReceivers() {
		t.Fatal("sends are kept before anybody looks")
	}
	next, leave := events(t, serve(t, p)+"/events?view=live")
	next()
	set.Ticked.Send(t.Context(), 42)
	_ = set.Checked.Send(t.Context(), code, 1)
	var sends string
	eventually(t, func() bool { sends += next().Sends; return strings.Contains(sends, "alert(1)") })
	for _, want := range []string{"kinds.ticked", "{&#34;N&#34;:42}", "sequential", "&lt;/script&gt;"} {
		if !strings.Contains(sends, want) {
			t.Errorf("the sends lack %q: %s", want, sends)
		}
	}
	if strings.Contains(sends, ":41}") || strings.Contains(sends, "<script>") {
		t.Errorf("found %s", sends)
	}
	leave()
	eventually(t, func() bool { return !p.live.lease.held() && !set.Ticked.HasReceivers() })
	if len(p.live.since(0)) > 0 {
		t.Error("sends are kept after everybody has left")
	}
}

// TestLiveShowsNoPayloadsUnasked checks that no payload is shown by default.
func TestLiveShowsNoPayloadsUnasked(t *testing.T) {
	set, p := pageOf(t)
	get(p, "live")
	_ = set.Started.Send(t.Context(), kinds.Started{Addr: "secret"})
	body := get(p, "live").Body.String()
	if !strings.Contains(body, "kinds.started") || strings.Contains(body, "secret") || !strings.Contains(body, "shows no payloads") {
		t.Errorf("found %s", body)
	}
	for _, path := range []string{"", "api", "signal?set=test&name=kinds.started"} {
		if strings.Contains(get(p, path).Body.String(), "secret") {
			t.Errorf("%q has the payload", path)
		}
	}
}
