package browser_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/signalgen/signalgen/internal/browser"
)

func TestFindPrefersTheOneThatIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chromium")
	if err := os.WriteFile(path, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CHROMIUM", path)
	if got, err := browser.Find(); got != path || err != nil {
		t.Errorf("Find() = %q, %v, want %q", got, err, path)
	}
}

func TestFindLooksOnPath(t *testing.T) {
	if _, err := os.Stat("/usr/bin/chromium"); err == nil {
		t.Setenv("CHROMIUM", "google-chrome") // it is also looked up in PATH
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "google-chrome")
	if err := os.WriteFile(path, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	if got, err := browser.Find(); got != path || err != nil {
		t.Errorf("Find() = %q, %v, want %q", got, err, path)
	}
}

func TestFindFindsNone(t *testing.T) {
	t.Setenv("CHROMIUM", filepath.Join(t.TempDir(), "none"))
	if got, err := browser.Find(); !errors.Is(err, browser.ErrMissing) {
		t.Errorf("Find() = %q, %v, want ErrMissing", got, err)
	}
}

// TestPageTellsWhatItDoes opens a page with an error that requests something missing.
func TestPageTellsWhatItDoes(t *testing.T) {
	p := browser.New(t)
	file := "file://" + filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file[len("file://"):], []byte(`<!doctype html><img src="none.png"><script>throw new Error("oh")</script>`), 0o644); err != nil {
		t.Fatal(err)
	}
	p.Do(chromedp.Navigate(file))
	if got := p.Requests(); len(got) != 2 || got[0] != file || filepath.Base(got[1]) != "none.png" {
		t.Errorf("requests %q, want the page and none.png", got)
	}
	if got := p.Errors(); !slices.Contains(got, "Uncaught") {
		t.Errorf("errors %q, want an uncaught one", got)
	}
}

// TestStopTakesTheProfileAway looks for what a browser leaves behind.
func TestStopTakesTheProfileAway(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Run("a page", func(t *testing.T) { browser.New(t).Press("a") })
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "chromium-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left %q, %v", left, err)
	}
}
