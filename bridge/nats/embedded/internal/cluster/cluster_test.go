//go:build unix

package cluster_test

import (
	"os"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/cluster"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/process"
)

func TestMain(m *testing.M) {
	process.Act()
	os.Exit(m.Run())
}

func TestAnotherNodeLeadsWhenOneIsKilled(t *testing.T) {
	c, err := cluster.Start(t.Context(), t.TempDir(), 3)
	if err != nil {
		t.Fatal(err)
	}
	defer c.End()
	if _, err := c.JS.CreateStream(t.Context(), jetstream.StreamConfig{Name: "S", Subjects: []string{"s"}, Replicas: 3}); err != nil {
		t.Fatal(err)
	}
	if err := c.Lead(t.Context(), c.Nodes[1], "S"); err != nil {
		t.Fatal(err)
	}
	first, err := c.Leader(t.Context(), "S")
	if err != nil || first != c.Nodes[1] {
		t.Fatalf("%s leads, %v", first.Name(), err)
	}
	if err := first.Kill(); err != nil {
		t.Fatal(err)
	}
	second, err := c.Leader(t.Context(), "S")
	if err != nil || second == first {
		t.Fatalf("%s leads, %v", second.Name(), err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	if err := c.Whole(t.Context(), "S"); err != nil {
		t.Fatal(err)
	}
}
