// Backlog stores a million events for a group without members, and then lets a member
// receive them. It shows how long claims take as the backlog shrinks, how many rows are left
// in the end, and the plan of each statement.
//
//	go run ./backlog                      # PostgreSQL, with a temporary server, and SQLite
//	go run ./backlog postgres
//	go run ./backlog -rows 100000 sqlite
//
// The plans are those of the statements that a transport executes while all events wait: for
// PostgreSQL those that its module auto_explain logs, with the rows that were read; for
// SQLite those of EXPLAIN QUERY PLAN. With -update Backlog also writes the table to
// RESULTS.md and the plans to PLANS.md. It exits with 1 if rows are left.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/postgres"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/results"
)

func main() {
	rows := flag.Int("rows", 1_000_000, "events that wait")
	update := flag.Bool("update", false, "write RESULTS.md and PLANS.md")
	flag.Parse()
	if err := run(context.Background(), *rows, *update, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "backlog:", err)
		os.Exit(1)
	}
}

// run runs the trial with a database; with both for "".
func run(ctx context.Context, rows int, update bool, database string) error {
	var faults error
	for _, trial := range []struct {
		database, title string
		with            func(ctx context.Context, f func(b *backlog) error) error
	}{
		{"postgres", "PostgreSQL", withPostgres},
		{"sqlite", "SQLite", withSQLite},
	} {
		if database != "" && database != trial.database {
			continue
		}
		err := trial.with(ctx, func(b *backlog) error {
			b.rows = rows
			found, err := b.run(ctx)
			if err != nil {
				return err
			}
			faults = errors.Join(faults, found.fault())
			return found.report(trial.title, update)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", trial.title, err)
		}
	}
	return faults
}

// report prints the findings, and writes them if update is true.
func (f *findings) report(title string, update bool) error {
	table, plans := f.table(), f.plansText()
	command := fmt.Sprintf("go -C bridge/sql/trials run ./backlog -rows %d -update", f.rows)
	fmt.Printf("## %s\n\n%s\n%s\n", title, table, plans)
	if !update {
		return nil
	}
	return errors.Join(
		results.Write("RESULTS.md", fmt.Sprintf("%d rows waiting, %s", f.rows, title), command, table),
		results.Write("PLANS.md", title, command, plans),
	)
}

// withPostgres calls f with a backlog over a temporary server.
func withPostgres(ctx context.Context, f func(b *backlog) error) error {
	server, err := postgres.Start(ctx)
	if err != nil {
		return err
	}
	url := server.URL("postgres")
	return errors.Join(f(&backlog{url: url, explained: explainedPostgres}), server.Stop())
}

// withSQLite calls f with a backlog over a temporary file.
func withSQLite(_ context.Context, f func(b *backlog) error) error {
	dir, err := os.MkdirTemp("", "backlog-")
	if err != nil {
		return err
	}
	return errors.Join(f(&backlog{url: filepath.Join(dir, "shop.db"), explained: explainedSQLite}), os.RemoveAll(dir))
}
