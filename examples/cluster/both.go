package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// both runs the two programs, and stops the mailer once it has confirmed three orders.
// Without a url it starts a server for them.
func both(ctx context.Context, url string) error {
	if url == "" {
		server, err := embedded.Start(embedded.Listen("localhost:0"))
		if err != nil {
			return err
		}
		defer server.Shutdown()
		url = server.URL()
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()

	shop := exec.CommandContext(ctx, self, "-url", url, "shop")
	shop.Stdout, shop.Stderr = os.Stdout, os.Stderr
	if err := shop.Run(); err != nil {
		return fmt.Errorf("shop: %w", err)
	}

	mailer := exec.CommandContext(ctx, self, "-url", url, "mailer")
	mailer.Cancel = func() error { return mailer.Process.Signal(os.Interrupt) }
	mailer.Stderr = os.Stderr
	letters, err := mailer.StdoutPipe()
	if err != nil {
		return err
	}
	if err := mailer.Start(); err != nil {
		return fmt.Errorf("mailer: %w", err)
	}
	lines := bufio.NewScanner(letters)
	for n := 0; n < 3 && lines.Scan(); n++ {
		fmt.Println(lines.Text())
	}
	stop()
	_ = mailer.Wait() // it returns that it was interrupted
	return lines.Err()
}
