package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/postgres"
)

// TestContenders checks that each contender receives all events, with several workers.
func TestContenders(t *testing.T) {
	server, err := postgres.Start(t.Context())
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	p := plan{paced: 5, through: 20, backlog: 150, patience: time.Minute}
	for i := range contenders {
		c := &contenders[i]
		t.Run(c.database+" "+c.name, func(t *testing.T) {
			m, err := subject{c, 2}.measure(context.WithoutCancel(t.Context()), p, server.URL("postgres"))
			if err != nil {
				t.Fatal(err)
			}
			if m.p50 > m.p99 || m.through <= 0 || m.backlog <= 0 {
				t.Errorf("%+v", m)
			}
		})
	}
}
