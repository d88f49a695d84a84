package embedded_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// free returns an address on which nothing listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestConnectWaitsForTheServer(t *testing.T) {
	addr := free(t)
	var log bytes.Buffer
	type connected struct {
		*natsbridge.Transport
		error
	}
	done := make(chan connected, 1)
	go func() {
		transport, err := natsbridge.Connect(t.Context(), "nats://shop:secret@"+addr, natsbridge.Logger(slog.New(slog.NewTextHandler(&log, nil))))
		done <- connected{transport, err}
	}()
	select {
	case c := <-done:
		t.Fatalf("connected to nobody: %v", c.error)
	case <-time.After(500 * time.Millisecond):
	}
	server, err := embedded.Start(embedded.Listen(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	c := <-done
	if c.error != nil {
		t.Fatal(c.error)
	}
	publish(t, c.Transport, 1, 1)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, addr) || strings.Contains(got, "secret") {
		t.Errorf("log %q, want one line with the address", got)
	}
}

func TestConnectWaitsUntilCtxIsDone(t *testing.T) {
	addr := free(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := natsbridge.Connect(ctx, "nats://shop:secret@"+addr)
	if ctx.Err() == nil || !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, nats.ErrNoServers) || !strings.Contains(err.Error(), addr) || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func TestConnectFailsAtOnce(t *testing.T) {
	server, err := embedded.Start(embedded.Listen("127.0.0.1:0"), embedded.Configure(func(o *server.Options) { o.Username, o.Password = "shop", "secret" }))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	for _, url := range []string{"nats://shop:secret@local host:4222", "nats://127.0.0.1:99999", "nats://127.0.0.1:port", server.URL()} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if _, err := natsbridge.Connect(ctx, url); err == nil || ctx.Err() != nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		} else {
			t.Log(err)
		}
		cancel()
	}
}

func TestCloseWithoutAConnectionIsQuick(t *testing.T) {
	transport, stop := remote(t, time.Second)
	own, err := natsbridge.Connect(t.Context(), transport.Conn().ConnectedUrl())
	if err != nil {
		t.Fatal(err)
	}
	stop()
	lost(t, own.Conn())
	began := time.Now()
	if err := own.Close(); !errors.Is(err, nats.ErrDisconnected) {
		t.Errorf("%v, want that the connection is down", err)
	}
	if took := time.Since(began); took >= 5*time.Second {
		t.Errorf("Close took %v, as if it waited for an answer", took)
	}
	if !own.Conn().IsClosed() {
		t.Error("the connection is open")
	}
}

// lost waits until a connection is lost.
func lost(t *testing.T, nc *nats.Conn) {
	t.Helper()
	for began := time.Now(); nc.IsConnected(); time.Sleep(time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatal("the connection is up")
		}
	}
}

func TestPublishSaysThatTheConnectionIsDown(t *testing.T) {
	transport, stop := remote(t, time.Second)
	stop()
	lost(t, transport.Conn())
	for _, patience := range []time.Duration{200 * time.Millisecond, 2500 * time.Millisecond} { // and over one wait for an answer
		over := errors.New("closing time")
		ctx, cancel := context.WithTimeoutCause(t.Context(), patience, over)
		err := transport.Publish(ctx, placedOrder(1))
		if !errors.Is(err, over) || !errors.Is(err, nats.ErrDisconnected) || !strings.Contains(fmt.Sprint(err), "connection is down") {
			t.Errorf("after %v: %v", patience, err)
		}
		cancel()
	}
}
