package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/signalgen/signalgen/examples/shop/mail"
	"github.com/signalgen/signalgen/examples/shop/stock"
)

// TestServe waits until the page of the open shop shows an order.
func TestServe(t *testing.T) {
	shelf := stock.Shelf{"lamp": 6, "chair": 40}
	defer connectReceivers(mail.Newsletter{}, shelf).Disconnect()
	addr := free(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- serve(ctx, addr, shelf) }()
	for body := ""; !strings.Contains(body, "order.placed"); time.Sleep(10 * time.Millisecond) {
		body = get("http://" + addr + "/debug/signals/")
	}
	if body := get("http://" + addr); !strings.Contains(body, "Signals of") {
		t.Errorf("the root leads to %s", body)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestServeAtAnAddressThatIsTaken checks that the shop does not open.
func TestServeAtAnAddressThatIsTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	if err := serve(t.Context(), listener.Addr().String(), nil); err == nil {
		t.Error("found no error")
	}
}

// free returns an address that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}

// get returns what is at an address, or "".
func get(url string) string {
	response, err := http.Get(url)
	if err != nil {
		return ""
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body) // the caller notices if something is missing
	return string(body)
}
