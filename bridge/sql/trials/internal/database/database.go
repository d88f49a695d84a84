// Package database opens the databases of trials.
package database

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // as pgx
	_ "modernc.org/sqlite"             // as sqlite

	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
)

// Open opens the database of a URL of PostgreSQL, or a file of SQLite.
func Open(url string) (*sql.DB, sqlbridge.Dialect, error) {
	if strings.HasPrefix(url, "postgres:") {
		db, err := sql.Open("pgx", url)
		return db, sqlbridge.Postgres, err
	}
	db, err := sql.Open("sqlite", "file:"+url+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate")
	return db, sqlbridge.SQLite, err
}

// Prepare makes the tables: those of the bridge, and one of orders.
func Prepare(ctx context.Context, url string) error {
	db, dialect, err := Open(url)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := sqlbridge.Migrate(ctx, db, dialect); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE orders (id integer PRIMARY KEY, customer text NOT NULL)"); err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	return nil
}
