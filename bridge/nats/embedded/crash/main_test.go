package main

import (
	"os"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if act() {
		return
	}
	os.Exit(m.Run())
}

// TestNothingIsMissing is what the command does, shorter.
func TestNothingIsMissing(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			r, err := s.run(t.Context(), plan{count: 1500, rate: 1000, kills: 2, ackWait: time.Second})
			if err != nil {
				t.Fatal(err)
			}
			t.Log(r)
			if r.sent != 1500 || r.missing != 0 {
				t.Error(r)
			}
		})
	}
}
