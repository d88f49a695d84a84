package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestPostgres(t *testing.T) {
	check(t, withPostgres(t.Context(), func(b *backlog) error { return checked(t, b, "Index Scan using signals_deliveries_waiting") }))
}

func TestSQLite(t *testing.T) {
	check(t, withSQLite(t.Context(), func(b *backlog) error { return checked(t, b, "USING INDEX signals_deliveries_waiting") }))
}

// check skips a test without PostgreSQL, except in CI.
func check(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Error(err)
	}
}

// checked runs the trial with few rows. There must be a plan that uses the index of claims.
func checked(t *testing.T, b *backlog, index string) error {
	b.rows = 5000
	f, err := b.run(t.Context())
	if err != nil {
		return err
	}
	if err := f.fault(); err != nil {
		t.Error(err)
	}
	if len(f.parts) < parts/2 {
		t.Errorf("found %d parts, wanted about %d", len(f.parts), parts)
	}
	claims := 0
	for _, p := range f.plans {
		if strings.Contains(p.statement, "signals_deliveries") && strings.Contains(p.text, index) {
			claims++
		}
	}
	if claims == 0 {
		t.Errorf("found no plan with %q in %d", index, len(f.plans))
	}
	return nil
}
