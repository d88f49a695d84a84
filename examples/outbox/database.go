package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite

	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
)

// A database has the orders of the shop, and a transport over it.
type database struct {
	db        *sql.DB
	transport *sqlbridge.Transport
}

// open opens a PostgreSQL database by its URL, or a SQLite database by the name of its file.
// It creates the tables of the bridge.
func open(ctx context.Context, name string) (*database, error) {
	driver, dialect := "sqlite", sqlbridge.SQLite
	dsn := "file:" + name + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate"
	if strings.HasPrefix(name, "postgres:") || strings.HasPrefix(name, "postgresql:") {
		driver, dialect, dsn = "pgx", sqlbridge.Postgres, name
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, err
	}
	d := &database{db: db}
	d.transport, err = connect(ctx, db, dialect)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return d, nil
}

// connect returns a transport over a database. Its lease of a second makes the new mailer
// receive what the killed one had claimed after a short wait. The default of 15 seconds is
// better in production, where a busy process should not lose its lease.
func connect(ctx context.Context, db *sql.DB, dialect sqlbridge.Dialect) (*sqlbridge.Transport, error) {
	if err := sqlbridge.Migrate(ctx, db, dialect); err != nil {
		return nil, err
	}
	return sqlbridge.New(ctx, db, dialect, sqlbridge.Lease(time.Second))
}

// createOrders creates an empty table of orders.
func (d *database) createOrders(ctx context.Context) error {
	for _, statement := range []string{
		"DROP TABLE IF EXISTS outbox_example_orders",
		"CREATE TABLE outbox_example_orders (id integer PRIMARY KEY, customer text NOT NULL, item text NOT NULL)",
	} {
		if _, err := d.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// orders returns the IDs of all orders.
func (d *database) orders(ctx context.Context) (ids []int, err error) {
	rows, err := d.db.QueryContext(ctx, "SELECT id FROM outbox_example_orders")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err returns its error
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// close closes the transport and the database.
func (d *database) close() error { return errors.Join(d.transport.Close(), d.db.Close()) }
