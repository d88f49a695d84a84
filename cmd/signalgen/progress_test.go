package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// shown returns what is on the terminal of p.
func shown(p *progress) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.terminal.(*strings.Builder).String()
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProgress(new(strings.Builder))
		p.step("listing packages")
		time.Sleep(patience - time.Nanosecond)
		synctest.Wait()
		if got := shown(p); got != "" {
			t.Errorf("after less than a second: %q", got)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		p.step("reading 3 packages")
		p.stop()
		want := clearLine + "signalgen: listing packages …" + clearLine + "signalgen: reading 3 packages …" + clearLine
		if got := shown(p); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

func TestProgressOfAShortRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProgress(new(strings.Builder))
		p.step("listing packages")
		p.stop()
		time.Sleep(2 * patience)
		synctest.Wait()
		if got := shown(p); got != "" {
			t.Errorf("a short run told of itself: %q", got)
		}
	})
}

// Without a terminal, nothing is shown, and nothing fails.
func TestProgressElsewhere(t *testing.T) {
	var file strings.Builder
	p := startProgress(&file)
	p.step("listing packages")
	p.stop()
	if file.Len() > 0 {
		t.Errorf("written to what is no terminal: %q", file.String())
	}
}
