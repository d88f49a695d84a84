package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/database"
)

// explained is a database that records the plans of its statements.
type explained struct {
	db      *sql.DB
	dialect sqlbridge.Dialect
	plans   func() ([]plan, error) // returns the last plan of each statement
}

// A collection has a plan for each statement, in the order of their first execution.
type collection struct {
	mu    sync.Mutex // guards what follows
	plans []plan
}

func (c *collection) add(statement, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, p := range c.plans {
		if p.statement == statement {
			c.plans[i].text = text
			return
		}
	}
	c.plans = append(c.plans, plan{statement, text})
}

// all returns the plans. There must be no add afterwards.
func (c *collection) all() []plan {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plans
}

// explainedPostgres lets auto_explain log the plans of all statements to the connection.
func explainedPostgres(_ context.Context, url string) (*explained, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"session_preload_libraries":          "auto_explain",
		"auto_explain.log_min_duration":      "0",
		"auto_explain.log_analyze":           "on",
		"auto_explain.log_buffers":           "on",
		"auto_explain.log_timing":            "off",
		"auto_explain.log_level":             "notice",
		"auto_explain.log_nested_statements": "off",
	} {
		config.RuntimeParams[name] = value
	}
	var c collection
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if statement, text, ok := explanation(n.Message); ok {
			c.add(statement, text)
		}
	}
	return &explained{stdlib.OpenDB(*config), sqlbridge.Postgres, func() ([]plan, error) { return c.all(), nil }}, nil
}

// explanation parses a message of auto_explain: the time, the statement and the plan.
func explanation(message string) (statement, text string, ok bool) {
	duration, rest, ok := strings.Cut(message, "plan:\nQuery Text: ")
	if !ok {
		return "", "", false
	}
	// The plan starts with the first line that has a cost.
	at := strings.Index(rest, "  (cost=")
	if at < 0 {
		return "", "", false
	}
	line := strings.LastIndex(rest[:at], "\n")
	if line < 0 || !strings.Contains(rest[:line], "signals_") {
		return "", "", false
	}
	return dedent(rest[:line]), strings.TrimSpace(duration) + "\n" + rest[line+1:], true
}

// dedent returns a statement without the indentation that all lines but the first have.
func dedent(statement string) string {
	lines := strings.Split(statement, "\n")
	indent := ""
	if len(lines) > 1 {
		last := lines[len(lines)-1]
		indent = last[:len(last)-len(strings.TrimLeft(last, "\t"))]
	}
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, indent)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// explainedSQLite records the statements, and queries for their plans in the end.
func explainedSQLite(ctx context.Context, file string) (*explained, error) {
	db, dialect, err := database.Open(file)
	if err != nil {
		return nil, err
	}
	dsn := database.DSN(file)
	var c collection
	recorded := sql.OpenDB(connector{db.Driver(), dsn, func(statement string) { c.add(statement, "") }})
	return &explained{recorded, dialect, func() ([]plan, error) {
		plans := c.all()
		var failed error
		for i, p := range plans {
			text, err := queryPlan(ctx, db, p.statement)
			plans[i], failed = plan{dedent(p.statement), text}, errors.Join(failed, err)
		}
		return plans, errors.Join(failed, db.Close())
	}}, nil
}

// queryPlan returns the plan of a statement, which does not depend on its parameters.
func queryPlan(ctx context.Context, db *sql.DB, statement string) (string, error) {
	args := make([]any, strings.Count(statement, "?"))
	rows, err := db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+statement, args...)
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, statement)
	}
	defer func() { _ = rows.Close() }() // Err returns its error
	depth := map[int]int{0: 0}
	var b strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return "", err
		}
		depth[id] = depth[parent] + 1
		fmt.Fprintf(&b, "%s%s\n", strings.Repeat("  ", depth[parent]), detail)
	}
	return strings.TrimSpace(b.String()), rows.Err()
}

// A connector opens connections that record statements.
type connector struct {
	driver driver.Driver
	dsn    string
	record func(statement string)
}

func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return recordedConn{conn.(sqliteConn), c.record}, nil
}

func (c connector) Driver() driver.Driver { return c.driver }

// sqliteConn has the methods of a connection of modernc.org/sqlite that database/sql uses.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.QueryerContext
	driver.ExecerContext
}

type recordedConn struct {
	sqliteConn

	record func(statement string)
}

func (c recordedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.record(query)
	return c.sqliteConn.QueryContext(ctx, query, args)
}

func (c recordedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.record(query)
	return c.sqliteConn.ExecContext(ctx, query, args)
}
