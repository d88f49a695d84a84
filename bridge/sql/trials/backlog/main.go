// Backlog stores a million events for a group that does not run, and then has the group
// hear them. It shows how long a claim takes while fewer and fewer wait, what is left in
// the tables in the end, and by which plan the database carries out each statement.
//
//	go run ./backlog                      # PostgreSQL, with a server of its own, and SQLite
//	go run ./backlog postgres
//	go run ./backlog -rows 100000 sqlite
//
// Plans are those of the statements that a transport makes while all the events wait:
// of PostgreSQL as its module auto_explain tells them, with what was really read; of
// SQLite by EXPLAIN QUERY PLAN. With -update the table is written into RESULTS.md and
// the plans into PLANS.md too. Backlog exits with 1 if rows are left.
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

// run plays with that database; with both for "".
func run(ctx context.Context, rows int, update bool, database string) error {
	var lost error
	for _, play := range []struct {
		database, title string
		with            func(ctx context.Context, f func(b *backlog) error) error
	}{
		{"postgres", "PostgreSQL", withPostgres},
		{"sqlite", "SQLite", withSQLite},
	} {
		if database != "" && database != play.database {
			continue
		}
		err := play.with(ctx, func(b *backlog) error {
			b.rows = rows
			found, err := b.play(ctx)
			if err != nil {
				return err
			}
			lost = errors.Join(lost, found.fault())
			return found.report(play.title, update)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", play.title, err)
		}
	}
	return lost
}

const command = "go -C bridge/sql/trials run ./backlog -update"

// report prints what was found, and writes it if that is wanted.
func (f *findings) report(title string, update bool) error {
	table, plans := f.text(), f.plansText()
	fmt.Printf("## %s\n\n%s\n%s\n", title, table, plans)
	if !update {
		return nil
	}
	return errors.Join(
		results.Write("RESULTS.md", fmt.Sprintf("%d rows waiting, %s", f.rows, title), command, table),
		results.Write("PLANS.md", title, command, plans),
	)
}

// withPostgres calls f with a backlog over a server that lasts as long.
func withPostgres(ctx context.Context, f func(b *backlog) error) error {
	server, err := postgres.Start(ctx)
	if err != nil {
		return err
	}
	url := server.URL("postgres")
	return errors.Join(f(&backlog{url: url, explained: explainedPostgres}), server.Stop())
}

// withSQLite calls f with a backlog over a file that lasts as long.
func withSQLite(_ context.Context, f func(b *backlog) error) error {
	dir, err := os.MkdirTemp("", "backlog-")
	if err != nil {
		return err
	}
	return errors.Join(f(&backlog{url: filepath.Join(dir, "shop.db"), explained: explainedSQLite}), os.RemoveAll(dir))
}
