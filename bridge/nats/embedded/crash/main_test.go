//go:build unix

package main

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/process"
)

func TestMain(m *testing.M) {
	process.Act()
	os.Exit(m.Run())
}

// TestNothingIsLost runs what the command runs, shorter.
func TestNothingIsLost(t *testing.T) {
	for _, trial := range []trial{
		{"receiver", 1, killReceiver(2)},
		{"server", 1, killServer(1)},
		{"leader", 3, func(ctx context.Context, s *stage) error {
			return errors.Join(pauseLeader(3*time.Second)(ctx, s), killLeader(1)(ctx, s))
		}},
	} {
		t.Run(trial.name, func(t *testing.T) {
			r, err := trial.run(t.Context(), plan{count: 1000, rate: 200, keys: 20, ackWait: time.Second})
			if err != nil {
				t.Fatal(err)
			}
			t.Log(row(trial.name, r))
			if r.acknowledged+r.failed < 1000 || !r.good() {
				t.Errorf("lost %d, errors although stored %d: %v", r.lost, r.stored, r.errors)
			}
		})
	}
}

func TestAttacksDoNoHarm(t *testing.T) {
	for _, attack := range attacks {
		t.Run(attack.name, func(t *testing.T) {
			tried, harmed, err := attack.run(t.Context(), plan{})
			if err != nil || tried == 0 || harmed > 0 {
				t.Errorf("of %d, %d did harm: %v", tried, harmed, err)
			}
		})
	}
}
