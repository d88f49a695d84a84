package main

import (
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if runRole() {
		return
	}
	os.Exit(m.Run())
}

// TestNothingIsLost runs the scenarios with fewer transactions.
func TestNothingIsLost(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.String(), func(t *testing.T) {
			o, err := s.run(t.Context(), plan{count: 600, rate: 300, kills: 2, crashes: 1, lease: time.Second})
			if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") == "" {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Log(o.row())
			if err := o.fault(); err != nil || o.committed != 540 || o.left > 0 {
				t.Errorf("%+v", o)
			}
		})
	}
}
