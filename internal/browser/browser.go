// Package browser starts Chromium, to test the pages of this repository in a real
// browser and take pictures of them.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/chromedp/chromedp"
)

// ErrMissing says that there is no Chromium to start.
var ErrMissing = errors.New("no Chromium: set CHROMIUM to one, or install Debian's package chromium")

// Start starts a headless Chromium with a new profile. Use the returned ctx to run
// chromedp actions in its tab. The returned func stops the browser and removes its
// profile, and waits for both. If there is no Chromium, the error wraps [ErrMissing].
func Start(ctx context.Context) (context.Context, func() error, error) {
	path, err := Find()
	if err != nil {
		return nil, nil, err
	}
	profile, err := os.MkdirTemp("", "chromium-")
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := chromedp.NewExecAllocator(ctx, options(path, profile)...)
	ctx, closeTab := chromedp.NewContext(ctx)
	stop := func() error {
		err := chromedp.Cancel(ctx)
		closeTab()
		cancel()
		return errors.Join(err, os.RemoveAll(profile))
	}
	if err := chromedp.Do(ctx); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s does not start: %w", path, err), stop())
	}
	return ctx, stop, nil
}

// options keeps Chromium from making requests that the page does not make.
func options(path, profile string) []chromedp.ExecAllocatorOption {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
		chromedp.WindowSize(1280, 800),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has no sandbox for root
	}
	return options
}

// Find returns the path of Chromium: the variable CHROMIUM, or else the path on Debian,
// or else a Chromium or Chrome on PATH.
func Find() (string, error) {
	names := []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "chrome"}
	if own := os.Getenv("CHROMIUM"); own != "" {
		names = []string{own}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w; looked for %s", ErrMissing, strings.Join(names, ", "))
}
