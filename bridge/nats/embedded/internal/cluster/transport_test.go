//go:build unix

package cluster_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/cluster"
)

const placed = "shop.order.placed"

func three(t *testing.T) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context(), t.TempDir(), 3)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.End)
	return c
}

func order(id int) *bridge.Envelope {
	return &bridge.Envelope{ID: fmt.Sprint(id), Source: "test", Type: placed, Data: []byte("{}")}
}

// lines is a log.
type lines struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestConnectWaitsForALeader stops two of three nodes, so that the cluster can elect no
// leader.
func TestConnectWaitsForALeader(t *testing.T) {
	c := three(t)
	for _, n := range c.Nodes[1:] {
		if err := n.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var log lines
	done := make(chan error, 1)
	heard := make(chan bridge.Delivery, 1)
	go func() {
		transport, err := natsbridge.Connect(ctx, c.URL(), natsbridge.Replicas(3), natsbridge.Logger(slog.New(slog.NewTextHandler(&log, nil))))
		if err == nil {
			err = transport.Subscribe(ctx, placed, "mailer", func(d bridge.Delivery) { heard <- d })
		}
		if err == nil {
			err = transport.Publish(ctx, order(1))
		}
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("connected without a leader: %v", err)
	case <-time.After(7 * time.Second): // longer than one request may take
	}
	for _, n := range c.Nodes[1:] {
		if err := n.Start(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	select {
	case d := <-heard:
		d.Settle(nil)
	case <-time.After(30 * time.Second):
		t.Error("nothing is heard")
	}
	if !strings.Contains(log.String(), "waiting for JetStream") {
		t.Errorf("the log says %q", log.String())
	}
}

// TestHungNodeIsLeft stops the node that a transport is connected to, and that leads
// nothing.
func TestHungNodeIsLeft(t *testing.T) {
	c := three(t)
	var log lines
	transport, err := natsbridge.Connect(t.Context(), c.Nodes[0].URL(), natsbridge.Replicas(3), natsbridge.Logger(slog.New(slog.NewTextHandler(&log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan bridge.Delivery, 10)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := transport.Subscribe(ctx, placed, "mailer", func(d bridge.Delivery) { d.Settle(nil); heard <- d }); err != nil {
		t.Fatal(err)
	}
	if err := c.Lead(t.Context(), c.Nodes[1], "SIGNALS"); err != nil {
		t.Fatal(err)
	}
	if url := transport.Conn().ConnectedUrl(); url != c.Nodes[0].URL() {
		t.Fatalf("connected to %s", url)
	}
	if err := c.Nodes[0].Pause(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := transport.Publish(t.Context(), order(1)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-heard:
	case <-time.After(time.Minute):
		t.Fatal("nothing is heard")
	}
	t.Log("published and heard after", time.Since(began))
	if !strings.Contains(log.String(), "the server does not answer, reconnecting") {
		t.Errorf("the log says %q", log.String())
	}
	if err := c.Nodes[0].Resume(); err != nil {
		t.Fatal(err)
	}
	if err := transport.Close(); err != nil {
		t.Error(err)
	}
}
