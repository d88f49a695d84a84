package sqlbridge

import (
	"context"
	"database/sql"
	"encoding/json"
)

// A conn is a database, a connection or a transaction.
type conn interface {
	Tx
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// inTx calls f with a transaction, and commits it if f returns nil.
func (t *Transport) inTx(ctx context.Context, f func(db conn) error) error {
	tx, err := t.db.BeginTx(ctx, &t.backend.txOptions)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // fails if the connection is lost
		return err
	}
	return tx.Commit()
}

// inFewCommits calls f, for statements that need no transaction: with one where commits
// are slow, and otherwise with the database.
func (t *Transport) inFewCommits(ctx context.Context, f func(db conn) error) error {
	if t.backend.embedded {
		return t.inTx(ctx, f)
	}
	return f(t.db)
}

// exec executes a statement, and returns the number of affected rows.
func (t *Transport) exec(ctx context.Context, db conn, s statement, args ...any) (n int, err error) {
	result, err := db.ExecContext(ctx, t.queries[s], args...)
	if err != nil {
		return 0, err
	}
	affected, err := result.RowsAffected()
	return int(affected), err
}

// queryRow queries for one row.
func (t *Transport) queryRow(ctx context.Context, db conn, s statement, args ...any) *sql.Row {
	return db.QueryRowContext(ctx, t.queries[s], args...)
}

// A scanner copies the columns of a row, like [sql.Rows.Scan].
type scanner func(dest ...any) error

// query calls f for each row.
func (t *Transport) query(ctx context.Context, db conn, f func(scan scanner) error, s statement, args ...any) error {
	rows, err := db.QueryContext(ctx, t.queries[s], args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // Err returns its error
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// queryIDs returns the first column.
func (t *Transport) queryIDs(ctx context.Context, db conn, s statement, args ...any) (ids []int64, err error) {
	err = t.query(ctx, db, func(scan scanner) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, s, args...)
	return ids, err
}

// toJSON returns the argument of a statement for a list.
func toJSON(list any) string {
	text, err := json.Marshal(list)
	if err != nil {
		panic("sqlbridge: " + err.Error()) // lists consist of numbers and text
	}
	return string(text)
}
