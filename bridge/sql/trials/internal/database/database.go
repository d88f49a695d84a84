// Package database opens the databases of trials.
package database

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	neturl "net/url"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // as pgx
	_ "modernc.org/sqlite"             // as sqlite

	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
)

// Open opens the database of a PostgreSQL URL, or a SQLite file.
func Open(url string) (*sql.DB, sqlbridge.Dialect, error) {
	if strings.HasPrefix(url, "postgres:") {
		db, err := sql.Open("pgx", url)
		return db, sqlbridge.Postgres, err
	}
	db, err := sql.Open("sqlite", DSN(url))
	return db, sqlbridge.SQLite, err
}

// DSN returns the data source name of a SQLite file.
func DSN(name string) string {
	return "file:" + name + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate"
}

// Create creates an empty database on a PostgreSQL server. drop drops it.
func Create(ctx context.Context, server string) (url string, drop func() error, err error) {
	at, err := neturl.Parse(server)
	if err != nil {
		return "", nil, err
	}
	name := "trial_" + strings.ToLower(rand.Text()[:12])
	at.Path = "/" + name
	do := func(statement string) error {
		db, _, err := Open(server)
		if err != nil {
			return err
		}
		_, err = db.ExecContext(context.WithoutCancel(ctx), statement)
		return errors.Join(err, db.Close())
	}
	return at.String(), func() error { return do("DROP DATABASE " + name + " WITH (FORCE)") }, do("CREATE DATABASE " + name)
}

// Prepare creates the tables of the bridge, and one for orders.
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
